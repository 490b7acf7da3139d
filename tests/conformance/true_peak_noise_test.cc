// The true-peak meter on noise up to 20 kHz, against the peak of the band-limited signal itself. EBU Tech 3341's cases 15-23:
// tests/core/analysis/true_peak_test.cc.
#include <gtest/gtest.h>

#include <cstdio>

#include "analysis/true_peak.h"
#include "support/ideal_true_peak.h"
#include "support/measure.h"
#include "support/signals.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

TEST(TruePeakOfNoise, WithinATwentiethOfADecibelUpToTwentyKilohertz) {
  constexpr std::size_t kFrames = 8192;
  double worst_db = 0.0;
  for (const double rate_hz : {44100.0, 48000.0, 88200.0, 96000.0, 192000.0})
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
      // White, cut off at 20 kHz, faded in and out so that it ends.
      std::vector<Complex> spectrum(kFrames);
      Random random(seed * 7919);
      for (Complex& x : spectrum) x = 2.0 * random.unit() - 1.0;
      fft(spectrum);
      for (std::size_t k = 0; k < kFrames; ++k) {
        const double freq_hz = static_cast<double>(std::min(k, kFrames - k)) * rate_hz / kFrames;
        if (freq_hz > 19900.0) spectrum[k] = 0.0;
      }
      inverse_fft(spectrum);
      Planes planes(1, static_cast<int>(kFrames) + 64);
      for (std::size_t i = 0; i < kFrames; ++i) {
        const double fade = std::min(1.0, static_cast<double>(std::min(i, kFrames - 1 - i)) / 1000.0);
        planes.samples[0][i] = static_cast<float>(0.5 * (0.5 - 0.5 * std::cos(kPi * fade)) * spectrum[i].real());
      }
      TruePeakMeter meter;
      ASSERT_EQ(meter.prepare({rate_hz, 1, 512}), Status::ok);
      run(meter, planes);
      const double error_db = meter.max_dbtp() - to_db(ideal_true_peak(planes.samples[0]));
      worst_db = std::max(worst_db, std::fabs(error_db));
      EXPECT_NEAR(error_db, 0.0, 0.05) << rate_hz << " Hz, seed " << seed;
    }
  std::printf("largest error %.4f dB\n", worst_db);
}

}  // namespace
}  // namespace ag06::analysis
