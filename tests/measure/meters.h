// The meters behind docs/measurements.md, one code for ours and the peers, in double precision with libm. Not for code under test, nor for speed.
#pragma once

#include <functional>
#include <vector>

#include "support/music.h"

namespace ag06::measure {

using test::Planes;
using Samples = std::vector<float>;

// Largest magnitude between the samples of any channel: the whole signal, padded with silence, oversampled by an ideal (FFT) interpolator, in dB.
// Source: ITU-R BS.1770-5, Annex 2. On a sinusoid 16x reads low by at most 20 log10(cos(pi / 32)) = -0.042 dB; everything below Nyquist counts.
[[nodiscard]] double true_peak_db(const Planes& planes, int factor = 16);
[[nodiscard]] double sample_peak_db(const Planes& planes);
// The same by libebur128, whose 4x interpolator (2x from 96 kHz) is 49 taps long. Rates up to 192 kHz.
[[nodiscard]] double ebur128_true_peak_db(const Planes& planes, double sample_rate_hz);

// The same by the four-phase filter printed in ITU-R BS.1770-5, Annex 2, for 48 kHz.
[[nodiscard]] double itu_true_peak_db(const Planes& planes);

// A tone with a whole number of periods in the window, so that every product of a nonlinearity falls on one bin.
struct CoherentTone {
  int frames;   // a power of two
  int periods;  // odd, so that folded harmonics miss true ones
  [[nodiscard]] double freq_hz(double sample_rate_hz) const { return sample_rate_hz * periods / frames; }
};
// The whole periods that come closest to a frequency, prime against the window.
[[nodiscard]] CoherentTone coherent_tone(double near_hz, double sample_rate_hz, int frames);

// The strongest line between 20 Hz and 20 kHz that is no harmonic below Nyquist, against the tone, in dB: x[from, from + frames) is in steady state.
[[nodiscard]] double alias_db(const Samples& x, std::size_t from, const CoherentTone& tone, double sample_rate_hz);

// The strongest line outside the main lobe of a tone of any frequency, against the tone, in dB, through a Kaiser window of 190 dB. Lines below
// lowest_hz do not count.
[[nodiscard]] double spur_db(const Samples& x, std::size_t from, std::size_t frames, double sample_rate_hz, double tone_hz, double lowest_hz = 20.0);

// The strongest line from lowest_hz up, through the same window, in dBFS of a sine.
[[nodiscard]] double strongest_line_dbfs(const Samples& x, std::size_t from, std::size_t frames, double sample_rate_hz, double lowest_hz = 20.0);

struct ResponsePoint {
  double freq_hz, level_db;
};
// Magnitude of an impulse response against the height of the impulse, at the bins of its transform nearest to the frequencies.
[[nodiscard]] std::vector<ResponsePoint> response(const Samples& impulse_response, double impulse_lin, double sample_rate_hz,
                                                  const std::vector<double>& near_hz);
[[nodiscard]] std::vector<double> log_grid_hz(double from_hz, double to_hz, int points);
// Largest |measured - wanted| from 20 Hz to 20 kHz, in dB. Points that shall lie below floor_db are not compared: a notch's bottom is no figure.
// The rate is 44.1 kHz or more and the response has died away.
[[nodiscard]] double eq_error_db(const Samples& impulse_response, double impulse_lin, double sample_rate_hz,
                                 const std::function<double(double)>& wanted_db, double floor_db = -60.0);

// Power of noise as the ear hears it: each frequency down by the threshold in quiet, which is 0 dB where hearing is keenest; dBFS.
// Sources: ISO 226:2003, table 1 (T_f, to 12.5 kHz) and ISO 389-7:2005 (to 18 kHz; its last slope goes on above); E. Terhardt, "Calculating virtual
// pitch", Hearing Research 1, 1979, eq. 1.
enum class Hearing { iso_226, terhardt };
[[nodiscard]] double hearing_threshold_db(Hearing hearing, double freq_hz);
[[nodiscard]] double heard_noise_dbfs(const std::vector<double>& noise, double sample_rate_hz, Hearing hearing);

// A tone that climbs through the levels, each held for hold_frames on every channel.
[[nodiscard]] Planes staircase(const std::vector<double>& levels_dbfs, int hold_frames, double sample_rate_hz, double tone_hz, int channels = 2);
// Gain per level of what came out, over the last third of each hold, in dB.
[[nodiscard]] std::vector<double> gains_of_staircase(const Samples& out, const std::vector<double>& levels_dbfs, int hold_frames,
                                                     double sample_rate_hz, double tone_hz, int delay_frames = 0);
// Gain in dB around every frame: quadrature demodulation of out over that of in, over whole periods of the tone centred on the frame.
[[nodiscard]] std::vector<double> gain_track_db(const Samples& in, const Samples& out, double sample_rate_hz, double tone_hz, int periods,
                                                int delay_frames = 0);
// Time from `from` until the track has covered a share (0..1) of the way between its value there and its value at `to`, in ms; interpolated.
[[nodiscard]] double step_time_ms(const std::vector<double>& track_db, std::size_t from, std::size_t to, double share, double sample_rate_hz);

// 100 Hz on two channels whose peaks, on the left, fall on every 100 ms; it fades in, so that no echo carries its beginning about as a click.
[[nodiscard]] Planes click_carrier(int frames, double sample_rate_hz, double peak_lin);

// Frames by which out lags in at the best match of their magnitudes' peaks (in: one impulse).
[[nodiscard]] int impulse_delay_frames(const Samples& out, std::size_t impulse_at);

// Correlation coefficient of two signals of equal length.
[[nodiscard]] double correlation(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace ag06::measure
