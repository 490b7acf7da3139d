#include "analysis/music/room_decay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "dsp/effects/reverb.h"
#include "support/alloc_guard.h"
#include "support/signals.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

constexpr double kRateHz = 48000.0;
enum class Source { bursts, syllables, drums };

// Louder by amp(t) * voice(t, noise) from at_s on, for length_s.
template <class Sound>
void add_sound(Planes& to, double at_s, double length_s, double rate_hz, Random& random, Sound sound) {
  for (int i = 0; i < static_cast<int>(length_s * rate_hz); ++i) {
    const auto at = static_cast<std::size_t>(at_s * rate_hz) + static_cast<std::size_t>(i);
    if (at >= to.samples[0].size()) return;
    const auto x = static_cast<float>(sound(i / rate_hz, 2.0 * random.unit() - 1.0));
    for (auto& plane : to.samples) plane[at] += x;
  }
}

Planes dry(Source source, double seconds, double rate_hz = kRateHz, int channels = 2) {
  Planes planes(channels, static_cast<int>(seconds * rate_hz));
  Random random(7);
  if (source == Source::bursts) {
    for (double t = 0.2; t < seconds - 1.0; t += 2.0) add_sound(planes, t, 0.15, rate_hz, random, [](double, double noise) { return 0.4 * noise; });
  } else if (source == Source::drums) {
    int turn = 0;
    for (double t = 0.1; t < seconds; t += 0.5, ++turn) {
      const bool snare = turn % 2 == 1;
      add_sound(planes, t, 0.25, rate_hz, random, [snare](double s, double noise) {
        return snare ? 0.4 * std::exp(-s / 0.025) * (noise + 0.6 * std::sin(2.0 * kPi * 190.0 * s))
                     : 0.6 * std::exp(-s / 0.05) * std::sin(2.0 * kPi * (50.0 * s + 8.0 * (1.0 - std::exp(-s / 0.03)))) +
                           0.1 * noise * std::exp(-s / 0.01);
      });
    }
  } else {
    for (double t = 0.1; t < seconds - 1.0;) {
      const double length_s = 0.1 + 0.25 * random.unit(), pitch_hz = 110.0 + 60.0 * random.unit(), amp = 0.05 + 0.15 * random.unit();
      const bool voiced = random.below(3) != 0;
      add_sound(planes, t, length_s, rate_hz, random, [=](double s, double noise) {
        double x = voiced ? 0.0 : noise;
        for (int h = 1; voiced && h < 30; ++h) x += std::sin(2.0 * kPi * pitch_hz * h * (s + 0.1 * s * s)) / h;
        return amp * x * std::min({1.0, s / 0.02, (length_s - s) / 0.03});
      });
      t += length_s + (random.below(4) == 0 ? 0.6 + 0.6 * random.unit() : 0.05 + 0.15 * random.unit());
    }
  }
  return planes;
}

void add_reverb(Planes& io, dsp::ReverbType type, double decay_s, float level_lin) {
  dsp::Reverb reverb;
  ASSERT_EQ(reverb.prepare({kRateHz, static_cast<int>(io.samples.size()), 512}), Status::ok);
  dsp::ReverbParams params;
  params.type = type;
  params.level_lin = level_lin;
  params.decay_s = static_cast<float>(decay_s);
  params.low_decay_ratio = 1.0f;
  params.high_decay_ratio = 0.6f;
  reverb.set_params(params);
  run(reverb, io);
}

RoomDecay hear(Planes io, double rate_hz = kRateHz, int block_frames = 4096) {
  const StreamSpec spec{rate_hz, static_cast<int>(io.samples.size()), 512};
  Stft stft;
  RoomDecay room;
  EXPECT_EQ(stft.prepare(short_grid(spec)), Status::ok);
  EXPECT_EQ(room.prepare(short_grid(spec)), Status::ok);
  for (int at = 0; at < frame_count(io); at += block_frames)
    stft.process(io.slice(at, std::min(block_frames, frame_count(io) - at)), [&room](const SpectrumFrame& frame) { room.process(frame); });
  return room;
}

