#include <algorithm>
#include <cstdio>

#include "hearing/scores.h"
#include "hearing/tables.h"
#include "support/signals.h"

namespace ag06::hearing {
namespace {

using measure::number;

constexpr double kDurationS = 2.0;

// How far the frequency called strongest lies from the one there is; infinity when none is told.
[[nodiscard]] double error_hz(double sample_rate_hz, double freq_hz, double phase_rad) {
  test::Planes audio = test::sine(2, static_cast<int>(kDurationS * sample_rate_hz), sample_rate_hz, freq_hz, 0.4, phase_rad);
  const Heard heard = heard_by_us(audio, sample_rate_hz, std::nan(""));
  return heard.dominant_frequencies_hz.empty() ? HUGE_VAL : std::fabs(heard.dominant_frequencies_hz.front() - freq_hz);
}

}  // namespace

void tone_table(Sheet& sheet) {
  const int per_octave = sheet.full ? 12 : 3;
  std::vector<std::vector<std::string>> rows;
  double worst_of_all = 0.0;
  for (const double rate_hz : {44100.0, 48000.0, 96000.0}) {
    double worst = 0.0, at_hz = 0.0;
    for (int step = 0;; ++step) {
      const double freq_hz = 20.0 * std::exp2(static_cast<double>(step) / per_octave);
      if (freq_hz > 20000.0) break;
      const double error = error_hz(rate_hz, freq_hz, 0.37 * step);
      if (sheet.tells_failures && !(error <= 0.1)) std::fprintf(stderr, "  %.3f Hz at %.0f Hz: %.3f Hz off\n", freq_hz, rate_hz, error);
      if (error > worst) {
        worst = error;
        at_hz = freq_hz;
      }
    }
    rows.push_back({number(rate_hz / 1000.0, 1), number(worst, 4), number(at_hz, 1)});
    worst_of_all = std::max(worst_of_all, worst);
  }
  sheet.report.section("Dominant frequency",
                       "Steady tones from 20 Hz to 20 kHz, two seconds each: how far the frequency called strongest lies from the truth.");
  sheet.report.table({"sample rate, kHz", "worst error, Hz", "at, Hz"}, rows);
  sheet.report.figure("dominant frequency, worst error", worst_of_all, 4, "Hz", measure::at_most(0.1));
}

}  // namespace ag06::hearing
