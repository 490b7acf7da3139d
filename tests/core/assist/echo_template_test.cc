#include "assist/echo_template.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "assist/ear.h"
#include "dsp/effects/delay.h"
#include "dsp/effects/reverb.h"
#include "support/music.h"

namespace ag06::assist {
namespace {
constexpr double kRateHz = 48000.0;
constexpr int kLeadFrames = 144000;
// Of one unit: [amount][range]. The middle amount over the whole range.
constexpr int kDelayAt = 1 * EchoTemplates::kRanges, kReverbAt = EchoTemplates::kAmounts * EchoTemplates::kRanges + kDelayAt;

// Chords of decaying partials that change twice a second, off-beat noise, a different mixture on each side.
test::Planes band(std::uint32_t seed) {
  const int frames = kLeadFrames + excerpt_frames(kRateHz);
  test::Planes planes(2, frames);
  test::Random random(seed);
  double freq_hz[4] = {110.0, 164.8, 220.0, 329.6};
  double low = 0.0;
  int next_chord = 0, chord_at = 0, next_hit = 0, hit_at = 0;
  for (int i = 0; i < frames; ++i) {
    if (i == next_chord) {
      chord_at = i;
      next_chord += 21000 + random.below(6000);
      for (double& f : freq_hz) f = 82.4 * exp2_exact(random.below(36) / 12.0);
    }
    if (i == next_hit) {
      hit_at = i;
      next_hit += 8000 + random.below(9000);
    }
    const double t = (i - chord_at) / kRateHz;
    double chord[2] = {0.0, 0.0};
    for (int voice = 0; voice < 4; ++voice)
      for (int partial = 1; partial <= 12; ++partial)
        chord[(voice + partial) % 2] += exp_exact(-1.5 * partial * t) / partial * sin_exact(2.0 * kPi * freq_hz[voice] * partial * t);
    const double noise = random.unit() - 0.5;
    low += 0.3 * (noise - low);
    const double hit = exp_exact(-14.0 * (i - hit_at) / kRateHz) * (0.3 * noise + low);
    for (int c = 0; c < 2; ++c)
      planes.samples[static_cast<std::size_t>(c)][static_cast<std::size_t>(i)] =
          static_cast<float>(0.05 * (chord[c] + 0.6 * chord[1 - c]) + 0.2 * hit + 0.002 * (random.unit() - 0.5));
  }
  return planes;
}

template <class Unit, class Params>
test::Planes wet_of(Params params, test::Planes x) {
  const test::Planes dry = x;
  Unit unit;
  EXPECT_EQ(unit.prepare({kRateHz, 2, 4096}), Status::ok);
  params.level_lin = 1.0f;
  unit.set_params(params);
  unit.reset();
  const int frames = static_cast<int>(x.samples[0].size());
  for (int at = 0; at < frames; at += 4096) unit.process(x.slice(at, std::min(4096, frames - at)));
  for (std::size_t c = 0; c < 2; ++c)
    for (std::size_t i = 0; i < x.samples[c].size(); ++i) x.samples[c][i] -= dry.samples[c][i];
  return x;
}

// x with x + send * wet(x) = y, by iteration.
template <class Unit, class Params>
test::Planes without(const Params& params, const test::Planes& y, float send) {
  test::Planes x = y;
  for (int pass = 0; send > 0.0f && pass < 8; ++pass) {
    const test::Planes wet = wet_of<Unit>(params, x);
    for (std::size_t c = 0; c < 2; ++c)
      for (std::size_t i = 0; i < x.samples[c].size(); ++i) x.samples[c][i] = y.samples[c][i] - send * wet.samples[c][i];
  }
  return x;
}

struct Amounts {
  double delay, reverb, joint_delay, joint_reverb, white_delay, white_reverb;
};
Amounts hear(test::Planes& song) {
  static const std::unique_ptr<Ear> ear = [] {
    auto made = std::make_unique<Ear>();
    EXPECT_EQ(made->prepare({kRateHz, 2, 512}), Status::ok);
    return made;
  }();
  std::vector<float> mel(kMelNumbers), heard(kHeardNumbers);
  ear->reset();
  ear->process(song.slice(kLeadFrames, excerpt_frames(kRateHz)));
  ear->finish(mel.data(), heard.data());
  const float* echoes = heard.data() + kEchoesAt;
  const float* joint = echoes + EchoTemplates::kUnits * EchoTemplates::kAmounts * EchoTemplates::kRanges;
  return {echoes[kDelayAt], echoes[kReverbAt], joint[0], joint[1], joint[2], joint[3]};
}

dsp::ReverbParams hall() {
  dsp::ReverbParams params;
  params.modulation_ratio = 0.0f;
  return params;
}

// A send of 0.25 reads -1; music without anything missing reads 0; the other unit is not moved.
TEST(EchoTemplates, MissingDelayIsMeasured) {
  const test::Planes song = band(11);
  double before = 0.2;
  for (const float send : {0.0f, 0.1f, 0.25f, 0.4f}) {
    test::Planes x = without<dsp::Delay>(dsp::DelayParams{}, song, send);
    const Amounts heard = hear(x);
    EXPECT_NEAR(heard.delay, -static_cast<double>(send) / 0.25, 0.05 + 0.3 * static_cast<double>(send) / 0.25);
    EXPECT_LT(heard.delay, before - 0.2);
    EXPECT_LT(heard.joint_delay, before - 0.2);
    EXPECT_LT(heard.white_delay, before - 0.1);
    EXPECT_NEAR(heard.joint_reverb, 0.0, 0.12);
    before = heard.delay;
  }
}

TEST(EchoTemplates, MissingReverbIsMeasured) {
  const test::Planes song = band(12);
  double before = 0.2;
  for (const float send : {0.0f, 0.1f, 0.25f}) {
    test::Planes x = without<dsp::Reverb>(hall(), song, send);
    const Amounts heard = hear(x);
    EXPECT_NEAR(heard.reverb, -static_cast<double>(send) / 0.25, 0.12 + 0.45 * static_cast<double>(send) / 0.25);
    EXPECT_LT(heard.reverb, before - 0.1);
    EXPECT_LT(heard.joint_reverb, before - 0.1);
    EXPECT_LT(heard.white_reverb, before - 0.1);
    EXPECT_NEAR(heard.joint_delay, 0.0, 0.08);
    before = heard.reverb;
  }
}

// As the chain has them: the reverb hears the delay's output, so it is taken away first.
TEST(EchoTemplates, BothMissingAreToldApart) {
  const test::Planes song = band(13);
  test::Planes x = without<dsp::Delay>(dsp::DelayParams{}, without<dsp::Reverb>(hall(), song, 0.2f), 0.3f);
  const Amounts heard = hear(x);
  EXPECT_NEAR(heard.joint_delay, -1.2, 0.4);
  EXPECT_NEAR(heard.joint_reverb, -0.8, 0.4);
}

}  // namespace
}  // namespace ag06::assist
