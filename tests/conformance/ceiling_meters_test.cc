// The third of the ceiling meters against libebur128 itself, whose reading it claims to give.
#include "dsp/limiter/ceiling_meters.h"

#include <ebur128.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "support/measure.h"
#include "support/peak_tortures.h"

namespace ag06::test {
namespace {

TEST(AgainstLibebur128, CeilingMetersReadItsTruePeak) {
  for (const double rate_hz : {8000.0, 44100.0, 48000.0, 88200.0, 96000.0, 176400.0, 192000.0}) {
    for (PeakTorture& t : peak_tortures(rate_hz, 16000)) {
      dsp::CeilingMeters meters;
      ASSERT_EQ(meters.prepare({rate_hz, 2, 512}), Status::ok);
      run(meters, t.signal);
      ebur128_state* state = ebur128_init(2, static_cast<unsigned long>(rate_hz), EBUR128_MODE_TRUE_PEAK);
      std::vector<float> interleaved;
      for (std::size_t i = 0; i < t.signal.samples[0].size(); ++i)
        for (const auto& plane : t.signal.samples) interleaved.push_back(plane[i]);
      ASSERT_EQ(ebur128_add_frames_float(state, interleaved.data(), t.signal.samples[0].size()), EBUR128_SUCCESS);
      double highest = 0.0, channel_peak = 0.0;
      for (const unsigned channel : {0u, 1u}) {
        ASSERT_EQ(ebur128_true_peak(state, channel, &channel_peak), EBUR128_SUCCESS);
        highest = std::max(highest, channel_peak);
      }
      ebur128_destroy(&state);
      EXPECT_NEAR(meters.finish().hann_dbtp, to_db(highest), 0.0005) << t.name << ' ' << rate_hz;
    }
  }
}

}  // namespace
}  // namespace ag06::test
