#include "dsp/primitives/history_line.h"

#include <gtest/gtest.h>

#include "support/music.h"

namespace ag06::dsp {
namespace {

// Frame n holds n + 1, so that silence is told from the first frame.
void write_counting(HistoryLine& line, int& written, int frames) {
  float in[HistoryLine::kMaxWriteFrames];
  for (int i = 0; i < frames; ++i) in[i] = static_cast<float>(written + i + 1);
  line.write(in, frames);
  written += frames;
}

TEST(HistoryLine, RunsReadThroughTheWrapAtEveryAge) {
  constexpr int kOldest = 300;
  HistoryLine line;
  line.prepare(kOldest);
  test::Random random(4);
  int written = 0;
  for (int round = 0; round < 500; ++round) {
    write_counting(line, written, 1 + random.below(HistoryLine::kMaxWriteFrames));
    for (int age = 1; age <= kOldest; ++age) {
      const float* run = line.run_from(age);
      for (int i = 0; i < std::min(age, HistoryLine::kMaxRunFrames); ++i) {
        const int frame = written - age + i;
        ASSERT_EQ(run[i], frame < 0 ? 0.0f : static_cast<float>(frame + 1)) << "age " << age << " after " << written;
      }
    }
  }
}

TEST(HistoryLine, ForgetsAtOnce) {
  HistoryLine line;
  line.prepare(300);
  for (int before = 1; before < 900; before += 7) {
    int written = 0;
    while (written < before) write_counting(line, written, std::min(before - written, HistoryLine::kMaxWriteFrames));
    line.forget();
    EXPECT_EQ(line.remembered_frames(), 0);
    const float one[] = {1.0f};
    line.write(one, 1);
    EXPECT_EQ(line.remembered_frames(), 1);
    const float* run = line.run_from(1 + HistoryLine::kSilentFrames);
    for (int i = 0; i < HistoryLine::kSilentFrames; ++i) ASSERT_EQ(run[i], 0.0f) << before;
    EXPECT_EQ(run[HistoryLine::kSilentFrames], 1.0f);
  }
}

}  // namespace
}  // namespace ag06::dsp
