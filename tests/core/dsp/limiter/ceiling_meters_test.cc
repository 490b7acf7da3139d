#include "dsp/limiter/ceiling_meters.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "support/ideal_true_peak.h"
#include "support/measure.h"
#include "support/peak_tortures.h"
#include "support/signals.h"

namespace ag06::dsp {
namespace {
using namespace ag06::test;

[[nodiscard]] CeilingPeaks measured(Planes& planes, double rate_hz, int block_frames = 512) {
  CeilingMeters meters;
  EXPECT_EQ(meters.prepare({rate_hz, static_cast<int>(planes.samples.size()), block_frames}), Status::ok);
  run(meters, planes, block_frames);
  return meters.finish();
}

// Largest |sum of taps[k] x[n - k]| over all phases, and of the samples, in double precision straight from the definition.
[[nodiscard]] double filtered_peak_db(const Planes& planes, const std::vector<std::vector<double>>& phases) {
  double peak = 0.0;
  for (const auto& x : planes.samples) {
    peak = std::max(peak, peak_of(x));
    for (const auto& taps : phases)
      for (std::size_t n = 0; n < x.size() + taps.size(); ++n) {
        double sum = 0.0;
        for (std::size_t k = 0; k < taps.size(); ++k)
          if (n >= k && n - k < x.size()) sum += taps[k] * static_cast<double>(x[n - k]);
        peak = std::max(peak, std::fabs(sum));
      }
  }
  return to_db(peak);
}

// BS.1770-5 Annex 2 in units of 1 / 8192, the order in which the recommendation prints its columns.
[[nodiscard]] std::vector<std::vector<double>> itu_phases() {
  const int table[4][12] = {{14, 90, -161, 272, -487, 1125, 7964, -838, 390, -218, 122, -68},
                            {-239, 240, -424, 730, -1364, 3810, 6388, -1641, 832, -477, 271, -155},
                            {-155, 271, -477, 832, -1641, 6388, 3810, -1364, 730, -424, 240, -239},
                            {-68, 122, -218, 390, -838, 7964, 1125, -487, 272, -161, 90, 14}};
  std::vector<std::vector<double>> phases;
  for (const auto& row : table) {
    phases.emplace_back();
    for (const int tap : row) phases.back().push_back(tap / 8192.0);
  }
  return phases;
}

[[nodiscard]] std::vector<std::vector<double>> hann_phases(int factor) {
  std::vector<std::vector<double>> phases(static_cast<std::size_t>(factor));
  for (int j = 0; j < 49; ++j) {
    const double t = (j - 24.0) / factor, sinc = j == 24 ? 1.0 : std::sin(kPi * t) / (kPi * t);
    phases[static_cast<std::size_t>(j % factor)].push_back(sinc * (0.5 - 0.5 * std::cos(2.0 * kPi * j / 48.0)));
  }
  return phases;
}

TEST(CeilingMeters, TheTwoShortInterpolatorsReadWhatTheirDefinitionsSay) {
  for (const double rate_hz : {44100.0, 48000.0, 96000.0, 192000.0}) {
    const int factor = rate_hz < 96000.0 ? 4 : rate_hz < 192000.0 ? 2 : 1;
    for (PeakTorture& t : peak_tortures(rate_hz, 6000)) {
      const CeilingPeaks peaks = measured(t.signal, rate_hz);
      EXPECT_NEAR(peaks.itu_dbtp, filtered_peak_db(t.signal, itu_phases()), 1e-4) << t.name << ' ' << rate_hz;
      EXPECT_NEAR(peaks.hann_dbtp, filtered_peak_db(t.signal, hann_phases(factor)), 1e-4) << t.name << ' ' << rate_hz;
    }
  }
}

// The screen must not hide any peak from the long interpolator, which itself is blind in the last 0.004 of the rate below the Nyquist frequency.
TEST(CeilingMeters, TheLongInterpolatorReadsTheTruePeakByDefinition) {
  for (const double rate_hz : {8000.0, 44100.0, 96000.0}) {
    std::vector<PeakTorture> all = peak_tortures(rate_hz, 16000);
    for (PeakTorture& t : band_limited_peak_tortures(rate_hz, 16000)) all.push_back(t);
    for (PeakTorture& t : all) {
      double ideal = 0.0;
      for (const auto& plane : t.signal.samples) ideal = std::max(ideal, ideal_true_peak(plane));
      const double off_db = measured(t.signal, rate_hz).ideal_dbtp - to_db(ideal);
      RecordProperty(t.name + " at " + std::to_string(static_cast<int>(rate_hz)), std::to_string(off_db));
      EXPECT_NEAR(off_db, 0.0, t.to_20_khz ? 0.002 : 0.2) << t.name << ' ' << rate_hz;
    }
  }
}

TEST(CeilingMeters, SinesReadTheirAmplitude) {
  for (const double ratio : {0.01, 0.1, 0.25, 0.4, 0.45}) {
    Planes x(1, 12000);
    for (int n = 0; n < 12000; ++n) {
      const double fade = 0.5 - 0.5 * std::cos(kPi * std::min(1.0, std::min(n, 12000 - n) / 3000.0));
      x.samples[0][static_cast<std::size_t>(n)] = static_cast<float>(0.7 * fade * std::sin(2.0 * kPi * ratio * n + 0.4));
    }
    // 16 points a sample lie at most 20 log10(cos(pi ratio / 16)) off the crest.
    EXPECT_NEAR(measured(x, 48000.0).ideal_dbtp, to_db(0.7), 0.035) << ratio;
  }
}

TEST(CeilingMeters, CutsDoNotMatterAndResetIsFresh) {
  Planes x = music(2, 20000, 48000.0, 1.0, 3);
  const CeilingPeaks whole = measured(x, 48000.0, 20000);
  CeilingMeters meters;
  ASSERT_EQ(meters.prepare({48000.0, 2, 512}), Status::ok);
  for (const int block : {1, 7, 63, 64, 65, 127, 128}) {
    meters.reset();
    run(meters, x, block);
    const CeilingPeaks peaks = meters.finish();
    EXPECT_EQ(peaks.ideal_dbtp, whole.ideal_dbtp) << block;
    EXPECT_EQ(peaks.itu_dbtp, whole.itu_dbtp) << block;
    EXPECT_EQ(peaks.hann_dbtp, whole.hann_dbtp) << block;
  }
}

TEST(CeilingMeters, PeaksBeforeTheFirstAndAfterTheLastSampleCount) {
  for (const int frames : {1, 2, 63, 64, 65, 200}) {
    Planes x(1, frames);
    for (int n = 0; n < frames; ++n) x.samples[0][static_cast<std::size_t>(n)] = n == 0 || n == frames - 1 ? 1.0f : 0.0f;
    if (frames == 2) x.samples[0][1] = 1.0f;
    EXPECT_NEAR(measured(x, 48000.0).ideal_dbtp, to_db(ideal_true_peak(x.samples[0])), 0.01) << frames;
  }
}

TEST(CeilingMeters, EveryChannelCountsAndSilenceReadsNothing) {
  for (std::size_t loud = 0; loud < 8; ++loud) {
    Planes x = noise(8, 4000, 0.1, 5);
    for (float& v : x.samples[loud]) v *= 5.0f;
    Planes alone(1, 4000);
    alone.samples[0] = x.samples[loud];
    EXPECT_EQ(measured(x, 48000.0).highest_dbtp(), measured(alone, 48000.0).highest_dbtp()) << loud;
  }
  Planes silence(2, 1000);
  const CeilingPeaks none = measured(silence, 48000.0);
  EXPECT_TRUE(std::isnan(none.ideal_dbtp) && std::isnan(none.itu_dbtp) && std::isnan(none.hann_dbtp) && std::isnan(none.highest_dbtp()));
}

TEST(CeilingMeters, NonFiniteIsSilenceAndAbsurdLevelsStayFinite) {
  Planes poisoned = noise(1, 3000, 0.5, 6), clean = poisoned;
  for (std::size_t i = 0; i < 3000; i += 7) {
    poisoned.samples[0][i] = i % 2 == 0 ? std::numeric_limits<float>::quiet_NaN() : -std::numeric_limits<float>::infinity();
    clean.samples[0][i] = 0.0f;
  }
  EXPECT_EQ(measured(poisoned, 48000.0).highest_dbtp(), measured(clean, 48000.0).highest_dbtp());
  Planes huge = constant(1, 1000, std::numeric_limits<float>::max());
  EXPECT_TRUE(std::isfinite(measured(huge, 48000.0).highest_dbtp()));
}

}  // namespace
}  // namespace ag06::dsp