TEST(RoomDecay, ReadsTheReverbOfBurstsSyllablesAndDrums) {
  for (const Source source : {Source::bursts, Source::syllables, Source::drums}) {
    int turn = 0;
    for (const double decay_s : {0.3, 0.6, 1.0, 1.8, 3.0}) {
      if (source == Source::drums && decay_s > 1.5) continue;  // half a second apart, they never let it fall by 9 dB
      const auto type = static_cast<dsp::ReverbType>(turn++ % 3);
      Planes io = dry(source, 16.0);
      add_reverb(io, type, decay_s, 0.5f);
      const RoomReport report = find_room(hear(io));
      EXPECT_NEAR(report.decay_s, decay_s, 0.25 * decay_s) << static_cast<int>(source) << " " << static_cast<int>(type);
      EXPECT_GT(report.confidence, 0.7);
      EXPECT_LT(report.high_ratio, 0.95);  // damped to 0.6 far above 4 kHz
    }
  }
}

TEST(RoomDecay, GrowsWithTheReverbOfMusic) {
  double last_s = 0.0;
  for (const double decay_s : {0.4, 0.9, 2.0}) {
    Planes io = music(2, static_cast<int>(20 * kRateHz), kRateHz, 0.5, 3u);  // hits over a chord, with a pause every five seconds
    for (auto& plane : io.samples)
      for (std::size_t i = 0; i < plane.size(); ++i)
        if (static_cast<int>(static_cast<double>(i) / kRateHz * 2.0) % 3 == 2) plane[i] = 0.0f;
    add_reverb(io, dsp::ReverbType::hall, decay_s, 0.5f);
    const double heard_s = find_room(hear(io)).decay_s;
    EXPECT_GT(heard_s, last_s);
    last_s = heard_s;
  }
}

TEST(RoomDecay, IsUnknownWithoutDecays) {
  const int frames = static_cast<int>(8 * kRateHz);
  for (const Planes& io :
       {Planes(2, frames), constant(1, frames, 0.5f), noise(2, frames, 0.5, 3u), sine(1, frames, kRateHz, 440.0, 0.5), noise(1, 9600, 0.5, 1u)})
    EXPECT_TRUE(std::isnan(find_room(hear(io)).decay_s));
  EXPECT_TRUE(std::isnan(find_room(hear(dry(Source::bursts, 10.0))).decay_s));  // cut off dead
}

TEST(RoomDecay, HearsEveryRateAndMono) {
  for (const double rate_hz : {8000.0, 44100.0, 192000.0}) {
    // Noise that dies away by itself, T60 = 0.8 s.
    Planes io(1, static_cast<int>(10 * rate_hz));
    Random random(3);
    for (double t = 0.2; t < 9.0; t += 1.1)
      add_sound(io, t, 1.0, rate_hz, random, [](double s, double noise) { return 0.5 * noise * std::exp(-6.9078 * s / 0.8); });
    EXPECT_NEAR(find_room(hear(io, rate_hz)).decay_s, 0.8, 0.08) << rate_hz;
  }
}

TEST(RoomDecay, MakesNoHeapCallsWhileItHears) {
  if (!kCountsAllocations) GTEST_SKIP() << "the sanitizer owns malloc";
  Planes io = dry(Source::drums, 6.0);
  const StreamSpec spec{kRateHz, 2, 512};
  Stft stft;
  RoomDecay room;
  ASSERT_EQ(stft.prepare(short_grid(spec)), Status::ok);
  ASSERT_EQ(room.prepare(short_grid(spec)), Status::ok);
  (void)io.slice(0, 0);
  const AllocationGuard guard;
  const auto hear_frame = [&room](const SpectrumFrame& frame) { room.process(frame); };
  for (int at = 0; at + 480 <= frame_count(io); at += 480) stft.process(io.slice(at, 480), hear_frame);
  room.reset();
  EXPECT_EQ(guard.heap_calls(), 0);
}

TEST(RoomDecay, DoesNotDependOnCutsOrGain) {
  Planes io = dry(Source::syllables, 12.0);
  add_reverb(io, dsp::ReverbType::room, 0.7, 0.5f);
  const RoomReport whole = find_room(hear(io)), cut = find_room(hear(io, kRateHz, 77));
  EXPECT_EQ(whole.decay_s, cut.decay_s);
  EXPECT_EQ(whole.confidence, cut.confidence);
  for (auto& plane : io.samples)
    for (float& x : plane) x *= 0.125f;
  EXPECT_NEAR(find_room(hear(io)).decay_s, whole.decay_s, 0.05 * whole.decay_s);
}

}  // namespace
}  // namespace ag06::analysis
