#include "assist/ear.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/math.h"
#include "base/simd_math.h"

namespace ag06::assist {
namespace {
constexpr double kLeastSongS = 3.0;
constexpr float kLoudestLin = 64.0f;       // +36 dBFS: more is no music
constexpr double kSilencePower = 1e-14;    // -140 dBFS
constexpr double kSilentLufs = -66.0;
constexpr double kLoudnessCentreLufs = -18.0, kLoudnessSpanLu = 12.0;
constexpr double kEdgeRatio = 0.05;        // of the excerpt, faded at either end for its spectrum
constexpr int kFramesPerSlot = 4;          // of 10 ms
constexpr double kLowestMelHz = 30.0, kHighestMelHz = 16000.0;
constexpr float kLowestMelDb = -80.0f, kHighestMelDb = 40.0f, kMelScaleDb = 20.0f;
constexpr float kLargestNumber = 8.0f;
constexpr float kDbPerPowerLog2 = 3.01029996f;

int power_of_two_from(int least) noexcept {
  int size = 2;
  while (size < least) size *= 2;
  return size;
}
double power_db(double power) noexcept { return 0.5 * kDbPerLog2 * log2_exact(power + 1e-30); }
}  // namespace

const HeardGroup (&heard_groups() noexcept)[kHeardGroups] {
  static constexpr HeardGroup groups[kHeardGroups] = {
      {"loudness", kLoudnessAt, kMidBandsAt - kLoudnessAt}, {"mid-bands", kMidBandsAt, kThirdOctaves}, {"side-bands", kSideBandsAt, kThirdOctaves},
      {"band-spread", kBandSpreadAt, kThirdOctaves}, {"pieces", kPiecesAt, kPieceNumbers}, {"slopes", kSlopesAt, kSlopeNumbers},
      {"peaks", kPeaksAt, kPeakNumbers}, {"band-dynamics", kBandDynamicsAt, kBandDynamicsNumbers}, {"width", kWidthAt, kWidthNumbers},
      {"echoes", kEchoesAt, EchoTemplates::kNumbers}};
  return groups;
}

int excerpt_frames(double rate_hz) noexcept { return static_cast<int>(kExcerptS * rate_hz + 0.5); }

int excerpt_count(std::int64_t song_frames, double rate_hz) noexcept {
  if (!(rate_hz > 0.0) || static_cast<double>(song_frames) < kLeastSongS * rate_hz) return 0;
  return clamp_to(static_cast<int>(std::min<std::int64_t>(song_frames / excerpt_frames(rate_hz), kMaxExcerpts)), 1, kMaxExcerpts);
}

std::int64_t excerpt_start(std::int64_t song_frames, double rate_hz, int index) noexcept {
  const int count = excerpt_count(song_frames, rate_hz);
  if (count == 0) return 0;
  const std::int64_t centre = (2 * index + 1) * song_frames / (2 * count);
  return std::max<std::int64_t>(0, centre - excerpt_frames(rate_hz) / 2);
}

Status Ear::prepare(const StreamSpec& spec) {
  if (const Status status = validate(spec); status != Status::ok) return status;
  sample_rate_hz_ = spec.sample_rate_hz;
  most_frames_ = excerpt_frames(sample_rate_hz_);
  for (std::vector<float>& plane : samples_) plane.assign(static_cast<std::size_t>(most_frames_), 0.0f);
  StreamSpec stereo = spec;
  stereo.channels = 2;
  const analysis::StftGrid grid = analysis::short_grid(stereo);
  analysis::MelParams mel;
  mel.bands = kMelBands;
  mel.lowest_hz = kLowestMelHz;
  mel.highest_hz = std::min(kHighestMelHz, 0.5 * sample_rate_hz_);
  mel.scale = analysis::MelScale::htk;
  mel.unit_area = false;
  if (const Status status = fft_.prepare(power_of_two_from(most_frames_)); status != Status::ok) return status;
  if (const Status status = echoes_.prepare(sample_rate_hz_, fft_); status != Status::ok) return status;
  if (const Status status = loudness_.prepare(stereo); status != Status::ok) return status;
  if (const Status status = stft_.prepare(grid); status != Status::ok) return status;
  if (const Status status = mel_bands_.prepare(grid, mel); status != Status::ok) return status;
  left_spectrum_.assign(static_cast<std::size_t>(fft_.size() + 2), 0.0f);
  long_bands_.prepare(sample_rate_hz_ / fft_.size(), fft_.bins());
  slot_bands_.prepare(grid.bin_hz(), grid.bins());
  levels_.prepare(sample_rate_hz_, most_frames_);
  for (int c = 0; c < 2; ++c) {
    slot_power_[c].assign(static_cast<std::size_t>(grid.bins()), 0.0f);
    mel_[c].assign(static_cast<std::size_t>(kMelBands * kMelFrames), 0.0f);
  }
  band_slots_.assign(static_cast<std::size_t>(kThirdOctaves * kMelFrames), 0.0);
  reset();
  return Status::ok;
}

void Ear::reset() noexcept { frames_ = 0; }

void Ear::process(ConstAudioBlock in) noexcept {
  const int frames = std::min(in.frames, most_frames_ - frames_);
  if (frames <= 0 || in.channel_count < 1) return;
  for (int c = 0; c < 2; ++c) {
    const float* from = in.channel(std::min(c, in.channel_count - 1));
    float* to = samples_[c].data() + frames_;
    for (int i = 0; i < frames; ++i) to[i] = is_finite(from[i]) ? flush_tiny(clamp_to(from[i], -kLoudestLin, kLoudestLin)) : 0.0f;
  }
  frames_ += frames;
}

// Bands of the long-term spectrum, width, echoes.
void Ear::hear_spectrum(float* heard) noexcept {
  const auto edge = static_cast<int>(kEdgeRatio * frames_);
  const float* right = nullptr;
  for (int c = 0; c < 2; ++c) {
    float* to = fft_.input();
    std::memcpy(to, samples_[c].data(), sizeof(float) * static_cast<std::size_t>(frames_));
    std::fill(to + frames_, to + fft_.size(), 0.0f);
    for (int i = 0; i < edge; ++i) {
      const auto weight = static_cast<float>(0.5 - 0.5 * cos_exact(kPi * (i + 0.5) / edge));
      to[i] *= weight;
      to[frames_ - 1 - i] *= weight;
    }
    right = fft_.forward();
    if (c == 0) std::memcpy(left_spectrum_.data(), right, sizeof(float) * left_spectrum_.size());
  }
  const float* left = left_spectrum_.data();
  const auto product = [](const float* a, const float* b, int k) { return static_cast<double>(a[2 * k] * b[2 * k] + a[2 * k + 1] * b[2 * k + 1]); };
  BandPowers powers;
  long_bands_.sum([&](int k) { return product(left, left, k); }, powers.left.data());
  long_bands_.sum([&](int k) { return product(right, right, k); }, powers.right.data());
  long_bands_.sum([&](int k) { return product(left, right, k); }, powers.cross.data());
  write_tone(powers, heard + kMidBandsAt);
  write_width(powers, heard + kWidthAt);
  echoes_.measure(left, right, heard + kEchoesAt);
}

void Ear::add_frame(const analysis::SpectrumFrame& frame) noexcept {
  if (slots_ == kMelFrames) return;
  const int bins = stft_.grid().bins();
  float* mid = slot_power_[0].data();
  float* side = slot_power_[1].data();
  if (frames_in_slot_ == 0) {
    std::fill_n(mid, bins, 0.0f);
    std::fill_n(side, bins, 0.0f);
  }
  for (int k = 0; k < bins; ++k) {
    const float sum_re = frame.left[2 * k] + frame.right[2 * k], sum_im = frame.left[2 * k + 1] + frame.right[2 * k + 1];
    const float difference_re = frame.left[2 * k] - frame.right[2 * k], difference_im = frame.left[2 * k + 1] - frame.right[2 * k + 1];
    mid[k] += 0.25f * (sum_re * sum_re + sum_im * sum_im);
    side[k] += 0.25f * (difference_re * difference_re + difference_im * difference_im);
  }
  if (++frames_in_slot_ == kFramesPerSlot) end_slot();
}

void Ear::end_slot() noexcept {
  const float share = 1.0f / static_cast<float>(frames_in_slot_);
  for (int c = 0; c < 2; ++c) {
    for (float& power : slot_power_[c]) power *= share;
    mel_bands_.apply(slot_power_[c].data(), mel_[c].data() + slots_ * kMelBands);
  }
  slot_bands_.sum([this](int k) { return static_cast<double>(slot_power_[0][static_cast<std::size_t>(k)] + slot_power_[1][static_cast<std::size_t>(k)]); },
                  band_slots_.data() + slots_ * kThirdOctaves);
  ++slots_;
  frames_in_slot_ = 0;
}

// The picture, and how the bands move.
void Ear::hear_frames(float* mel, float* heard) noexcept {
  slots_ = 0;
  frames_in_slot_ = 0;
  stft_.reset();
  const float* planes[2] = {samples_[0].data(), samples_[1].data()};
  const auto sink = [this](const analysis::SpectrumFrame& frame) { add_frame(frame); };
  stft_.process({planes, 2, frames_}, sink);
  stft_.finish(sink);
  if (frames_in_slot_ > 0) end_slot();
  write_mel(mel);
  write_motion(band_slots_, slots_, heard + kBandSpreadAt, heard + kBandDynamicsAt);
}

void Ear::write_mel(float* mel) const noexcept {
  double mean = 1e-30;
  for (const std::vector<float>& powers : mel_)
    for (int i = 0; i < slots_ * kMelBands; ++i) mean += static_cast<double>(powers[static_cast<std::size_t>(i)]) / (slots_ * kMelBands);
  const auto scale = static_cast<float>(1.0 / mean);
  constexpr float nothing = 1e-9f;
  for (int c = 0; c < 2; ++c)
    for (int slot = 0; slot < slots_; ++slot)
      for (int band = 0; band < kMelBands; band += 4) {
        const f32x4 level = splat4(kDbPerPowerLog2) * log2_fast4(splat4(scale) * load4(mel_[c].data() + slot * kMelBands + band) + splat4(nothing));
        const f32x4 held = max4(splat4(kLowestMelDb), min4(level, splat4(kHighestMelDb)));
        for (int lane = 0; lane < 4; ++lane) mel[(c * kMelBands + band + lane) * kMelFrames + slot] = held[lane] / kMelScaleDb;
      }
}

// Loudness and how the level moves.
void Ear::hear_levels(float* heard) noexcept {
  const float* planes[2] = {samples_[0].data(), samples_[1].data()};
  loudness_.reset();
  loudness_.process({planes, 2, frames_});
  const double rms_db = power_db(levels_.mean_power()), peak_db = power_db(levels_.peak_power());
  double lufs = loudness_.integrated_lufs();
  double momentary_max = loudness_.momentary_max_lufs();
  if (!is_finite(lufs)) lufs = rms_db;  // below the gate, or shorter than a block
  if (!is_finite(momentary_max)) momentary_max = lufs;
  float* out = heard + kLoudnessAt;
  out[0] = static_cast<float>((std::max(lufs, kSilentLufs) - kLoudnessCentreLufs) / kLoudnessSpanLu);
  out[1] = static_cast<float>((peak_db - lufs) / 10.0);
  out[2] = static_cast<float>((momentary_max - lufs) / 10.0);
  out[3] = static_cast<float>((peak_db - rms_db) / 10.0);
  levels_.write(lufs, heard + kPiecesAt, heard + kSlopesAt, heard + kPeaksAt);
}

void Ear::finish(float* mel, float* heard) noexcept {
  std::fill_n(mel, kMelNumbers, kLowestMelDb / kMelScaleDb);
  std::fill_n(heard, static_cast<int>(kHeardNumbers), 0.0f);
  heard[kLoudnessAt] = static_cast<float>((kSilentLufs - kLoudnessCentreLufs) / kLoudnessSpanLu);
  if (frames_ == 0) return;
  levels_.measure(samples_[0].data(), samples_[1].data(), frames_);
  if (!(levels_.mean_power() > kSilencePower)) return;
  hear_levels(heard);
  hear_spectrum(heard);
  hear_frames(mel, heard);
  for (int i = 0; i < kHeardNumbers; ++i) heard[i] = is_finite(heard[i]) ? clamp_to(heard[i], -kLargestNumber, kLargestNumber) : 0.0f;
}

}  // namespace ag06::assist
