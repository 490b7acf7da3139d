#include "measure/meters.h"

#include <ebur128.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>
#include <numeric>

#include "support/fft.h"
#include "support/measure.h"

namespace ag06::measure {
namespace {
using test::Complex;
using test::fft;
using test::inverse_fft;
using test::power_of_two_from;
using test::spectrum_of;
using test::to_db;

// Two real channels as one complex signal: a delay by a linear phase keeps them apart.
[[nodiscard]] double pair_peak(const Samples& a, const Samples& b, int factor) {
  constexpr std::size_t kPadFrames = 4096;  // on both sides, so that the transform's wrap-around meets silence
  const std::size_t length = power_of_two_from(a.size() + 2 * kPadFrames);
  std::vector<Complex> spectrum(length);
  for (std::size_t i = 0; i < a.size(); ++i) spectrum[i + kPadFrames] = {static_cast<double>(a[i]), static_cast<double>(b[i])};
  double peak = 0.0;
  const auto note_peak = [&](const std::vector<Complex>& x) {
    for (const Complex& v : x) peak = std::max({peak, std::fabs(v.real()), std::fabs(v.imag())});
  };
  note_peak(spectrum);
  fft(spectrum);
  std::vector<Complex> shifted(length);
  for (int m = 1; m < factor; ++m) {
    const double turn = 2.0 * kPi * m / (static_cast<double>(factor) * static_cast<double>(length));
    for (std::size_t k = 0; k < length; ++k) {
      const double signed_k = k < length / 2 ? static_cast<double>(k) : static_cast<double>(k) - static_cast<double>(length);
      shifted[k] = k == length / 2 ? spectrum[k] * std::cos(turn * signed_k) : spectrum[k] * std::polar(1.0, turn * signed_k);
    }
    inverse_fft(shifted);
    note_peak(shifted);
  }
  return peak;
}

// Demodulated tone around every frame: a boxcar of whole periods over x exp(-i w n).
[[nodiscard]] std::vector<double> amplitudes(const Samples& x, double sample_rate_hz, double tone_hz, int periods) {
  const auto window = static_cast<std::ptrdiff_t>(std::lround(periods * sample_rate_hz / tone_hz));
  const auto frames = static_cast<std::ptrdiff_t>(x.size());
  std::vector<Complex> sums(x.size() + 1);
  for (std::size_t i = 0; i < x.size(); ++i)
    sums[i + 1] = sums[i] + static_cast<double>(x[i]) * std::polar(1.0, -2.0 * kPi * tone_hz * static_cast<double>(i) / sample_rate_hz);
  std::vector<double> out(x.size());
  for (std::ptrdiff_t i = 0; i < frames; ++i) {
    const std::ptrdiff_t from = std::clamp<std::ptrdiff_t>(i - window / 2, 0, std::max<std::ptrdiff_t>(0, frames - window));
    const std::ptrdiff_t to = std::min(frames, from + window);
    out[static_cast<std::size_t>(i)] =
        2.0 * std::abs(sums[static_cast<std::size_t>(to)] - sums[static_cast<std::size_t>(from)]) / static_cast<double>(window);
  }
  return out;
}

// J. F. Kaiser, R. W. Schafer, "On the Use of the I0-Sinh Window for Spectrum Analysis", IEEE Trans. ASSP 28(1), 1980: beta for 190 dB of side
// lobes; half the main lobe's width is sqrt(1 + (beta / pi)^2) bins.
constexpr double kLineBeta = 24.5;

// Amplitude of a sine at each bin from 0 to half the rate; bins so close that a line between two reads 0.02 dB low at most.
[[nodiscard]] std::vector<double> line_amplitudes(const Samples& x, std::size_t from, std::size_t frames) {
  std::vector<double> windowed(4 * frames);
  double sum = 0.0;
  for (std::size_t i = 0; i < frames; ++i) {
    const double u = 2.0 * static_cast<double>(i) / static_cast<double>(frames - 1) - 1.0;
    const double window = std::cyl_bessel_i(0.0, kLineBeta * std::sqrt(std::max(0.0, 1.0 - u * u)));
    sum += window;
    windowed[i] = static_cast<double>(x[from + i]) * window;
  }
  const std::vector<Complex> spectrum = spectrum_of(windowed, 0, windowed.size());
  std::vector<double> amplitudes(spectrum.size() / 2 + 1);
  for (std::size_t k = 0; k < amplitudes.size(); ++k) amplitudes[k] = 2.0 * std::abs(spectrum[k]) / sum;
  return amplitudes;
}

}  // namespace

double true_peak_db(const Planes& planes, int factor) {
  double peak = 0.0;
  for (std::size_t c = 0; c < planes.samples.size(); c += 2)
    peak = std::max(peak, pair_peak(planes.samples[c], planes.samples[std::min(c + 1, planes.samples.size() - 1)], factor));
  return to_db(peak);
}

double sample_peak_db(const Planes& planes) {
  double peak = 0.0;
  for (const Samples& plane : planes.samples) peak = std::max(peak, test::peak_of(plane));
  return to_db(peak);
}

double ebur128_true_peak_db(const Planes& planes, double sample_rate_hz) {
  const auto close = [](ebur128_state* state) { ebur128_destroy(&state); };
  const auto channels = static_cast<unsigned>(planes.samples.size());
  const std::unique_ptr<ebur128_state, decltype(close)> state(
      ebur128_init(channels, static_cast<unsigned long>(sample_rate_hz), EBUR128_MODE_TRUE_PEAK), close);
  if (!state) return std::nan("");
  std::vector<float> interleaved(planes.samples[0].size() * channels);
  for (std::size_t i = 0; i < planes.samples[0].size(); ++i)
    for (std::size_t c = 0; c < channels; ++c) interleaved[i * channels + c] = planes.samples[c][i];
  if (ebur128_add_frames_float(state.get(), interleaved.data(), planes.samples[0].size()) != EBUR128_SUCCESS) return std::nan("");
  double peak = 0.0;
  for (unsigned c = 0; c < channels; ++c) {
    double channel_peak = 0.0;
    if (ebur128_true_peak(state.get(), c, &channel_peak) != EBUR128_SUCCESS) return std::nan("");
    peak = std::max(peak, channel_peak);
  }
  return to_db(peak);
}

double itu_true_peak_db(const Planes& planes) {
  // Phases 0 and 1; 3 and 2 are those backwards.
  constexpr int kTaps = 12;
  constexpr double kPhases[2][kTaps] = {{0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875, 0.1373291015625,
                                         0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250, 0.0148925781250, -0.0083007812500},
                                        {-0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500, 0.4650878906250,
                                         0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625, 0.0330810546875, -0.0189208984375}};
  double peak = 0.0;
  for (const Samples& plane : planes.samples) {
    for (std::size_t i = 0; i + kTaps <= plane.size(); ++i) {
      for (const auto& phase : kPhases) {
        double forwards = 0.0, backwards = 0.0;
        for (std::size_t k = 0; k < kTaps; ++k) {
          forwards += phase[k] * static_cast<double>(plane[i + k]);
          backwards += phase[kTaps - 1 - k] * static_cast<double>(plane[i + k]);
        }
        peak = std::max({peak, std::fabs(forwards), std::fabs(backwards)});
      }
    }
  }
  return to_db(peak);
}

CoherentTone coherent_tone(double near_hz, double sample_rate_hz, int frames) {
  int periods = static_cast<int>(std::lround(near_hz * frames / sample_rate_hz));
  periods |= 1;
  const auto prime = [](int n) {
    for (int d = 3; d * d <= n; d += 2)
      if (n % d == 0) return false;
    return n > 2;
  };
  while (!prime(periods)) periods += 2;
  return {frames, periods};
}

double alias_db(const Samples& x, std::size_t from, const CoherentTone& tone, double sample_rate_hz) {
  const std::vector<Complex> spectrum = spectrum_of(x, from, static_cast<std::size_t>(tone.frames));
  const double bin_hz = sample_rate_hz / tone.frames;
  double worst = 0.0;
  for (int k = 1; k < tone.frames / 2; ++k) {
    if (k % tone.periods == 0 || k * bin_hz < 20.0 || k * bin_hz > 20000.0) continue;
    worst = std::max(worst, std::abs(spectrum[static_cast<std::size_t>(k)]));
  }
  return to_db(worst / std::abs(spectrum[static_cast<std::size_t>(tone.periods)]));
}

double spur_db(const Samples& x, std::size_t from, std::size_t frames, double sample_rate_hz, double tone_hz, double lowest_hz) {
  const std::vector<double> lines = line_amplitudes(x, from, frames);
  const double skirt_hz = (std::sqrt(1.0 + kLineBeta * kLineBeta / (kPi * kPi)) + 2.0) * sample_rate_hz / static_cast<double>(frames);
  double tone = 0.0, worst = 0.0;
  for (std::size_t k = 0; k < lines.size(); ++k) {
    const double freq_hz = 0.5 * sample_rate_hz * static_cast<double>(k) / static_cast<double>(lines.size() - 1);
    double& of = std::fabs(freq_hz - tone_hz) <= skirt_hz ? tone : worst;
    if (freq_hz >= lowest_hz) of = std::max(of, lines[k]);
  }
  return to_db(worst / tone);
}

double strongest_line_dbfs(const Samples& x, std::size_t from, std::size_t frames, double sample_rate_hz, double lowest_hz) {
  const std::vector<double> lines = line_amplitudes(x, from, frames);
  const auto first = static_cast<std::size_t>(lowest_hz / (0.5 * sample_rate_hz) * static_cast<double>(lines.size() - 1));
  return to_db(*std::max_element(lines.begin() + static_cast<std::ptrdiff_t>(first), lines.end()));
}

std::vector<double> log_grid_hz(double from_hz, double to_hz, int points) {
  std::vector<double> freqs_hz;
  for (int i = 0; i < points; ++i) freqs_hz.push_back(from_hz * std::pow(to_hz / from_hz, i / (points - 1.0)));
  return freqs_hz;
}

std::vector<ResponsePoint> response(const Samples& impulse_response, double impulse_lin, double sample_rate_hz, const std::vector<double>& near_hz) {
  const std::vector<Complex> spectrum = spectrum_of(impulse_response, 0, impulse_response.size());
  const double bin_hz = sample_rate_hz / static_cast<double>(spectrum.size());
  std::vector<ResponsePoint> points;
  for (const double freq_hz : near_hz) {
    const auto bin = std::min(spectrum.size() / 2, static_cast<std::size_t>(freq_hz / bin_hz + 0.5));
    points.push_back({static_cast<double>(bin) * bin_hz, to_db(std::abs(spectrum[bin]) / impulse_lin)});
  }
  return points;
}

double eq_error_db(const Samples& impulse_response, double impulse_lin, double sample_rate_hz, const std::function<double(double)>& wanted_db,
                   double floor_db) {
  double worst_db = 0.0;
  for (const ResponsePoint& point : response(impulse_response, impulse_lin, sample_rate_hz, log_grid_hz(20.0, 20000.0, 600))) {
    const double expected_db = wanted_db(point.freq_hz);
    if (expected_db >= floor_db) worst_db = std::max(worst_db, std::fabs(point.level_db - expected_db));
  }
  return worst_db;
}

double hearing_threshold_db(Hearing hearing, double freq_hz) {
  const double freq_khz = 0.001 * freq_hz;
  if (hearing == Hearing::terhardt)
    return 3.64 * std::pow(freq_khz, -0.8) - 6.5 * std::exp(-0.6 * (freq_khz - 3.3) * (freq_khz - 3.3)) + 1e-3 * std::pow(freq_khz, 4.0);
  struct Point {
    double freq_hz, threshold_db;
  };
  constexpr Point kPoints[] = {{20, 78.5},   {25, 68.7},  {31.5, 59.5}, {40, 51.1},    {50, 44.0},    {63, 37.5},    {80, 31.5},    {100, 26.5},
                               {125, 22.1},  {160, 17.9}, {200, 14.4},  {250, 11.4},   {315, 8.6},    {400, 6.2},    {500, 4.4},    {630, 3.0},
                               {800, 2.2},   {1000, 2.4}, {1250, 3.5},  {1600, 1.7},   {2000, -1.3},  {2500, -4.2},  {3150, -6.0},  {4000, -5.4},
                               {5000, -1.5}, {6300, 6.0}, {8000, 12.6}, {10000, 13.9}, {12500, 12.3}, {14000, 18.4}, {16000, 40.2}, {18000, 73.2}};
  if (freq_hz <= kPoints[0].freq_hz) return kPoints[0].threshold_db;
  for (std::size_t i = 1; i < std::size(kPoints); ++i) {
    if (freq_hz > kPoints[i].freq_hz) continue;
    const double share = std::log(freq_hz / kPoints[i - 1].freq_hz) / std::log(kPoints[i].freq_hz / kPoints[i - 1].freq_hz);
    return kPoints[i - 1].threshold_db + share * (kPoints[i].threshold_db - kPoints[i - 1].threshold_db);
  }
  return std::end(kPoints)[-1].threshold_db + 33.0 * (freq_khz - 18.0) / 2.0;
}

double heard_noise_dbfs(const std::vector<double>& noise, double sample_rate_hz, Hearing hearing) {
  constexpr std::size_t kFrames = 4096;
  double keenest_db = 1e9;
  for (double freq_hz = 2000.0; freq_hz < 5000.0; freq_hz += 10.0) keenest_db = std::min(keenest_db, hearing_threshold_db(hearing, freq_hz));
  std::vector<double> weights(kFrames / 2);
  for (std::size_t k = 1; k < weights.size(); ++k)
    weights[k] = std::pow(10.0, (keenest_db - hearing_threshold_db(hearing, sample_rate_hz * static_cast<double>(k) / kFrames)) / 10.0);
  double power = 0.0;
  const std::size_t pieces = noise.size() / kFrames;
  for (std::size_t piece = 0; piece < pieces; ++piece) {
    const std::vector<Complex> spectrum = spectrum_of(noise, piece * kFrames, kFrames);
    for (std::size_t k = 1; k < weights.size(); ++k) power += 2.0 * std::norm(spectrum[k]) * weights[k];
  }
  return 10.0 * std::log10(std::max(power / (static_cast<double>(pieces) * kFrames * kFrames), 1e-30));
}

Planes staircase(const std::vector<double>& levels_dbfs, int hold_frames, double sample_rate_hz, double tone_hz, int channels) {
  Planes planes(channels, static_cast<int>(levels_dbfs.size()) * hold_frames);
  for (Samples& plane : planes.samples)
    for (std::size_t i = 0; i < plane.size(); ++i)
      plane[i] = static_cast<float>(test::from_db(levels_dbfs[i / static_cast<std::size_t>(hold_frames)]) *
                                    std::sin(2.0 * kPi * tone_hz * static_cast<double>(i) / sample_rate_hz));
  return planes;
}

std::vector<double> gains_of_staircase(const Samples& out, const std::vector<double>& levels_dbfs, int hold_frames, double sample_rate_hz,
                                       double tone_hz, int delay_frames) {
  // Whole periods, so that harmonics that a fast detector adds stay out of the fit.
  const double period_frames = sample_rate_hz / tone_hz;
  const int window = static_cast<int>(std::lround(std::floor(hold_frames / 3.0 / period_frames) * period_frames));
  std::vector<double> gains_db;
  for (std::size_t k = 0; k < levels_dbfs.size(); ++k) {
    const int end = std::min(static_cast<int>(out.size()), (static_cast<int>(k) + 1) * hold_frames + delay_frames);
    gains_db.push_back(test::tone_db(out, end - window, window, sample_rate_hz, tone_hz) - levels_dbfs[k]);
  }
  return gains_db;
}

std::vector<double> gain_track_db(const Samples& in, const Samples& out, double sample_rate_hz, double tone_hz, int periods, int delay_frames) {
  const std::vector<double> before = amplitudes(in, sample_rate_hz, tone_hz, periods), after = amplitudes(out, sample_rate_hz, tone_hz, periods);
  std::vector<double> track_db(in.size() - static_cast<std::size_t>(delay_frames));
  for (std::size_t i = 0; i < track_db.size(); ++i)
    track_db[i] = to_db(after[i + static_cast<std::size_t>(delay_frames)] / std::max(before[i], 1e-12));
  return track_db;
}

double step_time_ms(const std::vector<double>& track_db, std::size_t from, std::size_t to, double share, double sample_rate_hz) {
  const double start_db = track_db[from], wanted_db = start_db + share * (track_db[to] - start_db);
  for (std::size_t i = from + 1; i <= to; ++i) {
    if ((track_db[i] - wanted_db) * (start_db - wanted_db) > 0.0) continue;
    const double past = (wanted_db - track_db[i - 1]) / (track_db[i] - track_db[i - 1]);
    return 1000.0 * (static_cast<double>(i - 1 - from) + past) / sample_rate_hz;
  }
  return std::nan("");
}

Planes click_carrier(int frames, double sample_rate_hz, double peak_lin) {
  Planes planes(2, frames);
  for (int i = 0; i < frames; ++i) {
    const double t = i / sample_rate_hz, fade = 0.5 - 0.5 * std::cos(kPi * std::min(1.0, t / 0.05)), phase_rad = 2.0 * kPi * 100.0 * t;
    planes.samples[0][static_cast<std::size_t>(i)] = static_cast<float>(peak_lin * fade * std::cos(phase_rad));
    planes.samples[1][static_cast<std::size_t>(i)] = static_cast<float>(0.72 * peak_lin * fade * std::cos(phase_rad + 0.9));
  }
  return planes;
}

int impulse_delay_frames(const Samples& out, std::size_t impulse_at) {
  std::size_t best = 0;
  for (std::size_t i = 0; i < out.size(); ++i)
    if (std::fabs(out[i]) > std::fabs(out[best])) best = i;
  return static_cast<int>(best) - static_cast<int>(impulse_at);
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / static_cast<double>(a.size());
  const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / static_cast<double>(b.size());
  double aa = 0.0, bb = 0.0, ab = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
    ab += (a[i] - mean_a) * (b[i] - mean_b);
  }
  return ab / std::sqrt(std::max(aa * bb, 1e-300));
}

}  // namespace ag06::measure
