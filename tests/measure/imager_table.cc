// TARGETS 2.6, stereo: what the imager must leave alone and what it must take away.
#include <algorithm>
#include <cmath>
#include <string>

#include "dsp/stereo/imager.h"
#include "measure/meters.h"
#include "measure/processed.h"
#include "measure/tables.h"
#include "support/measure.h"

namespace ag06::measure {
namespace {

constexpr double kRateHz = 48000.0;

[[nodiscard]] Samples half_sum(const Planes& planes, float sign) {
  Samples sum;
  for (std::size_t i = 0; i < planes.samples[0].size(); ++i) sum.push_back(0.5f * (planes.samples[0][i] + sign * planes.samples[1][i]));
  return sum;
}

}  // namespace

void imager_table(Run& run) {
  run.report.section("Stereo imager", "Mid is half the sum of the channels, side half their difference; unlike noise on both channels unless said.");
  const Planes in = test::noise(2, run.quick ? 48000 : 480000, 0.5, 15);
  const Samples mid = half_sum(in, 1.0f);
  run.report.figure("width 1: frames that differ from the input", test::first_difference(in, processed<dsp::Imager>(in, kRateHz, {})) + 1, 0, "",
                    equal_to(0.0));
  dsp::ImagerParams mono;
  mono.width_ratio = 0.0f;
  run.report.figure("width 0: side left",
                    test::to_db(test::rms_of(half_sum(processed<dsp::Imager>(in, kRateHz, mono), -1.0f)) / test::rms_of(half_sum(in, -1.0f))), 1,
                    "dB", at_most(-120.0));
  double worst_sum_db = 0.0;
  for (const float width : {0.0f, 0.5f, 1.5f, 2.0f})
    for (const float low : {0.0f, 1.0f, 2.0f})
      for (const float high : {0.3f, 1.0f, 2.0f}) {
        dsp::ImagerParams params;
        params.width_ratio = width;
        params.low_width_ratio = low;
        params.high_width_ratio = high;
        const double level_db = test::to_db(test::rms_of(half_sum(processed<dsp::Imager>(in, kRateHz, params), 1.0f)) / test::rms_of(mid));
        worst_sum_db = std::max(worst_sum_db, std::fabs(level_db));
      }
  run.report.figure("mono sum at any width, change of level", worst_sum_db, 5, "dB", at_most(0.01));
  double worst_flat_db = 0.0, side_left_db = -300.0;
  for (const float corner_hz : {60.0f, 120.0f, 300.0f}) {
    dsp::ImagerParams params;
    params.mono_below_hz = corner_hz;
    Planes impulse(2, 65536);
    for (Samples& plane : impulse.samples) plane[0] = 0.5f;
    const Planes out = processed<dsp::Imager>(impulse, kRateHz, params);
    for (const ResponsePoint& point : response(half_sum(out, 1.0f), 0.5, kRateHz, log_grid_hz(20.0, 20000.0, 300)))
      worst_flat_db = std::max(worst_flat_db, std::fabs(point.level_db));
    Planes side = test::sine(2, 96000, kRateHz, 0.25 * static_cast<double>(corner_hz), 0.5);
    for (float& x : side.samples[1]) x = -x;
    side_left_db = std::max(side_left_db, test::to_db(test::rms_of(half_sum(processed<dsp::Imager>(side, kRateHz, params), -1.0f), 48000) /
                                                      test::rms_of(side.samples[0], 48000)));
  }
  run.report.figure("mono below 60, 120, 300 Hz: mono sum flat, 20 Hz to 20 kHz", worst_flat_db, 4, "dB", at_most(0.1));
  // Fourth order: 24 dB per octave, two octaves under the corner.
  run.report.figure("the same: side left two octaves below the corner", side_left_db, 1, "dB", at_most(-47.0));
}

}  // namespace ag06::measure
