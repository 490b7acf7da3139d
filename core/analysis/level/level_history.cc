#include "analysis/level/level_history.h"

#include <algorithm>

#include "analysis/level/sample_sums.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr int kPartsPerSlot = 10;  // milliseconds

[[nodiscard]] std::int16_t hundredths(double level_db) noexcept {
  if (!is_finite(level_db) || level_db < -300.0) return LevelHistory::kNothing;
  const double rounded = clamp_to(level_db, -300.0, 300.0) * 100.0;
  return static_cast<std::int16_t>(rounded + (rounded < 0.0 ? -0.5 : 0.5));
}
}  // namespace

Status LevelHistory::prepare(const StreamSpec& spec, double max_duration_s) {
  if (const Status status = validate(spec); status != Status::ok) return status;
  channels_ = spec.channels;
  most_pieces_ = static_cast<std::size_t>(std::max(0.0, max_duration_s) / kPieceS) + 1;
  most_loudness_ = static_cast<std::size_t>(std::max(0.0, max_duration_s) / kLoudnessStepS) + 1;
  pieces_.reserve(most_pieces_);
  loudness_.reserve(most_loudness_);
  cutter_.prepare(spec);
  reset();
  return Status::ok;
}

void LevelHistory::reset() noexcept {
  cutter_.reset();
  attacks_.reset();
  pieces_.clear();
  loudness_.clear();
  slots_in_piece_ = 0;
  piece_frames_ = 0.0;
  for (int c = 0; c < kMaxStripChannels; ++c) {
    energy_[c] = 0.0;
    peak_lin_[c] = 0.0f;
  }
}

void LevelHistory::process(ConstAudioBlock in) noexcept {
  cutter_.process(in, [this](const float* const* planes, int frames) { take_slot(planes, frames); });
}

void LevelHistory::take_slot(const float* const* planes, int frames) noexcept {
  for (int part = 0; part < kPartsPerSlot; ++part) {
    const int from = frames * part / kPartsPerSlot, to = frames * (part + 1) / kPartsPerSlot;
    float loudest_lin = 0.0f;
    for (int c = 0; c < channels_; ++c) {
      const SampleSums sums = sums_of(planes[c] + from, to - from);
      energy_[c] += static_cast<double>(sums.energy);
      peak_lin_[c] = std::max(peak_lin_[c], sums.peak_lin);
      loudest_lin = std::max(loudest_lin, sums.peak_lin);
    }
    attacks_.add(loudest_lin);
  }
  piece_frames_ += frames;
  if (++slots_in_piece_ == kSlotsPerPiece) end_piece();
}

void LevelHistory::end_piece() noexcept {
  const int louder = channels_ > 1 && energy_[1] > energy_[0] ? 1 : 0;
  if (pieces_.size() < most_pieces_) {
    const bool sounds = energy_[louder] > 1e-25;
    pieces_.push_back({sounds ? hundredths(lin_to_db(static_cast<double>(peak_lin_[louder]))) : kNothing,
                       sounds ? hundredths(0.5 * lin_to_db(energy_[louder] / piece_frames_)) : kNothing});
  }
  slots_in_piece_ = 0;
  piece_frames_ = 0.0;
  for (int c = 0; c < kMaxStripChannels; ++c) {
    energy_[c] = 0.0;
    peak_lin_[c] = 0.0f;
  }
}

void LevelHistory::add_loudness(double momentary_lufs, double short_term_lufs) noexcept {
  if (loudness_.size() < most_loudness_) loudness_.push_back({hundredths(momentary_lufs), hundredths(short_term_lufs)});
}

}  // namespace ag06::analysis
