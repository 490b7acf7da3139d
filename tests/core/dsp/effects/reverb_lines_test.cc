#include "dsp/effects/reverb_lines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <vector>

#include "support/measure.h"

namespace ag06::dsp {
namespace {

constexpr double kRateHz = 48000.0;
constexpr int kDelayFrames = 1000;

// What leaves each line after a sine has entered all of them; no losses, no feedback.
[[nodiscard]] std::vector<std::vector<float>> lines_after_sine(double freq_hz, double modulation, int frames) {
  ReverbSetting setting;
  std::fill(setting.line_frames, setting.line_frames + kReverbLines, kDelayFrames);
  for (Absorbents& a : setting.absorbents) a.low_b0 = a.high_b0 = splat4(1.0f);
  ReverbLines lines;
  lines.prepare(kRateHz);
  lines.set_modulation(modulation);
  lines.start(ReverbType::hall);
  std::vector<std::vector<float>> out(kReverbLines);
  for (int at = 0; at < frames; at += kReverbGridFrames) {
    float rows[kReverbLines * kReverbGridFrames];
    lines.move();
    lines.aim(setting, 0);
    lines.read(setting, 0, kReverbGridFrames, rows);
    for (int i = 0; i < kReverbGridFrames; ++i)
      for (int line = 0; line < kReverbLines; ++line) {
        out[static_cast<std::size_t>(line)].push_back(rows[kReverbLines * i + line]);
        rows[kReverbLines * i + line] = static_cast<float>(std::sin(2.0 * kPi * freq_hz * (at + i) / kRateHz));
      }
    lines.write(rows, kReverbGridFrames);
  }
  return out;
}

TEST(ReverbLines, ALineAtRestDelaysByItsLength) {
  for (const auto& line : lines_after_sine(997.0, 0.0, 9600))
    for (int i = 0; i < 9600; ++i) {
      const float expected = i < kDelayFrames ? 0.0f : static_cast<float>(std::sin(2.0 * kPi * 997.0 * (i - kDelayFrames) / kRateHz));
      ASSERT_EQ(line[static_cast<std::size_t>(i)], expected) << i;
    }
}

TEST(ReverbLines, MovingLinesKeepTheLevelUpToASixthOfTheRate) {
  constexpr int kFrames = 4 * 48000;
  constexpr double kReadingErrorDb = 0.002;
  for (const auto& [freq_hz, loss_db] : {std::array{1000.0, 0.0}, {4000.0, 0.001}, {8000.0, 0.05}}) {
    // A tenth of the excursion, 3 frames, passes every fraction, and slowly enough to be read within a window.
    const auto lines = lines_after_sine(freq_hz, 0.1, kFrames);
    const int window_frames = static_cast<int>(8.0 * kRateHz / freq_hz);
    for (std::size_t line = 0; line < 8; ++line)  // a hall moves its first eight
      for (int at = 2 * kDelayFrames; at + window_frames <= kFrames; at += window_frames)
        ASSERT_NEAR(test::tone_db(lines[line], at, window_frames, kRateHz, freq_hz), -0.5 * loss_db, 0.5 * loss_db + kReadingErrorDb)
            << freq_hz << " Hz, line " << line;
  }
}

TEST(ReverbLines, MovingLinesSwingByTheirExcursionWithoutSteps) {
  const auto lines = lines_after_sine(250.0, 1.0, 4 * 48000);
  for (std::size_t line = 0; line < 8; ++line) {
    double latest_s = -1.0, earliest_s = 1.0;
    for (int at = 2 * kDelayFrames; at + 192 <= 4 * 48000; at += 192) {
      const auto tone = test::tone_of(lines[line], at, 192, kRateHz, 250.0) * std::polar(1.0, 2.0 * kPi * 250.0 * kDelayFrames / kRateHz);
      latest_s = std::max(latest_s, -std::arg(tone) / (2.0 * kPi * 250.0));
      earliest_s = std::min(earliest_s, -std::arg(tone) / (2.0 * kPi * 250.0));
    }
    EXPECT_NEAR(latest_s, 0.001 * static_cast<double>(kReverbExcursionMs), 2e-5) << line;
    EXPECT_NEAR(earliest_s, -0.001 * static_cast<double>(kReverbExcursionMs), 2e-5) << line;
    EXPECT_LT(test::click_db(lines[line], kRateHz, 1.0, 24000), -100.0) << line;
  }
}

}  // namespace
}  // namespace ag06::dsp
