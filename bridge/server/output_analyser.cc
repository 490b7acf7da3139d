#include "server/output_analyser.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <numbers>

namespace ag06::bridge::server {
namespace {

// Below -120 dBFS there is nothing to speak of.
constexpr double kSilence = 1e-12;
constexpr double kTiny = 1e-12;   // of an amplitude: -240 dB; smoothing would end in denormals
constexpr double kRolloffShare = 0.85;

[[nodiscard]] float db_of_power(double power) noexcept { return power > 0.0 ? static_cast<float>(10.0 * std::log10(power)) : -std::numeric_limits<float>::infinity(); }

[[nodiscard]] double phase_of(std::size_t i, std::size_t size) noexcept { return 2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(size); }

}  // namespace

OutputAnalyser::OutputAnalyser()
    : blackman_(kWindowFrames), hann_(kFeatureFrames), newest_(2 * kWindowFrames), smooth_(protocol::kSpectrumBins) {
  if (wide_.prepare(kWindowFrames) != Status::ok || narrow_.prepare(kFeatureFrames) != Status::ok) throw std::bad_alloc();
  for (std::size_t i = 0; i < blackman_.size(); ++i) {
    const double phase = phase_of(i, blackman_.size());
    blackman_[i] = static_cast<float>(0.42 - 0.5 * std::cos(phase) + 0.08 * std::cos(2.0 * phase));
  }
  for (std::size_t i = 0; i < hann_.size(); ++i) hann_[i] = static_cast<float>(0.5 - 0.5 * std::cos(phase_of(i, hann_.size())));
  magnitudes_db_.fill(-std::numeric_limits<float>::infinity());
}

bool OutputAnalyser::look(LiveDoor& door) {
  const std::uint64_t now = door.tap_now(Tap::output).next_frame;
  if (now == end_) return false;
  const std::uint64_t missing = std::min<std::uint64_t>(now > end_ ? now - end_ : kWindowFrames, kWindowFrames);
  TapCursor cursor{now - std::min(now, missing)};
  const std::size_t frames = static_cast<std::size_t>(now - cursor.next_frame);
  std::move(newest_.begin() + static_cast<std::ptrdiff_t>(2 * frames), newest_.end(), newest_.begin());
  float* const tail = newest_.data() + newest_.size() - 2 * frames;
  const TapRead read = door.read_tap(Tap::output, cursor, {tail, 2 * frames});
  // What was overwritten meanwhile counts as silence.
  std::fill(tail + 2 * static_cast<std::size_t>(read.frames), newest_.data() + newest_.size(), 0.0f);
  end_ = now;
  return true;
}

const std::array<float, protocol::kSpectrumBins>& OutputAnalyser::spectrum(double elapsed_s) {
  float* const in = wide_.input();
  for (std::size_t i = 0; i < blackman_.size(); ++i) in[i] = 0.5f * (newest_[2 * i] + newest_[2 * i + 1]) * blackman_[i];
  const float* const bins = wide_.forward();
  // A sine of full scale on a bin: half the window's sum, 0.42 of its length.
  const double scale = 1.0 / (0.5 * 0.42 * kWindowFrames);
  const double keep = std::pow(kSpectrumSmoothing, std::clamp(elapsed_s / kSmoothingPeriodS, 0.0, 1e3));
  for (std::size_t k = 0; k < smooth_.size(); ++k) {
    const double re = static_cast<double>(bins[2 * k]), im = static_cast<double>(bins[2 * k + 1]);
    const double now = std::sqrt(re * re + im * im) * scale;
    const double mixed = keep * static_cast<double>(smooth_[k]) + (1.0 - keep) * now;
    smooth_[k] = mixed > kTiny ? static_cast<float>(mixed) : 0.0f;
    magnitudes_db_[k] = db_of_power(static_cast<double>(smooth_[k]) * static_cast<double>(smooth_[k]));
  }
  return magnitudes_db_;
}

std::array<float, 2 * protocol::kScopeFrames> OutputAnalyser::waves() const {
  std::array<float, 2 * protocol::kScopeFrames> waves;
  std::copy(newest_.end() - static_cast<std::ptrdiff_t>(waves.size()), newest_.end(), waves.begin());
  return waves;
}

// Mean square per bin: their sum is that of the windowed signal, whose window is made up for.
std::vector<double> OutputAnalyser::channel_power(int channel) {
  float* const in = narrow_.input();
  const std::size_t first = kWindowFrames - kFeatureFrames;
  double window_power = 0.0;
  for (std::size_t i = 0; i < hann_.size(); ++i) {
    in[i] = newest_[2 * (first + i) + static_cast<std::size_t>(channel)] * hann_[i];
    window_power += static_cast<double>(hann_[i]) * static_cast<double>(hann_[i]);
  }
  const float* const bins = narrow_.forward();
  std::vector<double> power(static_cast<std::size_t>(narrow_.bins()));
  for (std::size_t k = 0; k < power.size(); ++k) {
    const double re = static_cast<double>(bins[2 * k]), im = static_cast<double>(bins[2 * k + 1]);
    const double sides = k == 0 || k + 1 == power.size() ? 1.0 : 2.0;
    power[k] = sides * (re * re + im * im) / (kFeatureFrames * window_power);
  }
  return power;
}

protocol::FeatureFrame OutputAnalyser::features(double sample_rate_hz) {
  constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();
  protocol::FeatureFrame out{kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, kUnknown};
  double left = 0.0, right = 0.0, both = 0.0, peak = 0.0;
  for (std::size_t i = kWindowFrames - kFeatureFrames; i < kWindowFrames; ++i) {
    const double l = static_cast<double>(newest_[2 * i]), r = static_cast<double>(newest_[2 * i + 1]);
    left += l * l, right += r * r, both += l * r;
    peak = std::max({peak, std::fabs(l), std::fabs(r)});
  }
  left /= kFeatureFrames, right /= kFeatureFrames, both /= kFeatureFrames;
  const double mean_square = 0.5 * (left + right);
  if (!(mean_square > kSilence)) return out;
  out.rms_dbfs = db_of_power(2.0 * mean_square);   // a sine's mean square is half its amplitude's square
  out.crest_db = db_of_power(peak * peak / mean_square);
  if (left > kSilence && right > kSilence) out.correlation = static_cast<float>(std::clamp(both / std::sqrt(left * right), -1.0, 1.0));
  out.balance_ratio = static_cast<float>((right - left) / (right + left));
  out.side_ratio = static_cast<float>(std::clamp((left + right - 2.0 * both) / (2.0 * (left + right)), 0.0, 1.0));
  if (!(sample_rate_hz > 0.0)) return out;

