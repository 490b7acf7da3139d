// What the meters must not do on the audio thread.
#include <gtest/gtest.h>

#include "analysis/song_profile.h"
#include "support/alloc_counter.h"
#include "support/signals.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

template <class Meter, class Read>
void expect_no_heap_calls(Read read) {
  if (!kCountsAllocations) GTEST_SKIP() << "the sanitizer owns malloc";
  Meter meter;
  ASSERT_EQ(meter.prepare({48000.0, 2, 512}), Status::ok);
  Planes planes = music(2, 48000 * 5, 48000.0, 0.9, 1);
  (void)planes.slice(0, 0);  // its pointers are on the heap from here on
  const AllocationGuard guard;
  for (int turn = 0; turn < 2; ++turn) {
    for (int at = 0; at < 48000 * 5; at += 480) {
      meter.process(planes.slice(at, 480));
      read(meter, at);
    }
    meter.reset();
  }
  EXPECT_EQ(guard.heap_calls(), 0);
}

TEST(MetersOnTheAudioThread, TheCounterCounts) {
  if (!kCountsAllocations) GTEST_SKIP() << "the sanitizer owns malloc";
  const AllocationGuard guard;
  const Planes planes(1, 100);
  EXPECT_GT(guard.heap_calls(), 0);
}
TEST(MetersOnTheAudioThread, Loudness) {
  double sum = 0.0;
  expect_no_heap_calls<LoudnessMeter>([&sum](LoudnessMeter& m, int) {
    sum += m.momentary_lufs() + m.short_term_lufs() + m.integrated_lufs() + m.range_lu() + m.momentary_max_lufs() + m.short_term_max_lufs() + m.block_percentile_lufs(0.5, -120.0);
  });
}
TEST(MetersOnTheAudioThread, TruePeak) {
  double sum = 0.0;
  expect_no_heap_calls<TruePeakMeter>([&sum](TruePeakMeter& m, int) { sum += m.max_dbtp() + m.take_peak_dbtp(); });
}
TEST(MetersOnTheAudioThread, StreamReport) {
  double sum = 0.0;
  expect_no_heap_calls<StreamMeter>([&sum](StreamMeter& m, int at) { sum += at == 48000 * 5 - 480 ? m.finish().range_lu : 0.0; });
}
TEST(MetersOnTheAudioThread, SongProfile) {
  double sum = 0.0;
  expect_no_heap_calls<SongProfile>([&sum](analysis::SongProfile& m, int at) { sum += at == 48000 * 5 - 480 ? m.finish().pause_noise_dbfs : 0.0; });
}

}  // namespace
}  // namespace ag06::analysis
