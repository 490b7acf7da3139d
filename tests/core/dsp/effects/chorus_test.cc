#include "dsp/effects/chorus.h"

#include <gtest/gtest.h>

#include "support/added.h"
#include "support/measure.h"
#include "support/signals.h"

namespace ag06::dsp {
namespace {

using namespace ag06::test;
constexpr double kRateHz = 48000.0;

// The voices alone: what the unit adds to its input.
Planes wet_of(const Planes& in, const ChorusParams& params, double rate_hz = kRateHz) { return added_by<Chorus>(in, params, rate_hz); }

// Two trapezoidal first-order high-passes at 120 Hz.
std::complex<double> low_cut_at(double freq_hz, double rate_hz) {
  const std::complex<double> s(0.0, std::tan(kPi * freq_hz / rate_hz) / std::tan(kPi * 120.0 / rate_hz));
  return s * s / ((1.0 + s) * (1.0 + s));
}

// The swing at a phase in turns; the triangle by its partials.
double swing_of(ChorusShape shape, double turns) {
  const double x = 2.0 * kPi * turns;
  if (shape == ChorusShape::sine) return std::sin(x);
  return (std::sin(x) - 0.0833 * std::sin(3.0 * x) + 0.0144 * std::sin(5.0 * x)) / (1.0 + 0.0833 + 0.0144);
}

// What the header says, written out for a tone: every voice is the tone at a swinging delay.
double model(const ChorusParams& p, int channel, int channels, int frame, double freq_hz, double peak, double rate_hz) {
  const double side = channel == 0 ? -1.0 : 1.0, spread = channels > 1 ? static_cast<double>(p.spread_ratio) : 0.0;
  const std::complex<double> fed = peak * low_cut_at(freq_hz, rate_hz);
  double sum = 0.0;
  for (int k = 0; k < p.voices; ++k) {
    const double place = p.voices > 1 ? 2.0 * k / (p.voices - 1) - 1.0 : 0.0;
    const double turns = frame * static_cast<double>(p.rate_hz) / rate_hz + static_cast<double>(k) / p.voices + 0.125 * spread * side;
    const double rest_ms = static_cast<double>(p.delay_ms) * (1.0 + 0.25 * place);
    const double delay_s = 0.001 * (rest_ms + static_cast<double>(p.depth_ms) * swing_of(p.shape, turns));
    const double pan = std::sqrt(2.0) * std::cos(0.25 * kPi * (1.0 - side * spread * place));
    sum += pan / std::sqrt(p.voices) * std::abs(fed) * std::sin(2.0 * kPi * freq_hz * (frame / rate_hz - delay_s) + std::arg(fed));
  }
  return sum;
}

TEST(Chorus, IsItsFormulaInEveryVoice) {
  const ChorusParams settings[] = {{.level_lin = 1.0f},
                                   {.rate_hz = 2.0f, .depth_ms = 5.0f, .delay_ms = 20.0f, .voices = 6, .spread_ratio = 1.0f, .level_lin = 1.0f},
                                   {.rate_hz = 8.0f, .depth_ms = 0.5f, .delay_ms = 5.0f, .voices = 1, .level_lin = 1.0f},
                                   {.rate_hz = 1.0f, .voices = 2, .shape = ChorusShape::triangle, .spread_ratio = 0.3f, .level_lin = 1.0f}};
  for (const double rate_hz : {44100.0, 48000.0, 96000.0, 192000.0})
    for (const ChorusParams& params : settings)
      for (const int channels : {1, 2})
        for (const double freq_hz : {100.0, 1000.0, 10000.0}) {
          const int frames = static_cast<int>(0.8 * rate_hz), from = static_cast<int>(0.2 * rate_hz);
          const Planes wet = wet_of(sine(channels, frames, rate_hz, freq_hz, 0.5), params, rate_hz);
          for (int c = 0; c < channels; ++c) {
            double error = 0.0, power = 0.0;
            for (int i = from; i < frames; ++i) {
              const double expected = model(params, c, channels, i, freq_hz, 0.5, rate_hz);
              error += std::pow(static_cast<double>(wet.samples[static_cast<std::size_t>(c)][static_cast<std::size_t>(i)]) - expected, 2.0);
              power += expected * expected;
            }
            EXPECT_LE(10.0 * std::log10(error / power), freq_hz > 5000.0 ? -60.0 : -76.0)
                << rate_hz << " Hz, " << params.voices << " voices, " << freq_hz << " Hz, channel " << c << " of " << channels;
          }
        }
}

TEST(Chorus, TapsLoseNothingUpTo10kHz) {
  double worst_db = 0.0, worst_16k_db = 0.0;
  for (const double rate_hz : {44100.0, 48000.0})
    for (int step = 0; step <= 20; ++step) {
      ChorusParams params{.depth_ms = 0.0f, .voices = 1, .spread_ratio = 0.0f, .level_lin = 1.0f};
      params.delay_ms = static_cast<float>(1000.0 * (400.0 + 0.05 * step) / rate_hz);
      Planes in(1, 4800);
      in.samples[0][0] = 0.5f;
      const Planes wet = wet_of(in, params, rate_hz);
      const auto loss_db = [&](double freq_hz) {
        std::complex<double> sum = 0.0;
        for (int i = 0; i < 4800; ++i)
          sum += static_cast<double>(wet.samples[0][static_cast<std::size_t>(i)]) * std::polar(2.0, -2.0 * kPi * freq_hz * i / rate_hz);
        return to_db(std::abs(sum) / std::abs(low_cut_at(freq_hz, rate_hz)));
      };
      for (const double freq_hz : {500.0, 3000.0, 7000.0, 10000.0}) {
        EXPECT_NEAR(loss_db(freq_hz), 0.0, 0.05) << freq_hz << " Hz at " << rate_hz << ", " << 0.05 * step << " of a frame";
        worst_db = std::min(worst_db, loss_db(freq_hz));
      }
      worst_16k_db = std::min(worst_16k_db, loss_db(16000.0));
    }
  EXPECT_GE(worst_16k_db, -1.45);
  RecordProperty("loss_up_to_10_khz_db", std::to_string(worst_db));
  RecordProperty("loss_at_16_khz_db", std::to_string(worst_16k_db));
}

// A tone near the top of the band keeps its level while the tap sweeps over all places between frames.
TEST(Chorus, ASweepingTapDoesNotModulateTheLevel) {
  for (const double rate_hz : {44100.0, 48000.0}) {
    const ChorusParams params{.rate_hz = 0.6f, .depth_ms = 2.5f, .voices = 1, .spread_ratio = 0.0f, .level_lin = 1.0f};
    const Planes wet = wet_of(sine(1, static_cast<int>(2.0 * rate_hz), rate_hz, 10000.0, 0.5), params, rate_hz);
    double low = 1e9, high = 0.0;
    for (std::size_t at = static_cast<std::size_t>(0.1 * rate_hz); at + 2000 < wet.samples[0].size(); at += 500) {
      const double rms = rms_of(wet.samples[0], at, at + 2000);
      low = std::min(low, rms);
      high = std::max(high, rms);
    }
    EXPECT_LE(to_db(high / low), 0.05) << rate_hz;
    EXPECT_NEAR(to_db(low / (0.5 / std::sqrt(2.0))), 0.0, 0.05) << rate_hz;
  }
}

// The delay a tone meets, from its phase in successive windows.
std::vector<double> delays_ms(const Planes& wet, double freq_hz, int hop) {
  std::vector<double> delays;
  double unwrapped = 0.0, last = 0.0;
  for (int at = 4800; at + hop <= frame_count(wet); at += hop) {
    const double phase = -std::arg(tone_of(wet.samples[0], at, hop, kRateHz, freq_hz));
    if (at > 4800) unwrapped += std::remainder(phase - last, 2.0 * kPi);
    last = phase;
    delays.push_back(1000.0 * unwrapped / (2.0 * kPi * freq_hz));
  }
  return delays;
}

TEST(Chorus, SwingsAtItsRateByItsDepth) {
  for (const ChorusShape shape : {ChorusShape::sine, ChorusShape::triangle})
    for (const float rate_hz : {0.25f, 0.6f, 2.0f, 5.0f}) {
      const ChorusParams params{.rate_hz = rate_hz, .depth_ms = 2.0f, .voices = 1, .shape = shape, .spread_ratio = 0.0f, .level_lin = 1.0f};
      constexpr int kHop = 96;  // two periods of the tone
      const double windows_hz = kRateHz / kHop;
      const auto swing = delays_ms(wet_of(sine(1, 20 * 48000, kRateHz, 1000.0, 0.5), params), 1000.0, kHop);
      const auto [low, high] = std::minmax_element(swing.begin(), swing.end());
      EXPECT_NEAR(*high - *low, 4.0, 0.01) << rate_hz;
      // Rises through the middle, interpolated: the first and the last are a whole number of periods apart.
      const double middle = 0.5 * (*high + *low);
      std::vector<double> crossings_s;
      for (std::size_t i = 1; i < swing.size(); ++i)
        if (swing[i - 1] < middle && swing[i] >= middle)
          crossings_s.push_back((static_cast<double>(i) - (swing[i] - middle) / (swing[i] - swing[i - 1])) / windows_hz);
      ASSERT_GE(crossings_s.size(), 4u);
      const double found_hz = static_cast<double>(crossings_s.size() - 1) / (crossings_s.back() - crossings_s.front());
      EXPECT_NEAR(found_hz / static_cast<double>(rate_hz), 1.0, 1e-4) << rate_hz;
      EXPECT_EQ(crossings_s.size(), std::floor((20.0 - 0.1) * static_cast<double>(rate_hz))) << rate_hz;
    }
}

TEST(Chorus, WetPowerDoesNotDependOnTheNumberOfVoices) {
  // The top octave, where taps between frames lose, is left out by a (1 + z^-1)^2.
  Planes in = noise(2, 5 * 48000, 0.5, 3);
  for (auto& plane : in.samples)
    for (std::size_t i = plane.size() - 1; i >= 2; --i) plane[i] = 0.25f * plane[i] + 0.5f * plane[i - 1] + 0.25f * plane[i - 2];
  const auto level_db = [&](int voices, float depth_ms, float spread, std::size_t channel) {
    const Planes wet = wet_of(in, {.depth_ms = depth_ms, .voices = voices, .spread_ratio = spread, .level_lin = 1.0f});
    return to_db(rms_of(wet.samples[channel], 4800) / rms_of(in.samples[channel], 4800));
  };
  for (const float depth_ms : {0.0f, 2.5f}) {
    // One voice is as strong as the dry signal, but for the low cut.
    const double one_db = level_db(1, depth_ms, 0.0f, 0);
    EXPECT_NEAR(one_db, -0.1, 0.1);
    for (const float spread : {0.0f, 0.8f, 1.0f})
      for (int voices = 1; voices <= 6; ++voices)
        for (const std::size_t c : {0u, 1u})
          EXPECT_NEAR(level_db(voices, depth_ms, spread, c), one_db, 0.2) << voices << " voices, spread " << spread << ", channel " << c;
  }
}

// Power response of the mono sum at equal dry and wet, averaged over one swing: an impulse every 50 ms, a hundred to the swing.
double deepest_notch_db(const ChorusParams& params) {
  constexpr int kImpulses = 100, kApart = 2400;
  Planes io(2, kImpulses * kApart);
  for (auto& plane : io.samples)
    for (std::size_t i = 0; i < kImpulses; ++i) plane[i * kApart] = 0.5f;
  Chorus unit;
  EXPECT_EQ(unit.prepare({kRateHz, 2, 512}), Status::ok);
  unit.set_params(params);
  unit.reset();
  run(unit, io);
  double deepest_db = 0.0;
  for (double freq_hz = 20.0; freq_hz < 16000.0; freq_hz *= 1.03) {
    double power = 0.0;
    const std::complex<double> step = std::polar(1.0, -2.0 * kPi * freq_hz / kRateHz);
    for (int k = 0; k < kImpulses; ++k) {
      std::complex<double> sum = 0.0, turn = 1.0;
      for (std::size_t i = 0; i < kApart; ++i, turn *= step) {
        const std::size_t at = static_cast<std::size_t>(k) * kApart + i;
        sum += (static_cast<double>(io.samples[0][at]) + static_cast<double>(io.samples[1][at])) * turn;
      }
      power += std::norm(sum) / kImpulses;
    }
    deepest_db = std::min(deepest_db, 10.0 * std::log10(power));
  }
  return deepest_db;
}

TEST(Chorus, TheMonoSumHasNoDeepNotch) {
  double deepest_db = 0.0;
  for (int voices = 1; voices <= 6; ++voices)
    for (const float spread : {0.0f, 0.8f, 1.0f})
      for (const ChorusShape shape : {ChorusShape::sine, ChorusShape::triangle}) {
        const double found_db = deepest_notch_db({.rate_hz = 0.2f, .voices = voices, .shape = shape, .spread_ratio = spread, .level_lin = 1.0f});
        EXPECT_GE(found_db, -4.0) << voices << " voices, spread " << spread;
        deepest_db = std::min(deepest_db, found_db);
      }
  RecordProperty("deepest_notch_db", std::to_string(deepest_db));
}

TEST(Chorus, VoicesAndShapesOutsideTheDomainAreHarmless) {
  const Planes in = music(2, 12000, kRateHz, 1.0, 8);
  const auto with = [&](int voices, int shape) {
    return wet_of(in, {.voices = voices, .shape = static_cast<ChorusShape>(shape), .level_lin = 0.7f});
  };
  EXPECT_EQ(first_difference(with(-5, 0), with(1, 0)), -1);
  EXPECT_EQ(first_difference(with(99, 0), with(6, 0)), -1);
  for (const int shape : {-1, 2, 77}) EXPECT_EQ(first_difference(with(3, shape), with(3, 0)), -1);
  EXPECT_NE(first_difference(with(3, 1), with(3, 0)), -1);
}

TEST(Chorus, StartsTheSameEachTime) {
  const Planes in = music(2, 48000, kRateHz, 1.0, 8);
  const ChorusParams params{.level_lin = 0.7f};
  EXPECT_EQ(first_difference(wet_of(in, params), wet_of(in, params)), -1);
}

TEST(Chorus, NothingOfThePastBurstsInWhenTheLevelRises) {
  Chorus unit;
  ASSERT_EQ(unit.prepare({kRateHz, 2, 512}), Status::ok);
  ChorusParams params{.delay_ms = 40.0f, .level_lin = 1.0f};
  unit.set_params(params);
  unit.reset();
  Planes loud = noise(2, 48000, 0.5, 1);
  run(unit, loud);
  params.level_lin = 0.0f;
  unit.set_params(params);
  Planes fading = noise(2, 24000, 0.5, 2);
  const Planes before = fading;
  run(unit, fading);
  for (std::size_t i = 20000; i < 24000; ++i) ASSERT_TRUE(same_bits(fading.samples[0][i], before.samples[0][i]));
  params.level_lin = 1.0f;
  unit.set_params(params);
  Planes after(2, 24000);
  run(unit, after);
  EXPECT_EQ(peak_of(after.samples[0]), 0.0);
}

}  // namespace
}  // namespace ag06::dsp
