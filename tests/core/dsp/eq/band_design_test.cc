#include "dsp/eq/band_design.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "analogue_band.h"
#include "dsp/eq/magnitude_fit.h"

namespace ag06::dsp {
namespace {

constexpr EqType kTypes[] = {EqType::bell, EqType::low_shelf, EqType::high_shelf, EqType::high_pass, EqType::low_pass, EqType::notch};
constexpr double kRatesHz[] = {8000.0, 11025.0, 16000.0, 22050.0, 32000.0, 44100.0, 48000.0, 88200.0, 96000.0, 176400.0, 192000.0};

bool has_gain(EqType type) { return type == EqType::bell || type == EqType::low_shelf || type == EqType::high_shelf; }
double designed_db(const Biquad& biquad, double rate_hz, double freq_hz) { return 10.0 * std::log10(power_response(biquad, rate_hz, freq_hz)); }

// Largest difference from the analogue band, 20 Hz to 20 kHz, where the analogue band passes more than pass_db.
double largest_error_db(const EqBand& band, double rate_hz, double pass_db) {
  const Biquad biquad = design_band(band, rate_hz);
  double largest = 0.0;
  const auto look = [&](double freq_hz) {
    if (freq_hz < 20.0 || freq_hz > highest_matched_hz(rate_hz)) return;
    const double wanted_db = test::analogue_db(band, freq_hz);
    if (wanted_db < pass_db) return;
    largest = std::max(largest, std::fabs(designed_db(biquad, rate_hz, freq_hz) - wanted_db));
  };
  for (double freq_hz = 20.0; freq_hz < 20000.0; freq_hz *= 1.02) look(freq_hz);
  look(highest_matched_hz(rate_hz));
  const double centre_hz = static_cast<double>(band.freq_hz);
  for (int k = -40; k <= 40; ++k) look(centre_hz * std::exp2(k / 40.0 * std::min(2.0, 1.5 / static_cast<double>(band.q))));
  return largest;
}

struct Limits {
  EqType type;
  double at_44k1_db, at_48k_db, at_96k_db;
};

// Centre up to 10 kHz, Q 0.3 to 4 (shelves to 1.4), up to 12 dB of boost or cut, wherever the analogue band passes more than -20 dB.
// Measured to be met; the goal of 0.1 dB is missed at 44.1 kHz by all types and at 48 kHz by the high-pass and the notch, whose zeros are not free.
constexpr Limits kUsualLimits[] = {{EqType::bell, 0.16, 0.1, 0.04},        {EqType::low_shelf, 0.14, 0.1, 0.02}, {EqType::high_shelf, 0.14, 0.1, 0.02},
                                   {EqType::high_pass, 0.38, 0.21, 0.03}, {EqType::low_pass, 0.17, 0.08, 0.03},  {EqType::notch, 0.28, 0.2, 0.04}};

TEST(BandDesign, FollowsTheAnalogueBandInUsualSettings) {
  for (const Limits& limits : kUsualLimits) {
    double worst[3] = {};
    for (float freq_hz = 20.0f; freq_hz <= 10000.0f; freq_hz *= 1.186f)
      for (const float q : {0.3f, 0.5f, 0.707f, 1.0f, 1.4f, 2.0f, 4.0f}) {
        if ((limits.type == EqType::low_shelf || limits.type == EqType::high_shelf) && q > 1.4f) continue;
        for (const float gain_db : {-12.0f, -6.0f, 3.0f, 6.0f, 12.0f}) {
          if (!has_gain(limits.type) && gain_db != 3.0f) continue;
          const EqBand band{true, limits.type, freq_hz, gain_db, q};
          worst[0] = std::max(worst[0], largest_error_db(band, 44100.0, -20.0));
          worst[1] = std::max(worst[1], largest_error_db(band, 48000.0, -20.0));
          worst[2] = std::max(worst[2], largest_error_db(band, 96000.0, -20.0));
        }
      }
    RecordProperty("usual_error_44k1_type_" + std::to_string(static_cast<int>(limits.type)), std::to_string(worst[0]));
    RecordProperty("usual_error_48k_type_" + std::to_string(static_cast<int>(limits.type)), std::to_string(worst[1]));
    EXPECT_LE(worst[0], limits.at_44k1_db) << "type " << static_cast<int>(limits.type);
    EXPECT_LE(worst[1], limits.at_48k_db) << "type " << static_cast<int>(limits.type);
    EXPECT_LE(worst[2], limits.at_96k_db) << "type " << static_cast<int>(limits.type);
  }
}

// Centres up to 20 kHz, up to 18 dB. The bilinear transform alone is off by 11 to 26 dB here.
TEST(BandDesign, StaysNearTheAnalogueBandToTheEdgeOfTheTable) {
  constexpr Limits kExtremes[] = {{EqType::bell, 0.8, 0.45, 0.1},        {EqType::low_shelf, 2.3, 0.2, 0.1}, {EqType::high_shelf, 2.3, 0.2, 0.1},
                                  {EqType::high_pass, 1.9, 1.1, 0.1}, {EqType::low_pass, 0.4, 0.16, 0.1},  {EqType::notch, 0.6, 0.37, 0.1}};
  for (const Limits& limits : kExtremes) {
    double worst[3] = {};
    for (const float freq_hz : {20.0f, 200.0f, 2000.0f, 5000.0f, 8000.0f, 10000.0f, 12500.0f, 14000.0f, 16000.0f, 18000.0f, 20000.0f})
      for (const float q : {0.1f, 0.2f, 0.35f, 0.5f, 0.707f, 1.0f, 2.0f, 5.0f, 18.0f}) {
        if ((limits.type == EqType::low_shelf || limits.type == EqType::high_shelf) && q > 1.0f) continue;
        for (const float gain_db : {-18.0f, 6.0f, 18.0f}) {
          if (!has_gain(limits.type) && gain_db != 6.0f) continue;
          const EqBand band{true, limits.type, freq_hz, gain_db, q};
          worst[0] = std::max(worst[0], largest_error_db(band, 44100.0, -20.0));
          worst[1] = std::max(worst[1], largest_error_db(band, 48000.0, -20.0));
          worst[2] = std::max(worst[2], largest_error_db(band, 96000.0, -20.0));
        }
      }
    EXPECT_LE(worst[0], limits.at_44k1_db) << "type " << static_cast<int>(limits.type);
    EXPECT_LE(worst[1], limits.at_48k_db) << "type " << static_cast<int>(limits.type);
    EXPECT_LE(worst[2], limits.at_96k_db) << "type " << static_cast<int>(limits.type);
  }
}

// Bells in which bilinear designs are off by 0.04, 0.73, 1.68, 4.47, 2.40, 6.22 and 2.25 dB at 48 kHz.
TEST(BandDesign, BellsNearNyquistAreWithinATenthOfADecibelAt48k) {
  const EqBand bells[] = {{true, EqType::bell, 1000, 12, 1},  {true, EqType::bell, 5000, 6, 0.7f},  {true, EqType::bell, 10000, 6, 1}, {true, EqType::bell, 10000, 12, 0.7f},
                          {true, EqType::bell, 12000, 9, 2}, {true, EqType::bell, 16000, 12, 1}, {true, EqType::bell, 16000, -12, 1}, {true, EqType::bell, 18000, 6, 0.5f}};
  for (const EqBand& bell : bells) EXPECT_LE(largest_error_db(bell, 48000.0, -100.0), 0.1) << bell.freq_hz << " Hz";
}

TEST(BandDesign, PolesAndZerosStayInsideTheCircleEverywhere) {
  for (const double rate_hz : kRatesHz)
    for (const EqType type : kTypes)
      for (const float freq_hz : {10.0f, 20.0f, 100.0f, 1000.0f, 3000.0f, 5000.0f, 10000.0f, 16000.0f, 20000.0f, 90000.0f})
        for (const float q : {0.05f, 0.1f, 0.5f, 0.707f, 2.0f, 18.0f, 40.0f})
          for (const float gain_db : {-30.0f, -24.0f, -6.0f, 0.1f, 24.0f, 30.0f}) {
            const Biquad h = design_band({true, type, freq_hz, gain_db, q}, rate_hz);
            const auto where = [&] { return testing::Message() << rate_hz << " Hz, type " << static_cast<int>(type) << ", " << freq_hz << " Hz, Q " << q << ", " << gain_db << " dB"; };
            // The triangle in which both roots of z^2 + a1 z + a2 are inside the unit circle.
            ASSERT_TRUE(h.a2 < 1.0 && std::fabs(h.a1) < 1.0 + h.a2) << where();
            if (has_gain(type)) {
              ASSERT_TRUE(std::fabs(h.b2) < std::fabs(h.b0) && std::fabs(h.b1) < std::fabs(h.b0 + h.b2)) << where();
            }
            if (!has_gain(type) && gain_db > -30.0f) break;
          }
}

// What the fit does above the range in which it is asked for anything must still be a filter of that kind.
TEST(BandDesign, NothingStrangeAboveTheMatchedRange) {
  for (const double rate_hz : {44100.0, 48000.0, 96000.0, 192000.0})
    for (const EqType type : kTypes)
      for (const float freq_hz : {50.0f, 1000.0f, 8000.0f, 15000.0f, 20000.0f})
        for (const float q : {0.2f, 0.707f, 2.0f, 10.0f}) {
          if ((type == EqType::low_shelf || type == EqType::high_shelf) && q > 1.0f) continue;
          // A pass filter's resonance at the edge of the range tilts up to Nyquist.
          if (!has_gain(type) && q > 1.0f && freq_hz > 15000.0f) continue;
          const Biquad h = design_band({true, type, freq_hz, 12.0f, q}, rate_hz);
          const double ceiling_db = std::max(has_gain(type) ? 12.0 : 0.0, 20.0 * std::log10(static_cast<double>(q)) + (has_gain(type) ? 0.0 : 1.3));
          // Within 2 kHz of its centre a shelf at 20 kHz may peak; nobody hears it.
          const double allowance_db = freq_hz > 15000.0f ? 6.0 : 1.0;
          for (double at_hz = 20000.0; at_hz <= 0.5 * rate_hz; at_hz += 500.0)
            ASSERT_LE(designed_db(h, rate_hz, at_hz), ceiling_db + allowance_db) << rate_hz << " Hz, type " << static_cast<int>(type) << ", " << freq_hz << " Hz, Q " << q << " at " << at_hz;
        }
}

TEST(BandDesign, BellHasItsGainAtTheCentreAndItsBandwidthAtHalfTheGain) {
  for (const float q : {0.5f, 1.0f, 4.0f, 18.0f})
    for (const float gain_db : {-18.0f, -3.0f, 6.0f, 24.0f}) {
      const Biquad h = design_band({true, EqType::bell, 1000.0f, gain_db, q}, 48000.0);
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
      const Biquad low = design_band({true, EqType::low_shelf, 200.0f, gain_db, 0.707f}, rate_hz);
      EXPECT_NEAR(designed_db(low, rate_hz, 0.0), static_cast<double>(gain_db), 1e-6);
      EXPECT_NEAR(designed_db(low, rate_hz, 200.0), 0.5 * static_cast<double>(gain_db), 0.01);
      EXPECT_NEAR(designed_db(low, rate_hz, 20000.0), 0.0, 0.02);
      const Biquad high = design_band({true, EqType::high_shelf, 2000.0f, gain_db, 0.707f}, rate_hz);
      EXPECT_NEAR(designed_db(high, rate_hz, 0.0), 0.0, 1e-6);
      EXPECT_NEAR(designed_db(high, rate_hz, 2000.0), 0.5 * static_cast<double>(gain_db), 0.02);
      EXPECT_NEAR(designed_db(high, rate_hz, 20000.0), static_cast<double>(gain_db), 0.05);
    }
}

TEST(BandDesign, PassFiltersFallTwelveDecibelsAnOctave) {
  const Biquad high = design_band({true, EqType::high_pass, 1000.0f, 0.0f, 0.70710678f}, 48000.0);
  EXPECT_NEAR(designed_db(high, 48000.0, 1000.0), -3.0103, 0.01);
  EXPECT_NEAR(designed_db(high, 48000.0, 31.25) - designed_db(high, 48000.0, 15.625), 12.041, 0.001);
  EXPECT_EQ(power_response(high, 48000.0, 0.0), 0.0);
  const Biquad low = design_band({true, EqType::low_pass, 500.0f, 0.0f, 0.70710678f}, 48000.0);
  EXPECT_NEAR(designed_db(low, 48000.0, 500.0), -3.0103, 0.01);
  EXPECT_NEAR(designed_db(low, 48000.0, 0.0), 0.0, 1e-9);
  EXPECT_NEAR(designed_db(low, 48000.0, 4000.0) - designed_db(low, 48000.0, 8000.0), 12.04, 0.1);
}

TEST(BandDesign, TheNotchIsBottomless) {
  for (const double rate_hz : {44100.0, 96000.0})
    for (const float freq_hz : {50.0f, 1000.0f, 12000.0f}) {
      const Biquad h = design_band({true, EqType::notch, freq_hz, 0.0f, 8.0f}, rate_hz);
      EXPECT_LE(power_response(h, rate_hz, static_cast<double>(freq_hz)), 1e-12);  // -120 dB
      EXPECT_NEAR(designed_db(h, rate_hz, 0.0), 0.0, 1e-9);
    }
}

TEST(BandDesign, ACutIsTheInverseOfTheBoost) {
  for (const EqType type : {EqType::bell, EqType::low_shelf, EqType::high_shelf}) {
    const Biquad boost = design_band({true, type, 9000.0f, 13.0f, 0.9f}, 44100.0);
    const Biquad cut = design_band({true, type, 9000.0f, -13.0f, 0.9f}, 44100.0);
    for (double f = 20.0; f < 22050.0; f *= 1.3) EXPECT_NEAR(power_response(boost, 44100.0, f) * power_response(cut, 44100.0, f), 1.0, 1e-10);
  }
}

TEST(BandDesign, OffAndZeroGainAreTheIdentity) {
  EXPECT_EQ(design_band({false, EqType::high_pass, 100.0f, 12.0f, 1.0f}, 48000.0), Biquad{});
  for (const EqType type : {EqType::bell, EqType::low_shelf, EqType::high_shelf}) EXPECT_EQ(design_band({true, type, 100.0f, 0.0f, 1.0f}, 48000.0), Biquad{});
}

TEST(BandDesign, FieldsOutsideTheDomainAreClampedAndNonFiniteOnesTakeDefaults) {
  const EqBand wild = clamped({true, static_cast<EqType>(77), std::nanf(""), INFINITY, -1.0f}, 48000.0);
  EXPECT_EQ(wild, (EqBand{true, EqType::bell, 1000.0f, 0.0f, 0.05f}));
  EXPECT_EQ(clamped({true, EqType::bell, 1.0f, -99.0f, 99.0f}, 48000.0), (EqBand{true, EqType::bell, 10.0f, -30.0f, 40.0f}));
  EXPECT_EQ(clamped({true, EqType::bell, 20000.0f, 0.0f, 1.0f}, 8000.0).freq_hz, 3840.0f);
}

}  // namespace
}  // namespace ag06::dsp
