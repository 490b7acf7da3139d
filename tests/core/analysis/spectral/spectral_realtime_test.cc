// What the ears on the spectrum must not do while they listen.
#include "core/analysis/spectral/listening.h"
#include "support/alloc_guard.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

TEST(EarsOnTheSpectrum, DoNotAllocateWhileListening) {
  if (!kCountsAllocations) GTEST_SKIP() << "the sanitizer owns malloc";
  for (const int channels : {1, 2}) {
    const StreamSpec spec{44100.0, channels, 512};
    Stft long_stft, short_stft;
    ASSERT_EQ(long_stft.prepare(long_grid(spec)), Status::ok);
    ASSERT_EQ(short_stft.prepare(short_grid(spec)), Status::ok);
    Heard heard;
    ASSERT_EQ(heard.spectrum.prepare(long_stft.grid(), 60.0), Status::ok);
    ASSERT_EQ(heard.shape.prepare(short_stft.grid(), 60.0), Status::ok);
    ASSERT_EQ(heard.picture.prepare(short_stft.grid(), 60.0), Status::ok);
    Planes planes = music(channels, 44100 * 14, 44100.0, 0.9, 1);
    (void)planes.slice(0, 0);  // its pointers are on the heap from here on
    const AllocationGuard guard;
    for (int turn = 0; turn < 2; ++turn) {
      for (int at = 0; at < 44100 * 14; at += 441) {
        const ConstAudioBlock block = planes.slice(at, 441);
        heard.shape.process(block);
        long_stft.process(block, [&](const SpectrumFrame& frame) { heard.spectrum.process(frame); });
        short_stft.process(block, [&](const SpectrumFrame& frame) {
          heard.shape.process(frame);
          heard.picture.process(frame);
        });
      }
      heard.spectrum.reset();
      heard.shape.reset();
      heard.picture.reset();
    }
    EXPECT_EQ(guard.heap_calls(), 0);
  }
}

}  // namespace
}  // namespace ag06::analysis
