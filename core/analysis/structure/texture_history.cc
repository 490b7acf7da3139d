#include "analysis/structure/texture_history.h"

#include <algorithm>
#include <cmath>

#include "analysis/structure/k_weighting.h"
#include "base/math.h"
#include "base/simd_math.h"

namespace ag06::analysis {
namespace {
constexpr double kFromHz = 40.0;
constexpr double kToHz = 16000.0;
constexpr double kLowFromHz = 40.0;
constexpr double kLowToHz = 200.0;
constexpr float kSilentPower = 1e-20f;
constexpr float kLeastContrastPower = 1e-18f;  // the product of two is a normal float
constexpr double kSilentDb = -200.0;
constexpr double kFullWithinDb = 30.0;
// A rise out of digital silence counts no more than one out of a pause.
constexpr double kMaxRiseDb = 30.0;
constexpr double kOnsetRiseDb = 1.5;       // mean over the bands
constexpr double kOnsetOverUsual = 2.0;
constexpr double kUsualRiseFrames = 50.0;
constexpr double kDbPerLog2Power = 0.5 * kDbPerLog2;
constexpr double kSpeechFromHz = 300.0;
constexpr double kSpeechToHz = 3400.0;
constexpr double kSlowestSyllableHz = 2.0;
constexpr double kQuickestSyllableHz = 8.0;
constexpr double kChromaFromHz = 80.0;
constexpr double kChromaToHz = 2000.0;
constexpr double kMelodyFromHz = 200.0;
constexpr double kMelodyToHz = 2000.0;
constexpr float kMelodyTonalShare = 0.1f;  // below it nothing carries a melody
// A Hann spectrum's bins together hold three times the mean square of the signal when a sine reads its amplitude.
constexpr double kMeanSquarePerPower = 1.0 / 3.0;

double mel_of(double frequency_hz) noexcept { return 2595.0 * kLog10Of2 * log2_exact(1.0 + frequency_hz / 700.0); }
double hz_of(double mel) noexcept { return 700.0 * (exp2_exact(mel * kLog2Of10 / 2595.0) - 1.0); }

float sum_of(const float* from, int count) noexcept {
  f32x4 sums = splat4(0.0f);
  int k = 0;
  for (; k + 4 <= count; k += 4) sums += load4(from + k);
  float sum = sum4(sums);
  for (; k < count; ++k) sum += from[k];
  return sum;
}

float weighted_sum(const float* from, const float* weights, int count) noexcept {
  f32x4 sums = splat4(0.0f);
  int k = 0;
  for (; k + 4 <= count; k += 4) sums += load4(from + k) * load4(weights + k);
  float sum = sum4(sums);
  for (; k < count; ++k) sum += from[k] * weights[k];
  return sum;
}

float power_db(float power) noexcept { return static_cast<float>(kDbPerLog2Power) * log2_fast(std::max(power, kSilentPower)); }

std::uint16_t trait_of(Trait which, double value) noexcept {
  const double share = clamp_to(value / kTraitRange[static_cast<std::size_t>(which)], 0.0, 1.0);
  return static_cast<std::uint16_t>(share * 65535.0 + 0.5);
}
}  // namespace

Status TextureHistory::prepare(const StftGrid& short_grid, const StftGrid& long_grid, double max_duration_s) {
  if (const Status status = validate({short_grid.sample_rate_hz, short_grid.channels}); status != Status::ok) return status;
  if (!(max_duration_s >= 0.0)) return Status::out_of_range;
  short_grid_ = short_grid;
  long_grid_ = long_grid;
  step_s_ = kFramesPerStep * short_grid.hop_s();
  max_steps_ = static_cast<std::size_t>(max_duration_s / step_s_) + 1;
  steps_.clear();
  steps_.reserve(max_steps_);
  const int top_bin = short_grid.bins() - 1;
  for (int b = 0; b <= kTextureBands; ++b) {
    const double edge_hz = hz_of(mel_of(kFromHz) + (mel_of(kToHz) - mel_of(kFromHz)) * b / kTextureBands);
    band_bins_[static_cast<std::size_t>(b)] = std::min(top_bin, std::max(b == 0 ? 1 : 0, static_cast<int>(edge_hz / short_grid.bin_hz() + 0.5)));
    if (b == kTextureBands) continue;
    tilt_db_[static_cast<std::size_t>(b)] = static_cast<float>(std::max(0.0, 3.0 * log2_exact(edge_hz / 1000.0)));
    tilt_lin_[static_cast<std::size_t>(b)] = static_cast<float>(db_to_lin(tilt_db_[static_cast<std::size_t>(b)]));
  }
  double octave_hz = 62.5;
  for (int& bin : octave_bins_) {
    bin = std::min(long_grid.bins() - 1, static_cast<int>(octave_hz / long_grid.bin_hz() + 0.5));
    octave_hz *= 2.0;
  }
  low_from_ = std::max(1, static_cast<int>(kLowFromHz / short_grid.bin_hz() + 0.5));
  low_to_ = static_cast<int>(kLowToHz / short_grid.bin_hz() + 0.5);
  speech_from_ = std::max(1, static_cast<int>(kSpeechFromHz / short_grid.bin_hz() + 0.5));
  speech_to_ = std::min(top_bin, static_cast<int>(kSpeechToHz / short_grid.bin_hz() + 0.5));
  quick_keep_ = exp_exact(-2.0 * kPi * kQuickestSyllableHz * short_grid.hop_s());
  slow_keep_ = exp_exact(-2.0 * kPi * kSlowestSyllableHz * short_grid.hop_s());
  weights_.resize(static_cast<std::size_t>(short_grid.bins()));
  for (int k = 0; k < short_grid.bins(); ++k) weights_[static_cast<std::size_t>(k)] = static_cast<float>(k_weight(k * short_grid.bin_hz()));
  motion_.prepare(short_grid);
  reset();
  return Status::ok;
}

void TextureHistory::reset() noexcept {
  steps_.clear();
  short_ = {};
  long_ = {};
  percussive_.reset();
  motion_.reset();
  for (Levels& levels : recent_db_) levels.fill(static_cast<float>(kSilentDb));
  recent_low_db_.fill(static_cast<float>(kSilentDb));
  rise_db_ = rise_before_db_ = usual_rise_db_ = 0.0;
  voice_now_ = 0.0f;
  quick_ = slow_ = 0.0;
  melody_semitone_ = 0;
}

TextureStep* TextureHistory::step_at(std::int64_t index) noexcept {
  if (index >= static_cast<std::int64_t>(max_steps_)) return nullptr;
  const auto at = static_cast<std::size_t>(index);
  while (steps_.size() <= at) {
    TextureStep silent;
    silent.band_centibel.fill(static_cast<std::int16_t>(kSilentDb * 10.0));
    steps_.push_back(silent);  // within what prepare() reserved
  }
  return &steps_[at];
}

void TextureHistory::process_short(const SpectrumFrame& frame) noexcept {
  TextureStep* step = step_at(frame.index / kFramesPerStep);
  if (!step) return;
  if (frame.index % kFramesPerStep == 0) short_ = {};
  Levels power{}, levels_db{};
  float fullest_db = static_cast<float>(kSilentDb);
  for (std::size_t b = 0; b < kTextureBands; ++b) {
    power[b] = sum_of(frame.power + band_bins_[b], band_bins_[b + 1] - band_bins_[b]);
    levels_db[b] = power_db(power[b]);
    short_.power[b] += power[b];
    fullest_db = std::max(fullest_db, levels_db[b] + tilt_db_[b]);
  }
  const double weighted = kMeanSquarePerPower * short_grid_.channels * weighted_sum(frame.power, weights_.data(), short_grid_.bins());
  const double amplitude = std::sqrt(weighted);

  int full = 0, bands = 0;
  for (std::size_t b = 0; b < kTextureBands; ++b) {
    if (band_bins_[b + 1] <= band_bins_[b]) continue;
    ++bands;
    full += fullest_db > kSilentDb && levels_db[b] + tilt_db_[b] > fullest_db - kFullWithinDb ? 1 : 0;
  }
  const double rise_db = hear_rises(levels_db, power_db(sum_of(frame.power + low_from_, low_to_ - low_from_)));
  if (frame.index % 2 == 0) {
    Levels lin{};
    for (std::size_t b = 0; b < kTextureBands; ++b) lin[b] = std::sqrt(power[b]) * tilt_lin_[b];
    const PercussiveShare<kTextureBands>::Parts parts = percussive_.process(lin);
    short_.percussive += parts.percussive;
    short_.all += parts.total;
    voice_now_ = motion_.process(frame.power);
  }
  hear_syllables(frame.power);
  short_.weighted_power += weighted;
  short_.amplitude += amplitude;
  short_.voice += amplitude * voice_now_;
  short_.fullness += amplitude * full / std::max(1, bands);
  short_.activity_db += amplitude * rise_db;
  ++short_.frames;
  write_short(*step);
}

double TextureHistory::hear_rises(const Levels& levels_db, double low_db) noexcept {
  double rise_db = 0.0;
  int bands = 0;
  for (std::size_t b = 0; b < kTextureBands; ++b) {
    if (band_bins_[b + 1] <= band_bins_[b]) continue;
    rise_db += clamp_to(static_cast<double>(levels_db[b] - recent_db_[1][b]), 0.0, kMaxRiseDb);
    ++bands;
  }
  rise_db /= std::max(1, bands);
  const bool onset = rise_db_ > rise_before_db_ && rise_db_ >= rise_db && rise_db_ > kOnsetRiseDb && rise_db_ > kOnsetOverUsual * usual_rise_db_;
  short_.onsets += onset ? 1 : 0;
  usual_rise_db_ += (rise_db - usual_rise_db_) / kUsualRiseFrames;
  rise_before_db_ = rise_db_;
  rise_db_ = rise_db;
  recent_db_[1] = recent_db_[0];
  recent_db_[0] = levels_db;
  short_.low_rise_db = std::max(short_.low_rise_db, clamp_to(low_db - recent_low_db_[3], 0.0, kMaxRiseDb));
  for (std::size_t i = 3; i > 0; --i) recent_low_db_[i] = recent_low_db_[i - 1];
  recent_low_db_[0] = static_cast<float>(low_db);
  return rise_db;
}

void TextureHistory::hear_syllables(const float* power) noexcept {
  const double amplitude = std::sqrt(static_cast<double>(sum_of(power + speech_from_, speech_to_ - speech_from_)));
  quick_ = flush_tiny(amplitude + quick_keep_ * (quick_ - amplitude));
  slow_ = flush_tiny(amplitude + slow_keep_ * (slow_ - amplitude));
  short_.speech_band += amplitude;
  short_.syllables += (quick_ - slow_) * (quick_ - slow_);
}

void TextureHistory::write_short(TextureStep& step) const noexcept {
  for (std::size_t b = 0; b < kTextureBands; ++b)
    step.band_centibel[b] = static_cast<std::int16_t>(10.0f * power_db(static_cast<float>(short_.power[b] / short_.frames)));
  step.weighted_power = static_cast<float>(short_.weighted_power / short_.frames);
  const double per_amplitude = short_.amplitude > 0.0 ? 1.0 / short_.amplitude : 0.0;
  const auto set = [&step](Trait which, double value) { step.traits[static_cast<std::size_t>(which)] = trait_of(which, value); };
  set(Trait::percussive, short_.all > 0.0 ? short_.percussive / short_.all : 0.0);
  set(Trait::fullness, short_.fullness * per_amplitude);
  set(Trait::activity_db, short_.activity_db * per_amplitude);
  set(Trait::voice, short_.voice * per_amplitude);
  set(Trait::low_rise_db, short_.low_rise_db);
  const double mean = short_.speech_band / short_.frames;
  set(Trait::syllabic, mean > 0.0 ? std::sqrt(short_.syllables / short_.frames) / mean : 0.0);
  set(Trait::onset_hz, short_.onsets / (short_.frames * short_grid_.hop_s()));
}

void TextureHistory::process_long(const SpectrumFrame& frame) noexcept {
  const auto index = static_cast<std::int64_t>(frame.time_s / step_s_);
  TextureStep* step = step_at(index);
  if (!step) return;
  if (index != long_.step) {
    long_ = {};
    long_.step = index;
  }
  const Partials heard = find_partials(frame.power, long_grid_);
  const double amplitude = std::sqrt(static_cast<double>(heard.total_power));
  long_.amplitude += amplitude;
  if (heard.total_power > 0.0f) long_.tonal += amplitude * (heard.clear_power / heard.total_power);
  long_.roughness += amplitude * roughness_of(heard);
  long_.contrast_db += amplitude * contrast_db(frame.power);
  add_chroma(heard, amplitude);
  long_.moves += melody_moved(heard) ? 1 : 0;
  ++long_.frames;
  write_long(*step);
}

double TextureHistory::contrast_db(const float* power) const noexcept {
  double sum_db = 0.0;
  int octaves = 0;
  for (std::size_t o = 0; o + 1 < octave_bins_.size(); ++o) {
    const int count = (octave_bins_[o + 1] - octave_bins_[o]) / 8 * 8;
    if (count < 8) continue;
    const float* from = power + octave_bins_[o];
    f32x4 sums = splat4(0.0f), logs = splat4(0.0f);
    for (int k = 0; k < count; k += 8) {
      const f32x4 first = max4(load4(from + k), splat4(kLeastContrastPower)), second = max4(load4(from + k + 4), splat4(kLeastContrastPower));
      sums += first + second;
      logs += log2_fast4(first * second);
    }
    sum_db += kDbPerLog2Power * (log2_exact(static_cast<double>(sum4(sums)) / count) - static_cast<double>(sum4(logs)) / count);
    ++octaves;
  }
  return octaves > 0 ? sum_db / octaves : 0.0;
}

void TextureHistory::add_chroma(const Partials& heard, double amplitude) noexcept {
  for (int i = 0; i < heard.count; ++i) {
    const Partial& partial = heard.partials[static_cast<std::size_t>(i)];
    if (!partial.clear || partial.frequency_hz < kChromaFromHz || partial.frequency_hz > kChromaToHz) continue;
    // Split between the two nearest pitch classes, so that a song tuned between them does not flicker. C4 lies nine semitones below A4.
    const double semitones = 12.0 * static_cast<double>(log2_fast(partial.frequency_hz / 440.0f)) + 69.0;
    const int below = static_cast<int>(semitones);
    const double share = semitones - below;
    const double salience = amplitude * std::sqrt(std::sqrt(partial.power / heard.partials[0].power));
    long_.chroma[static_cast<std::size_t>(below % 12)] += (1.0 - share) * salience;
    long_.chroma[static_cast<std::size_t>((below + 1) % 12)] += share * salience;
  }
}

bool TextureHistory::melody_moved(const Partials& heard) noexcept {
  if (heard.clear_power < kMelodyTonalShare * heard.total_power) return false;
  for (int i = 0; i < heard.count; ++i) {
    const float frequency_hz = heard.partials[static_cast<std::size_t>(i)].frequency_hz;
    if (!heard.partials[static_cast<std::size_t>(i)].clear || frequency_hz < kMelodyFromHz || frequency_hz > kMelodyToHz) continue;
    const int semitone = static_cast<int>(12.0f * log2_fast(frequency_hz / 440.0f) + 69.5f);
    const bool moved = melody_semitone_ != 0 && semitone != melody_semitone_;
    melody_semitone_ = semitone;
    return moved;
  }
  return false;
}

void TextureHistory::write_long(TextureStep& step) const noexcept {
  double all = 0.0;
  for (const double share : long_.chroma) all += share;
  for (std::size_t p = 0; p < 12; ++p) step.chroma[p] = all > 0.0 ? static_cast<std::uint8_t>(255.0 * long_.chroma[p] / all + 0.5) : std::uint8_t{0};
  const double per_amplitude = long_.amplitude > 0.0 ? 1.0 / long_.amplitude : 0.0;
  const auto set = [&step](Trait which, double value) { step.traits[static_cast<std::size_t>(which)] = trait_of(which, value); };
  set(Trait::tonal, long_.tonal * per_amplitude);
  set(Trait::roughness, long_.roughness * per_amplitude);
  set(Trait::contrast_db, long_.contrast_db * per_amplitude);
  set(Trait::melody_hz, long_.moves / (long_.frames * long_grid_.hop_s()));
}

}  // namespace ag06::analysis
