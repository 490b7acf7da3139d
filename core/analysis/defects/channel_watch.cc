#include "analysis/defects/channel_watch.h"

#include <algorithm>
#include <cmath>

#include "analysis/level/sample_sums.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kLeastOffsetRatio = 0.0005;  // as assist/musical_rule.cc
constexpr double kLeastOffsetErrors = 4.0;
constexpr double kAgreementRatio = 0.6;       // of the offset by soft pieces and by all: a drum's stroke is lopsided, an offset is always there
constexpr double kOffsetFloorPower = 1e-8;    // -80 dBFS
constexpr double kSpoilingOffsetRatio = 0.1;
constexpr double kLeastPieces = 4.0;          // 0.2 s
constexpr double kPieceSoundsPower = 1e-6;    // -60 dBFS
constexpr double kLowBandHz = 250.0;
constexpr double kOpposedCorrelation = -0.3;
constexpr double kOpposedLowCorrelation = -0.5;
constexpr double kLeastLowShare = 0.005;      // of the power: else the low band says nothing
constexpr double kNearlyAlways = 0.8;
constexpr double kMonoResidual = 1e-6;        // -60 dB
constexpr double kMonoBalanceDb = 0.1;
constexpr double kLeastImbalanceDb = 3.0;
constexpr double kLeaningRatio = 1.41253754;  // 1.5 dB in power
constexpr double kLargestImbalanceDb = 60.0;
constexpr float kSilentLin = 1.0f / 4096.0f;
constexpr double kLeadingS = 1.0, kInsideS = 2.0, kTrailingS = 3.0;
}  // namespace

void ChannelWatch::prepare(const StreamSpec& spec) noexcept {
  channels_ = spec.channels;
  low_pass_ = static_cast<float>(1.0 - exp_exact(-2.0 * kPi * kLowBandHz * 4.0 / spec.sample_rate_hz));
  reset();
}

void ChannelWatch::reset() noexcept {
  low_state_[0] = low_state_[1] = 0.0f;
  whole_ = piece_ = {};
  low_ = {};
  piece_peak_lin_ = 0.0f;
  slots_in_piece_ = 0;
  pieces_ = sounding_ = opposed_ = left_heavy_ = right_heavy_ = 0.0;
  steady_[0] = steady_[1] = {};
  silent_since_s_ = last_end_s_ = longest_s_ = silence_s_ = 0.0;
  places_ = 0;
}

void ChannelWatch::take_slot(const float* const* planes, int frames, double time_s) noexcept {
  const float* const left = planes[0];
  const float* const right = planes[channels_ - 1];
  const bool mono = channels_ == 1;
  const SampleSums l = sums_of(left, frames), r = mono ? l : sums_of(right, frames);
  piece_.left += static_cast<double>(l.sum);
  piece_.right += static_cast<double>(r.sum);
  piece_.powers.left += static_cast<double>(l.energy);
  piece_.powers.right += static_cast<double>(r.energy);
  piece_.frames += frames;
  piece_peak_lin_ = std::max(piece_peak_lin_, std::max(l.peak_lin, r.peak_lin));
  if (!mono) {
    piece_.powers.cross += static_cast<double>(product_of(left, right, frames));
    float a = low_state_[0], b = low_state_[1];
    float aa = 0.0f, bb = 0.0f, ab = 0.0f;
    // Every whole four samples of the slot as one: their mean is low-pass enough for what follows.
    for (int i = 0; i + 4 <= frames; i += 4) {
      a += low_pass_ * (0.25f * sum4(load4(left + i)) - a);
      b += low_pass_ * (0.25f * sum4(load4(right + i)) - b);
      aa += a * a;
      bb += b * b;
      ab += a * b;
    }
    low_state_[0] = flush_tiny(a);
    low_state_[1] = flush_tiny(b);
    low_.left += 4.0 * static_cast<double>(aa);
    low_.right += 4.0 * static_cast<double>(bb);
    low_.cross += 4.0 * static_cast<double>(ab);
  }
  if (++slots_in_piece_ == kSlotsPerPiece) end_piece(time_s + 1.0 / kSlotsPerSecond);
}

void ChannelWatch::end_piece(double end_s) noexcept {
  const double frames = piece_.frames;
  const ChannelPowers& powers = piece_.powers;
  pieces_ += 1.0;
  const double mean[] = {piece_.left / frames, piece_.right / frames}, power[] = {powers.left / frames, powers.right / frames};
  for (int c = 0; c < 2; ++c) {
    const double weight = 1.0 / (kOffsetFloorPower + std::max(0.0, power[c] - mean[c] * mean[c]));
    Offset& offset = steady_[c];
    offset.weights += weight;
    offset.sum += weight * mean[c];
    offset.squared_weights += weight * weight;
    offset.squared_sum += weight * weight * mean[c];
    offset.squares += weight * weight * mean[c] * mean[c];
  }
  if (powers.total() > 2.0 * kPieceSoundsPower * frames) {
    sounding_ += 1.0;
    if (powers.cross < 0.0) opposed_ += 1.0;
    if (powers.left > kLeaningRatio * powers.right) left_heavy_ += 1.0;
    if (powers.right > kLeaningRatio * powers.left) right_heavy_ += 1.0;
  }
  whole_.left += piece_.left;
  whole_.right += piece_.right;
  whole_.powers.left += powers.left;
  whole_.powers.right += powers.right;
  whole_.powers.cross += powers.cross;
  whole_.frames += frames;
  const bool silent = piece_peak_lin_ < kSilentLin;
  const double start_s = last_end_s_;
  if (silent && silent_since_s_ < 0.0) silent_since_s_ = start_s;
  if (!silent && silent_since_s_ >= 0.0) end_silence(start_s);
  last_end_s_ = end_s;
  piece_ = {};
  piece_peak_lin_ = 0.0f;
  slots_in_piece_ = 0;
}