  std::vector<double> power = channel_power(0);
  const std::vector<double> other = channel_power(1);
  for (std::size_t k = 0; k < power.size(); ++k) power[k] = 0.5 * (power[k] + other[k]);
  const double bin_hz = sample_rate_hz / kFeatureFrames;
  constexpr double kLowestHz = 20.0;
  double sum = 0.0, moment = 0.0, log_sum = 0.0, low = 0.0, mid = 0.0, high = 0.0;
  int counted = 0;
  for (std::size_t k = 1; k < power.size(); ++k) {
    const double hz = static_cast<double>(k) * bin_hz;
    if (hz < kLowestHz) continue;
    sum += power[k];
    moment += power[k] * hz;
    log_sum += std::log(power[k] + 1e-30);
    ++counted;
    if (hz < 250.0) low += power[k];
    else if (hz < 4000.0) mid += power[k];
    else if (hz <= 20000.0) high += power[k];
  }
  if (!(sum > kSilence)) return out;
  out.centroid_hz = static_cast<float>(moment / sum);
  // The bins of white noise are distributed exponentially: geometric over arithmetic mean is exp(-gamma). Unlike channels come closer and are cut to 1.
  out.flatness_ratio = static_cast<float>(std::clamp(std::exp(log_sum / counted) / (sum / counted) / std::exp(-std::numbers::egamma), 0.0, 1.0));
  double so_far = 0.0;
  for (std::size_t k = 1; k < power.size(); ++k) {
    const double hz = static_cast<double>(k) * bin_hz;
    if (hz < kLowestHz) continue;
    so_far += power[k];
    if (so_far >= kRolloffShare * sum) {
      out.rolloff_hz = static_cast<float>(hz);
      break;
    }
  }
  out.low_dbfs = db_of_power(2.0 * low);
  out.mid_dbfs = db_of_power(2.0 * mid);
  out.high_dbfs = db_of_power(2.0 * high);
  return out;
}

}  // namespace ag06::bridge::server
