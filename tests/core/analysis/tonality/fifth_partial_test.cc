#include "analysis/tonality/fifth_partial.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "analysis/tonality/note_salience.h"
#include "analysis/tonality/pitch_grid.h"

namespace ag06::analysis {
namespace {

constexpr float kCent = 1.0f / static_cast<float>(kCentsPerBin);

float bins_of(double hz) { return static_cast<float>(kPitchClassBins * std::log2(hz / kLowestPitchHz)); }

TEST(FifthPartial, IsLoweredToWhatTheDictionaryExpectsOfIt) {
  const std::array<PitchPeak, 4> peaks = {{{bins_of(110.0), 1.0f}, {bins_of(220.0), 1.0f}, {bins_of(550.0), 1.0f}, {bins_of(770.0), 1.0f}}};
  std::array<float, 4> amplitudes = {2.0f, 1.0f, 1.5f, 0.7f};
  cap_fifth_partials(peaks, amplitudes.data());
  EXPECT_EQ(amplitudes[0], 2.0f);
  EXPECT_EQ(amplitudes[1], 1.0f);
  EXPECT_NEAR(amplitudes[2], 2.0 * std::pow(static_cast<double>(kPartialRatio), 4.0), 1e-5);
  EXPECT_EQ(amplitudes[3], 0.7f);
}

TEST(FifthPartial, OfANoteWithoutFundamentalIsMeasuredByTheSecond) {
  const std::array<PitchPeak, 3> peaks = {{{bins_of(220.0), 1.0f}, {bins_of(330.0), 1.0f}, {bins_of(550.0), 1.0f}}};
  std::array<float, 3> amplitudes = {1.0f, 1.0f, 1.0f};
  cap_fifth_partials(peaks, amplitudes.data());
  EXPECT_NEAR(amplitudes[2], std::pow(static_cast<double>(kPartialRatio), 3.0), 1e-5);
}

TEST(FifthPartial, AFaintOneAndATemperedThirdStay) {
  for (const int octaves : {0, 1, 2, 3}) {
    const float root = bins_of(110.0);
    const float third = root + static_cast<float>(octaves * kPitchClassBins + 4 * kBinsPerSemitone);
    const std::array<PitchPeak, 2> chord = {{{root, 1.0f}, {third, 1.0f}}};
    std::array<float, 2> amplitudes = {1.0f, 1.0f};
    cap_fifth_partials(chord, amplitudes.data());
    EXPECT_EQ(amplitudes[1], 1.0f) << octaves;
  }
  const std::array<PitchPeak, 2> note = {{{bins_of(110.0), 1.0f}, {bins_of(550.0), 1.0f}}};
  std::array<float, 2> amplitudes = {1.0f, 0.1f};
  cap_fifth_partials(note, amplitudes.data());
  EXPECT_EQ(amplitudes[1], 0.1f);
}

TEST(FifthPartial, IsKnownWithinFourCents) {
  for (const float cents : {-9.0f, -5.0f, -3.0f, 3.0f, 5.0f, 9.0f}) {
    const std::array<PitchPeak, 2> peaks = {{{bins_of(110.0), 1.0f}, {bins_of(550.0) + cents * kCent, 1.0f}}};
    std::array<float, 2> amplitudes = {1.0f, 1.0f};
    cap_fifth_partials(peaks, amplitudes.data());
    EXPECT_EQ(amplitudes[1] < 1.0f, std::fabs(cents) < 4.0f) << cents;
  }
}

TEST(FifthPartial, NothingHasNone) { cap_fifth_partials({}, nullptr); }

}  // namespace
}  // namespace ag06::analysis
