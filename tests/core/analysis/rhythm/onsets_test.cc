#include "analysis/rhythm/onsets.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "base/math.h"
#include "core/analysis/rhythm/listen.h"

namespace ag06::analysis {
namespace {

enum class Attack { click, tone, thump, burst, slow_tone };

double sound(Attack attack, double t, double white) {
  switch (attack) {
    case Attack::click: return t < 2e-4 ? 0.5 : 0.0;
    case Attack::tone: return 0.5 * std::sin(2.0 * kPi * 440.0 * t) * std::min(1.0, t / 0.005) * std::exp(-t / 0.05);
    case Attack::thump: return 0.5 * std::exp(-t / 0.05) * std::sin(2.0 * kPi * 60.0 * t);
    case Attack::burst: return 0.2 * std::exp(-t / 0.05) * white;
    default: return 0.5 * std::sin(2.0 * kPi * 440.0 * t) * std::min(1.0, t / 0.02) * std::exp(-t / 0.05);
  }
}

TEST(FindOnsets, IsolatedAttacksWithinTenMilliseconds) {
  for (const double rate_hz : {8000.0, 22050.0, 44100.0, 48000.0, 192000.0}) {
    for (const Attack attack : {Attack::click, Attack::tone, Attack::thump, Attack::burst, Attack::slow_tone}) {
      std::mt19937 random(3);
      std::vector<float> samples(static_cast<std::size_t>(6.0 * rate_hz));
      std::vector<double> times_s;
      for (int i = 0; i < 10; ++i) times_s.push_back(0.5 + 0.5037 * i);
      std::size_t next = 0;
      for (std::size_t n = 0; n < samples.size(); ++n) {
        const double now_s = static_cast<double>(n) / rate_hz;
        while (next < times_s.size() && times_s[next] <= now_s) ++next;
        const double white = static_cast<double>(random()) * 0x1p-31 - 1.0, since_s = next > 0 ? now_s - times_s[next - 1] : 1.0;
        samples[n] = static_cast<float>(0.0003 * white + (since_s < 0.3 ? sound(attack, since_s, white) : 0.0));
      }
      const std::vector<double> found_s = find_onsets_s(onset_curve(test::listen(samples, rate_hz)));
      const std::string name = std::to_string(rate_hz) + " Hz, attack " + std::to_string(static_cast<int>(attack));
      // The noise begins with the file, which may count as an onset at its very start.
      std::vector<double> later_s;
      for (const double found : found_s)
        if (found > 0.1) later_s.push_back(found);
      ASSERT_EQ(later_s.size(), times_s.size()) << name;
      for (std::size_t i = 0; i < times_s.size(); ++i) EXPECT_NEAR(later_s[i], times_s[i], 0.01) << name;
    }
  }
}

TEST(FindOnsets, NoiseAndSilenceHaveNone) {
  std::mt19937 random(9);
  std::vector<float> samples(44100 * 10);
  EXPECT_TRUE(find_onsets_s(onset_curve(test::listen(samples, 44100.0))).empty());
  for (float& sample : samples) sample = static_cast<float>(random()) * 0x1p-31f - 1.0f;
  int after_start = 0;
  for (const double time_s : find_onsets_s(onset_curve(test::listen(samples, 44100.0)))) after_start += time_s > 0.1 ? 1 : 0;
  EXPECT_EQ(after_start, 0);
}

}  // namespace
}  // namespace ag06::analysis