void ChannelWatch::end_silence(double end_s) noexcept {
  const double duration_s = end_s - silent_since_s_;
  if (duration_s >= (silent_since_s_ <= 0.0 ? kLeadingS : kInsideS)) {
    longest_s_ = std::max(longest_s_, duration_s);
    silence_s_ += duration_s;
    if (places_ < kMaxDefectPlaces) place_s_[static_cast<std::size_t>(places_++)] = silent_since_s_;
  }
  silent_since_s_ = -1.0;
}

void ChannelWatch::find(double duration_s, std::vector<Defect>& found) const {
  find_offset(found);
  if (channels_ == 2) find_between_channels(found);
  find_silence(duration_s, found);
}

void ChannelWatch::find_offset(std::vector<Defect>& found) const {
  if (pieces_ < kLeastPieces) return;
  const double offsets[] = {whole_.left / whole_.frames, whole_.right / whole_.frames};
  double largest = 0.0;
  for (int c = 0; c < channels_; ++c) {
    const Offset& offset = steady_[c];
    const double steady = offset.sum / offset.weights, agreement = steady / offsets[c];
    const double error =
        std::sqrt(std::max(0.0, offset.squares - 2.0 * steady * offset.squared_sum + steady * steady * offset.squared_weights)) / offset.weights;
    const double smaller = std::min(std::fabs(steady), std::fabs(offsets[c]));
    if (smaller > std::max(kLeastOffsetRatio, kLeastOffsetErrors * error) && smaller > std::fabs(largest) && agreement > kAgreementRatio &&
        agreement < 1.0 / kAgreementRatio)
      largest = offsets[c];
  }
  if (largest == 0.0) return;
  const double share = lin_to_db(std::fabs(largest) / kLeastOffsetRatio) / lin_to_db(kSpoilingOffsetRatio / kLeastOffsetRatio);
  found.push_back({DefectKind::dc_offset, clamp_to(0.1 + 0.9 * share, 0.0, 1.0), largest, 0.0, {}});
}

void ChannelWatch::find_between_channels(std::vector<Defect>& found) const {
  if (sounding_ < kLeastPieces) return;
  const double l = whole_.left / whole_.frames, r = whole_.right / whole_.frames;
  const ChannelPowers powers = {whole_.powers.left / whole_.frames - l * l, whole_.powers.right / whole_.frames - r * r,
                                whole_.powers.cross / whole_.frames - l * r};
  const bool one_sided = !(powers.left > 1e-9 * powers.right && powers.right > 1e-9 * powers.left);
  if (one_sided && !(powers.total() > kPieceSoundsPower)) return;  // an offset and nothing else
  const double correlation = one_sided ? 0.0 : correlation_of(powers);
  const double balance_db = one_sided ? (powers.right > powers.left ? kLargestImbalanceDb : -kLargestImbalanceDb)
                                      : clamp_to(0.5 * lin_to_db(powers.right / powers.left), -kLargestImbalanceDb, kLargestImbalanceDb);
  const double low_correlation =
      low_.total() > kLeastLowShare * whole_.powers.total() ? correlation_of({low_.left, low_.right, low_.cross}) : correlation;
  if (correlation <= kOpposedCorrelation && (low_correlation <= kOpposedLowCorrelation || !is_finite(low_correlation)) &&
      opposed_ >= kNearlyAlways * sounding_)
    found.push_back({DefectKind::polarity, clamp_to(0.5 - 0.5 * correlation, 0.0, 1.0), correlation, 0.0, {}});
  if (1.0 - correlation * correlation < kMonoResidual && correlation > 0.0 && std::fabs(balance_db) < kMonoBalanceDb)
    found.push_back({DefectKind::mono, 0.15, 0.0, 0.0, {}});
  const double leaning = balance_db > 0.0 ? right_heavy_ : left_heavy_;
  if (std::fabs(balance_db) >= kLeastImbalanceDb && leaning >= kNearlyAlways * sounding_)
    found.push_back({DefectKind::imbalance, clamp_to(0.2 + (std::fabs(balance_db) - kLeastImbalanceDb) / 21.0, 0.0, 1.0), balance_db, 0.0, {}});
}

void ChannelWatch::find_silence(double duration_s, std::vector<Defect>& found) const {
  Defect defect;
  defect.kind = DefectKind::silence;
  defect.value = longest_s_;
  defect.places_s.assign(place_s_.begin(), place_s_.begin() + places_);
  double silence_s = silence_s_;
  if (silent_since_s_ >= 0.0) {
    const double trailing_s = duration_s - silent_since_s_;
    if (trailing_s >= (silent_since_s_ <= 0.0 ? kLeadingS : kTrailingS)) {
      defect.value = std::max(defect.value, trailing_s);
      silence_s += trailing_s;
      if (defect.places_s.size() < kMaxDefectPlaces) defect.places_s.push_back(silent_since_s_);
    }
  }
  if (defect.places_s.empty()) return;
  defect.severity = clamp_to(0.1 + 0.9 * silence_s / std::max(duration_s, 1.0), 0.0, 1.0);
  found.push_back(defect);
}

}  // namespace ag06::analysis
