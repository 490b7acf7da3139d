#include "dsp/eq/band_design.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "analogue_band.h"
#include "dsp/eq/magnitude_fit.h"
#include "support/music.h"

namespace ag06::dsp {
namespace {

constexpr EqType kTypes[] = {EqType::bell, EqType::low_shelf, EqType::high_shelf, EqType::high_pass, EqType::low_pass, EqType::notch, EqType::tilt};
constexpr const char* kTypeNames[] = {"bell", "low_shelf", "high_shelf", "high_pass", "low_pass", "notch", "tilt"};
constexpr EqSlope kSlopes[] = {EqSlope::db6, EqSlope::db12, EqSlope::db18, EqSlope::db24, EqSlope::db36, EqSlope::db48};
// Above 20 kHz, over the analogue band's largest gain.
constexpr double kAllowanceAboveDb = 1.0;
constexpr double kRatesHz[] = {8000.0, 11025.0, 16000.0, 22050.0, 32000.0, 44100.0, 48000.0, 88200.0, 96000.0, 176400.0, 192000.0};

bool is_shelf(EqType type) { return type == EqType::low_shelf || type == EqType::high_shelf; }
bool has_gain(EqType type) { return type == EqType::bell || is_shelf(type) || type == EqType::tilt; }
bool has_slope(EqType type) { return type == EqType::high_pass || type == EqType::low_pass; }
bool has_q(const EqBand& band) { return band.type != EqType::tilt && !(has_slope(band.type) && band.slope == EqSlope::db6); }
double designed_db(const BiquadChain& chain, double rate_hz, double freq_hz) { return 10.0 * std::log10(power_response(chain, rate_hz, freq_hz)); }
int biquads_in(const BiquadChain& chain) {
  return static_cast<int>(std::count_if(chain.begin(), chain.end(), [](const Biquad& biquad) { return !(biquad == Biquad{}); }));
}
std::string name_of(const EqBand& band) {
  std::string name = kTypeNames[static_cast<int>(band.type)];
  if (has_slope(band.type)) name += "_" + std::to_string(6 * test::order_of(band.slope));
  return name;
}

// Largest difference from the analogue band, 20 Hz to 20 kHz, where the analogue band passes more than pass_db.
double largest_error_db(const EqBand& band, double rate_hz, double pass_db) {
  const BiquadChain chain = design_band(band, rate_hz);
  double largest = 0.0;
  const auto look = [&](double freq_hz) {
    if (freq_hz < 20.0 || freq_hz > highest_matched_hz(rate_hz)) return;
    const double wanted_db = test::analogue_db(band, freq_hz);
    if (wanted_db < pass_db) return;
    const double error_db = std::fabs(designed_db(chain, rate_hz, freq_hz) - wanted_db);
    largest = error_db <= largest ? largest : error_db;  // a NaN stays
  };
  for (double freq_hz = 20.0; freq_hz < 20000.0; freq_hz *= 1.04) look(freq_hz);
  for (double freq_hz = 15000.0; freq_hz < highest_matched_hz(rate_hz); freq_hz += 331.0) look(freq_hz);
  look(highest_matched_hz(rate_hz));
  // Finely around the frequencies at which it turns; a shelf's poles and zeros are apart by its gain.
  const double centre_hz = static_cast<double>(band.freq_hz);
  const double apart_ratio = is_shelf(band.type) ? std::pow(10.0, static_cast<double>(band.gain_db) / 80.0) : 1.0;
  for (const double turn_hz : {centre_hz * apart_ratio, centre_hz / apart_ratio}) {
    for (int k = -20; k <= 20; ++k) look(turn_hz * std::exp2(k / 20.0 * std::min(2.0, 1.5 / static_cast<double>(band.q))));
    if (!is_shelf(band.type)) break;
  }
  return largest;
}

// What the header guarantees; TARGETS 2.3 asks for 0.1 dB. The bilinear transform alone is off by up to 26 dB.
constexpr double kGuaranteedDb = 0.05;

// Over every centre, Q and gain that the parameter table offers.
void expect_to_follow(double rate_hz) {
  for (const EqType type : kTypes)
    for (const EqSlope slope : kSlopes) {
      if (!has_slope(type) && slope != EqSlope::db12) continue;
      double worst_db = 0.0;
      EqBand worst_band, band{true, type, 20.0f, 6.0f, 0.707f, slope};
      for (const float freq_hz : {20.0f, 63.0f, 250.0f, 700.0f, 1400.0f, 2500.0f, 4000.0f, 6000.0f, 8000.0f, 9900.0f, 12000.0f, 14000.0f, 16000.0f, 17500.0f, 18800.0f, 20000.0f})
        for (const float q : {0.1f, 0.25f, 0.5f, 0.707f, 1.0f, 1.7f, 4.0f, 18.0f})
          for (const float gain_db : {-12.0f, 0.5f, 6.0f, 18.0f}) {
            band.freq_hz = freq_hz, band.q = q, band.gain_db = gain_db;
            if (!has_gain(type) && gain_db != 6.0f) continue;
            if (!has_q(band) && q != 1.0f) continue;
            const double error_db = largest_error_db(band, rate_hz, -60.0);
            if (error_db <= worst_db) continue;
            worst_db = error_db;
            worst_band = band;
          }
      const std::string name = "worst_error_db_" + std::to_string(static_cast<int>(rate_hz)) + "_" + name_of(band);
      testing::Test::RecordProperty(name, std::to_string(worst_db));
      EXPECT_LE(worst_db, kGuaranteedDb) << name << " at " << worst_band.freq_hz << " Hz, Q " << worst_band.q << ", " << worst_band.gain_db << " dB";
    }
}

TEST(BandDesign, FollowsTheAnalogueBandAt44k1) { expect_to_follow(44100.0); }
TEST(BandDesign, FollowsTheAnalogueBandAt48k) { expect_to_follow(48000.0); }
TEST(BandDesign, FollowsTheAnalogueBandAt96k) { expect_to_follow(96000.0); }

// Between the points of a grid, and over the whole domain of EqBand.
TEST(BandDesign, FollowsTheAnalogueBandWhereverItIsPut) {
  test::Random random(23);
  const auto between = [&](double low, double high) { return static_cast<float>(low * std::pow(high / low, random.unit())); };
  for (const double rate_hz : {8000.0, 32000.0, 44100.0, 48000.0, 96000.0, 192000.0})
    for (const EqType type : kTypes) {
      double worst_db = 0.0;
      for (int k = 0; k < 300; ++k) {
        const float freq_hz = k % 2 ? between(10.0, 10000.0) : between(3000.0, kHighestBandToRateRatio * rate_hz);
        const EqBand band = clamped({true, type, freq_hz, static_cast<float>(60.0 * random.unit() - 30.0), between(0.05, 40.0), kSlopes[random.below(6)]}, rate_hz);
        const double error_db = largest_error_db(band, rate_hz, -60.0);
        EXPECT_LE(error_db, kGuaranteedDb) << rate_hz << " Hz: " << name_of(band) << " at " << band.freq_hz << " Hz, Q " << band.q << ", " << band.gain_db << " dB";
        worst_db = std::max(worst_db, error_db);
      }
      RecordProperty("worst_anywhere_db_" + std::to_string(static_cast<int>(rate_hz)) + "_" + kTypeNames[static_cast<int>(type)], std::to_string(worst_db));
    }
}

// Bells in which bilinear designs are off by 0.04, 0.73, 1.68, 4.47, 2.40, 6.22 and 2.25 dB at 48 kHz.
TEST(BandDesign, BellsNearNyquistFollowAt48k) {
  const EqBand bells[] = {{true, EqType::bell, 1000, 12, 1},  {true, EqType::bell, 5000, 6, 0.7f},  {true, EqType::bell, 10000, 6, 1}, {true, EqType::bell, 10000, 12, 0.7f},
                          {true, EqType::bell, 12000, 9, 2}, {true, EqType::bell, 16000, 12, 1}, {true, EqType::bell, 16000, -12, 1}, {true, EqType::bell, 18000, 6, 0.5f}};
  for (const EqBand& bell : bells) EXPECT_LE(largest_error_db(bell, 48000.0, -100.0), kGuaranteedDb) << bell.freq_hz << " Hz";
}

TEST(BandDesign, PolesAndZerosStayInsideTheCircleEverywhere) {
  // The triangle in which both roots of z^2 + c1 z + c2 are inside the unit circle.
  const auto inside = [](double c1, double c2) { return c2 < 1.0 && std::fabs(c1) < 1.0 + c2; };
  for (const double rate_hz : kRatesHz)
    for (const EqType type : kTypes)
      for (const EqSlope slope : kSlopes) {
        if (!has_slope(type) && slope != EqSlope::db12) continue;
        for (const float freq_hz : {10.0f, 20.0f, 100.0f, 1000.0f, 3000.0f, 5000.0f, 10000.0f, 16000.0f, 20000.0f, 90000.0f})
          for (const float q : {0.05f, 0.1f, 0.5f, 0.707f, 2.0f, 18.0f, 40.0f})
            for (const float gain_db : {-30.0f, -24.0f, -6.0f, 0.1f, 24.0f, 30.0f}) {
              if (!has_gain(type) && gain_db > -30.0f) break;
              for (const Biquad& h : design_band({true, type, freq_hz, gain_db, q, slope}, rate_hz)) {
                const auto where = [&] {
                  return testing::Message() << rate_hz << " Hz, " << name_of({true, type, freq_hz, gain_db, q, slope}) << ", " << freq_hz << " Hz, Q " << q << ", " << gain_db << " dB";
                };
                ASSERT_TRUE(inside(h.a1, h.a2)) << where();
                if (has_gain(type)) {
                  ASSERT_TRUE(inside(h.b1 / h.b0, h.b2 / h.b0)) << where();
                }
              }
            }
      }
}

// What the fit does above the range in which it is asked for anything must still be a filter of that kind.
TEST(BandDesign, NothingStrangeAboveTheMatchedRange) {
  for (const double rate_hz : {44100.0, 48000.0, 96000.0, 192000.0})
    for (const EqType type : kTypes)
      for (const EqSlope slope : kSlopes)
        for (const float freq_hz : {50.0f, 1000.0f, 8000.0f, 15000.0f, 20000.0f})
          for (const float q : {0.2f, 0.707f, 2.0f, 10.0f}) {
            if (!has_slope(type) && slope != EqSlope::db12) continue;
            const EqBand band{true, type, freq_hz, 12.0f, q, slope};
            const BiquadChain chain = design_band(band, rate_hz);
            // The analogue band's largest gain, above its centre and below.
            double ceiling_db = 0.0;
            for (double f = 20.0; f < 200000.0; f *= 1.01) ceiling_db = std::max(ceiling_db, test::analogue_db(band, f));
            for (double at_hz = 20000.0; at_hz <= 0.5 * rate_hz; at_hz += 500.0)
              ASSERT_LE(designed_db(chain, rate_hz, at_hz), ceiling_db + kAllowanceAboveDb) << rate_hz << " Hz, " << name_of(band) << ", " << freq_hz << " Hz, Q " << q << " at " << at_hz;
          }
}

// What a band costs where one biquad per section follows: everywhere but near Nyquist, and for low-passes, whose skirt always ends there.
TEST(BandDesign, OneBiquadPerSectionIsEnoughFarFromNyquist) {
  for (const EqType type : kTypes)
    for (const float freq_hz : {30.0f, 100.0f, 300.0f, 1000.0f, 3000.0f}) {
      if (type == EqType::low_pass && freq_hz > 300.0f) continue;
      EXPECT_EQ(biquads_in(design_band({true, type, freq_hz, 6.0f, 0.707f}, 48000.0)), 1) << kTypeNames[static_cast<int>(type)] << " " << freq_hz;
    }
  for (const EqSlope slope : kSlopes)
    EXPECT_EQ(biquads_in(design_band({true, EqType::high_pass, 200.0f, 0.0f, 0.707f, slope}, 48000.0)), (test::order_of(slope) + 1) / 2);
}

TEST(BandDesign, BellHasItsGainAtTheCentreAndItsBandwidthAtHalfTheGain) {
  for (const float q : {0.5f, 1.0f, 4.0f, 18.0f})
    for (const float gain_db : {-18.0f, -3.0f, 6.0f, 24.0f}) {
      const BiquadChain h = design_band({true, EqType::bell, 1000.0f, gain_db, q}, 48000.0);
      EXPECT_NEAR(designed_db(h, 48000.0, 1000.0), static_cast<double>(gain_db), 0.05);
      // 1 / Q = 2 sinh(ln(2) / 2 * bandwidth in octaves) between the points of half the gain in dB (cookbook).
      const double half_octaves = std::asinh(0.5 / static_cast<double>(q)) / std::log(2.0);
      EXPECT_NEAR(designed_db(h, 48000.0, 1000.0 * std::exp2(half_octaves)), 0.5 * static_cast<double>(gain_db), 0.05);
      EXPECT_NEAR(designed_db(h, 48000.0, 1000.0 * std::exp2(-half_octaves)), 0.5 * static_cast<double>(gain_db), 0.05);
    }
}

TEST(BandDesign, ShelvesReachTheirGainOnOneSideAndNothingOnTheOther) {
  for (const double rate_hz : {44100.0, 48000.0, 192000.0})
    for (const float gain_db : {-24.0f, -6.0f, 12.0f}) {
      const BiquadChain low = design_band({true, EqType::low_shelf, 200.0f, gain_db, 0.707f}, rate_hz);
      EXPECT_NEAR(designed_db(low, rate_hz, 0.0), static_cast<double>(gain_db), 1e-6);
      EXPECT_NEAR(designed_db(low, rate_hz, 200.0), 0.5 * static_cast<double>(gain_db), 0.01);
      EXPECT_NEAR(designed_db(low, rate_hz, 20000.0), 0.0, 0.02);
      const BiquadChain high = design_band({true, EqType::high_shelf, 2000.0f, gain_db, 0.707f}, rate_hz);
      EXPECT_NEAR(designed_db(high, rate_hz, 0.0), 0.0, 1e-6);
      EXPECT_NEAR(designed_db(high, rate_hz, 2000.0), 0.5 * static_cast<double>(gain_db), 0.02);
      EXPECT_NEAR(designed_db(high, rate_hz, 20000.0), static_cast<double>(gain_db), 0.05);
    }
}

TEST(BandDesign, PassFiltersFallTwelveDecibelsAnOctave) {
  const BiquadChain high = design_band({true, EqType::high_pass, 1000.0f, 0.0f, 0.70710678f}, 48000.0);
  EXPECT_NEAR(designed_db(high, 48000.0, 1000.0), -3.0103, 0.01);
  EXPECT_NEAR(designed_db(high, 48000.0, 31.25) - designed_db(high, 48000.0, 15.625), 12.041, 0.001);
  EXPECT_EQ(power_response(high, 48000.0, 0.0), 0.0);
  const BiquadChain low = design_band({true, EqType::low_pass, 500.0f, 0.0f, 0.70710678f}, 48000.0);
  EXPECT_NEAR(designed_db(low, 48000.0, 500.0), -3.0103, 0.01);
  EXPECT_NEAR(designed_db(low, 48000.0, 0.0), 0.0, 1e-9);
  EXPECT_NEAR(designed_db(low, 48000.0, 4000.0) - designed_db(low, 48000.0, 8000.0), 12.04, 0.1);
}

// Butterworth 1930: |H|^2 = 1 / (1 + x^(2 n)), and at any slope the gain at the corner is Q.
TEST(BandDesign, SlopesAreButterworthsAndQIsTheGainAtTheCorner) {
  for (const EqSlope slope : kSlopes) {
    const int order = test::order_of(slope);
    const BiquadChain low = design_band({true, EqType::low_pass, 500.0f, 0.0f, 0.70710678f, slope}, 48000.0);
    const BiquadChain high = design_band({true, EqType::high_pass, 500.0f, 0.0f, 0.70710678f, slope}, 48000.0);
    for (const double octaves : {-1.0, -0.5, 0.0, 0.25, 1.0}) {
      const double wanted_db = -10.0 * std::log10(1.0 + std::exp2(2.0 * octaves * order));
      EXPECT_NEAR(designed_db(low, 48000.0, 500.0 * std::exp2(octaves)), wanted_db, 0.02) << order;
      EXPECT_NEAR(designed_db(high, 48000.0, 500.0 * std::exp2(-octaves)), wanted_db, 0.02) << order;
    }
    const double stop_db = -10.0 * std::log10(1.0 + std::exp2(10.0 * order)) - designed_db(high, 48000.0, 500.0 / 32.0);
    EXPECT_NEAR(stop_db, 0.0, 0.02) << order;
    if (slope == EqSlope::db6) continue;
    for (const float q : {0.3f, 2.0f, 10.0f})
      EXPECT_NEAR(designed_db(design_band({true, EqType::low_pass, 500.0f, 0.0f, q, slope}, 48000.0), 48000.0, 500.0), 20.0 * std::log10(static_cast<double>(q)), 0.02) << order;
  }
}

TEST(BandDesign, TheTiltIsLevelAtItsFrequencyAndHalfItsGainOnEitherSide) {
  for (const float gain_db : {-18.0f, -4.0f, 1.0f, 12.0f}) {
    const BiquadChain h = design_band({true, EqType::tilt, 640.0f, gain_db, 5.0f}, 48000.0);
    EXPECT_NEAR(designed_db(h, 48000.0, 0.0), -0.5 * static_cast<double>(gain_db), 1e-9);
    EXPECT_NEAR(designed_db(h, 48000.0, 640.0), 0.0, 0.01);
    EXPECT_NEAR(designed_db(h, 48000.0, 20000.0), 0.5 * static_cast<double>(gain_db), 0.06);
    EXPECT_EQ(h, design_band({true, EqType::tilt, 640.0f, gain_db, 0.3f, EqSlope::db48}, 48000.0)) << "neither Q nor slope matter";
  }
}

TEST(BandDesign, TheNotchIsBottomless) {
  for (const double rate_hz : {44100.0, 96000.0})
    for (const float freq_hz : {50.0f, 1000.0f, 12000.0f}) {
      const BiquadChain h = design_band({true, EqType::notch, freq_hz, 0.0f, 8.0f}, rate_hz);
      EXPECT_LE(power_response(h, rate_hz, static_cast<double>(freq_hz)), 1e-12);  // -120 dB
      EXPECT_NEAR(designed_db(h, rate_hz, 0.0), 0.0, 1e-9);
    }
}

TEST(BandDesign, ACutIsTheInverseOfTheBoost) {
  for (const EqType type : {EqType::bell, EqType::low_shelf, EqType::high_shelf, EqType::tilt}) {
    const BiquadChain boost = design_band({true, type, 9000.0f, 13.0f, 0.9f}, 44100.0);
    const BiquadChain cut = design_band({true, type, 9000.0f, -13.0f, 0.9f}, 44100.0);
    for (double f = 20.0; f < 22050.0; f *= 1.3) EXPECT_NEAR(power_response(boost, 44100.0, f) * power_response(cut, 44100.0, f), 1.0, 1e-10);
  }
}

TEST(BandDesign, OffAndZeroGainAreTheIdentity) {
  EXPECT_EQ(design_band({false, EqType::high_pass, 100.0f, 12.0f, 1.0f}, 48000.0), BiquadChain{});
  for (const EqType type : {EqType::bell, EqType::low_shelf, EqType::high_shelf, EqType::tilt}) EXPECT_EQ(design_band({true, type, 100.0f, 0.0f, 1.0f}, 48000.0), BiquadChain{});
}

TEST(BandDesign, FieldsOutsideTheDomainAreClampedAndNonFiniteOnesTakeDefaults) {
  const EqBand wild = clamped({true, static_cast<EqType>(77), std::nanf(""), INFINITY, -1.0f, static_cast<EqSlope>(-3)}, 48000.0);
  EXPECT_EQ(wild, (EqBand{true, EqType::bell, 1000.0f, 0.0f, 0.05f, EqSlope::db12}));
  EXPECT_EQ(clamped({true, EqType::bell, 1.0f, -99.0f, 99.0f}, 48000.0), (EqBand{true, EqType::bell, 10.0f, -30.0f, 40.0f}));
  EXPECT_EQ(clamped({true, EqType::bell, 20000.0f, 0.0f, 1.0f}, 8000.0).freq_hz, 3840.0f);
}

}  // namespace
}  // namespace ag06::dsp
