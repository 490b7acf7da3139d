// EBU Tech 3341 v4 (2023) table 1, cases 1-6 and 9-14, and Tech 3342 v4 table 1, cases 1-4. The standard allows 0.1 LU (3342: 1 LU) at 48 kHz;
// here 0.05 LU is asked for, and at other rates too. Cases 7 and 8 (3342: 5 and 6) exist as supplied recordings only.
#include <gtest/gtest.h>

#include "analysis/stream_meter.h"
#include "conformance/programme.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

constexpr double kToleranceLu = 0.05;
constexpr double kRatesHz[] = {44100.0, 48000.0, 88200.0, 96000.0, 192000.0};

class EbuLoudness : public ::testing::TestWithParam<double> {
 protected:
  LoudnessMeter& measure(const std::vector<Piece>& pieces) {
    Planes planes = programme(pieces, 2, GetParam());
    prepare(2);
    run(meter_, planes, 4096);
    return meter_;
  }
  void prepare(int channels) { ASSERT_EQ(meter_.prepare({GetParam(), channels, 4096}), Status::ok); }
  LoudnessMeter meter_;
};
INSTANTIATE_TEST_SUITE_P(Rates, EbuLoudness, ::testing::ValuesIn(kRatesHz), [](const auto& of) { return std::to_string(static_cast<int>(of.param)) + "Hz"; });

TEST_P(EbuLoudness, Tech3341Case1And2SteadyTone) {
  for (const double level_lufs : {-23.0, -33.0}) {
    measure({{20.0, level_lufs}});
    EXPECT_NEAR(meter_.momentary_lufs(), level_lufs, kToleranceLu);
    EXPECT_NEAR(meter_.short_term_lufs(), level_lufs, kToleranceLu);
    EXPECT_NEAR(meter_.integrated_lufs(), level_lufs, kToleranceLu);
  }
}

TEST_P(EbuLoudness, Tech3341Case3RelativeGate) { EXPECT_NEAR(measure({{10, -36}, {60, -23}, {10, -36}}).integrated_lufs(), -23.0, kToleranceLu); }

TEST_P(EbuLoudness, Tech3341Case4AbsoluteGate) {
  EXPECT_NEAR(measure({{10, -72}, {10, -36}, {60, -23}, {10, -36}, {10, -72}}).integrated_lufs(), -23.0, kToleranceLu);
}

TEST_P(EbuLoudness, Tech3341Case5LouderMiddle) { EXPECT_NEAR(measure({{20, -26}, {20.1, -20}, {20, -26}}).integrated_lufs(), -23.0, kToleranceLu); }

TEST_P(EbuLoudness, Tech3341Case6Surround) {
  for (const bool lfe : {false, true}) {
    Planes planes(lfe ? 6 : 5, frames_for_ms(20000.0, GetParam()));
    std::vector<double> levels_dbfs = {-28.0, -28.0, -24.0, -30.0, -30.0};
    if (lfe) levels_dbfs.insert(levels_dbfs.begin() + 3, -6.0);
    for (std::size_t c = 0; c < levels_dbfs.size(); ++c) planes.samples[c] = programme({{20.0, levels_dbfs[c]}}, 1, GetParam()).samples[0];
    prepare(lfe ? 6 : 5);
    run(meter_, planes, 4096);
    EXPECT_NEAR(meter_.integrated_lufs(), -23.0, kToleranceLu) << (lfe ? "with LFE" : "without LFE");
  }
}

TEST_P(EbuLoudness, Tech3341Case9ShortTermIsConstant) {
  Planes planes = programme(repeated(5, {{1.34, -20}, {1.66, -30}}), 2, GetParam());
  prepare(2);
  int looks = 0;
  run_looking(meter_, planes, GetParam(), [&](double at_s) {
    if (at_s < 3.0 - 1e-9) return;
    ASSERT_NEAR(meter_.short_term_lufs(), -23.0, kToleranceLu) << at_s;
    ++looks;
  });
  EXPECT_EQ(looks, 1201);
}

TEST_P(EbuLoudness, Tech3341Case10ShortTermMaximumOfFiles) {
  for (int i = 0; i < 20; ++i)
    EXPECT_NEAR(measure({{i * 0.15, kSilentDbfs}, {3, -23}, {1, kSilentDbfs}}).short_term_max_lufs(), -23.0, kToleranceLu) << i;
}

TEST_P(EbuLoudness, Tech3341Case11ShortTermMaximumLive) {
  prepare(2);
  for (int i = 0; i < 20; ++i) {
    Planes planes = programme({{i * 0.15, kSilentDbfs}, {3, -38.0 + i}, {3 - i * 0.15, kSilentDbfs}}, 2, GetParam());
    run(meter_, planes, 4096);
    EXPECT_NEAR(meter_.short_term_max_lufs(), -38.0 + i, kToleranceLu) << i;
  }
}

TEST_P(EbuLoudness, Tech3341Case12MomentaryIsConstant) {
  Planes planes = programme(repeated(25, {{0.18, -20}, {0.22, -30}}), 2, GetParam());
  prepare(2);
  int looks = 0;
  run_looking(meter_, planes, GetParam(), [&](double at_s) {
    if (at_s < 1.0 - 1e-9) return;
    ASSERT_NEAR(meter_.momentary_lufs(), -23.0, kToleranceLu) << at_s;
    ++looks;
  });
  EXPECT_EQ(looks, 901);
}

TEST_P(EbuLoudness, Tech3341Case13MomentaryMaximumOfFiles) {
  for (int i = 0; i < 20; ++i)
    EXPECT_NEAR(measure({{i * 0.02, kSilentDbfs}, {0.4, -23}, {1, kSilentDbfs}}).momentary_max_lufs(), -23.0, kToleranceLu) << i;
}

TEST_P(EbuLoudness, Tech3341Case14MomentaryMaximumLive) {
  prepare(2);
  for (int i = 0; i < 20; ++i) {
    Planes planes = programme({{i * 0.02, kSilentDbfs}, {0.4, -38.0 + i}, {0.4 - i * 0.02, kSilentDbfs}}, 2, GetParam());
    run(meter_, planes, 4096);
    EXPECT_NEAR(meter_.momentary_max_lufs(), -38.0 + i, kToleranceLu) << i;
  }
}

// As a live meter reads it, and as a file's report does, whose end is padded.
TEST_P(EbuLoudness, Tech3342Range) {
  const struct {
    std::vector<Piece> pieces;
    double range_lu;
  } cases[] = {{{{20, -20}, {20, -30}}, 10.0}, {{{20, -20}, {20, -15}}, 5.0}, {{{20, -40}, {20, -20}}, 20.0}, {{{20, -50}, {20, -35}, {20, -20}, {20, -35}, {20, -50}}, 15.0}};
  for (const auto& [pieces, range_lu] : cases) {
    EXPECT_NEAR(measure(pieces).range_lu(), range_lu, kToleranceLu);
    StreamMeter file;
    ASSERT_EQ(file.prepare({GetParam(), 2, 4096}), Status::ok);
    Planes planes = programme(pieces, 2, GetParam());
    run(file, planes, 4096);
    EXPECT_NEAR(file.finish().range_lu, range_lu, 1.0);
  }
}

}  // namespace
}  // namespace ag06::analysis
