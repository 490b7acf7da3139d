// The offline render: time-aligned, as long as its input, independent of block cuts, and the session's own samples.
#include "engine/offline_render.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "support/music.h"

namespace ag06::engine {
namespace {
namespace p = ag06::params;
using Samples = std::array<std::vector<float>, 2>;

void take(const ConstAudioBlock& block, Samples& into) {
  for (int c = 0; c < block.channel_count; ++c) into[static_cast<std::size_t>(c)].insert(into[static_cast<std::size_t>(c)].end(), block.channel(c), block.channel(c) + block.frames);
}

Samples rendered(OfflineRender& render, test::Planes signal, int cut_frames) {
  Samples out;
  render.begin();
  const int frames = signal.block().frames;
  for (int at = 0; at < frames; at += cut_frames) take(render.push(signal.slice(at, std::min(cut_frames, frames - at))), out);
  for (ConstAudioBlock rest = render.pull_rest(); rest.frames > 0; rest = render.pull_rest()) take(rest, out);
  return out;
}

void set_everything(Session& session) {
  for (const auto& [id, value] : {std::pair<int, double>{p::kGateEnabled, 1.0}, {p::kGateThresholdDbfs, -40.0}, {p::kCompEnabled, 1.0}, {p::kCompThresholdDbfs, -30.0},
                                  {p::kEqEnabled, 1.0}, {p::kEq3Enabled, 1.0}, {p::kEq3GainDb, 4.0}, {p::kOutputGainDb, 9.0}, {p::kLimiterEnabled, 1.0}})
    ASSERT_EQ(session.set_param(id, value), Status::ok) << id;
}

TEST(OfflineRender, UntouchedChainReturnsTheInputBitForBit) {
  for (const int frames : {1, 7, 100, 4096, 30000}) {
    for (const int cut : {1000, 4096, 20000}) {
      OfflineRender render;
      ASSERT_EQ(render.prepare({44100.0, 2, 4096}), Status::ok);
      const test::Planes signal = test::music(2, frames, 44100.0, 0.9, 17);
      const Samples out = rendered(render, signal, cut);
      EXPECT_EQ(out[0], signal.samples[0]) << frames << " frames cut at " << cut;
      EXPECT_EQ(out[1], signal.samples[1]) << frames << " frames cut at " << cut;
    }
  }
}

TEST(OfflineRender, OfAKeptMixComesTheSameOutput) {
  const test::Planes signal = test::music(2, 48000, 48000.0, 0.9, 5);
  OfflineRender render;
  ASSERT_EQ(render.prepare({48000.0, 2, 512}), Status::ok);
  set_everything(render.session());
  const Samples whole = rendered(render, signal, 512);
  render.begin();
  Samples kept;
  const auto keep = [&](AudioBlock io) {
    render.mix(io);
    take(io, kept);
  };
  test::Planes song = signal;
  for (int at = 0; at < 48000; at += 500) keep(song.slice(at, 500));
  for (AudioBlock silence = render.next_silence(); silence.frames > 0; silence = render.next_silence()) keep(silence);
  test::Planes mix(2, 0);
  mix.samples.assign(kept.begin(), kept.end());
  ASSERT_EQ(mix.block().frames, 48000 + render.session().latency_frames());
  render.begin();
  Samples out;
  for (int at = 0, frames = mix.block().frames; at < frames; at += 333) take(render.push_mix(mix.slice(at, std::min(333, frames - at))), out);
  EXPECT_EQ(out, whole);
}

TEST(OfflineRender, BlockCutsDoNotMatter) {
  const test::Planes signal = test::music(2, 48000 * 3, 48000.0, 0.9, 4);
  Samples reference;
  for (const int cut : {1, 7, 64, 127, 128, 4096, 50000}) {
    OfflineRender render;
    ASSERT_EQ(render.prepare({48000.0, 2, 4096}), Status::ok);
    set_everything(render.session());
    const Samples out = rendered(render, signal, cut);
    ASSERT_EQ(out[0].size(), signal.samples[0].size());
    if (reference[0].empty()) reference = out;
    EXPECT_EQ(out, reference) << cut;
    EXPECT_NE(out[0], signal.samples[0]);
  }
}

TEST(OfflineRender, IsTheSessionWithItsDelayTakenOut) {
  const test::Planes signal = test::music(1, 48000, 48000.0, 0.9, 4);
  OfflineRender render;
  ASSERT_EQ(render.prepare({48000.0, 1, 512}), Status::ok);
  set_everything(render.session());
  const Samples out = rendered(render, signal, 512);
  Session session;
  ASSERT_EQ(session.prepare({48000.0, 1, 512}), Status::ok);
  set_everything(session);
  session.reset();
  const int latency = session.latency_frames();
  ASSERT_GT(latency, 0);
  test::Planes padded = signal;
  padded.samples[0].resize(padded.samples[0].size() + static_cast<std::size_t>(latency), 0.0f);
  session.process(padded.block());
  EXPECT_EQ(out[0], std::vector<float>(padded.samples[0].begin() + latency, padded.samples[0].end()));
}

TEST(OfflineRender, BeginningAgainGivesTheSameStream) {
  const test::Planes signal = test::music(2, 20000, 48000.0, 0.9, 8);
  OfflineRender render;
  ASSERT_EQ(render.prepare({48000.0, 2, 1024}), Status::ok);
  set_everything(render.session());
  const Samples first = rendered(render, signal, 1024);
  EXPECT_EQ(rendered(render, signal, 1024), first);
}

TEST(OfflineRender, RefusesWhatTheSessionRefuses) {
  OfflineRender render;
  EXPECT_EQ(render.prepare({48000.0, 3, 512}), Status::bad_channel_count);
  EXPECT_EQ(render.prepare({4000.0, 2, 512}), Status::bad_sample_rate);
  EXPECT_EQ(render.prepare({48000.0, 2, 0}), Status::bad_block_size);
}

}  // namespace
}  // namespace ag06::engine
