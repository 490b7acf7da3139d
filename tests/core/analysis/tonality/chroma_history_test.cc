#include "analysis/tonality/chroma_history.h"

#include <gtest/gtest.h>

#include "chord_song.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test::chord_songs;

bool same(const ChromaHistory& a, const ChromaHistory& b) {
  if (a.size() != b.size() || a.deviations() != b.deviations()) return false;
  for (int i = 0; i < a.size(); ++i)
    if (a[i].chroma != b[i].chroma || a[i].bass_bin != b[i].bass_bin || a[i].bass != b[i].bass || a[i].level != b[i].level) return false;
  return true;
}

const ChromaFrame& middle_of(const ChromaHistory& heard) { return heard[heard.size() / 2]; }

// Loudest class of the middle frame, in thirds of a semitone.
int loudest_bin(const ChromaHistory& heard) {
  const auto& chroma = middle_of(heard).chroma;
  return static_cast<int>(std::max_element(chroma.begin(), chroma.end()) - chroma.begin());
}

TEST(ChromaHistory, NotesOfEveryTimbreSoundInTheirClassAlone) {
  for (const Timbre timbre : {Timbre::sine, Timbre::saw, Timbre::plucked, Timbre::organ}) {
    for (int note = 45; note <= 84; note += 3) {
      SCOPED_TRACE(testing::Message() << "timbre " << static_cast<int>(timbre) << " note " << note);
      std::vector<double> sound(22050, 0.0);
      add_note(sound, 0, sound.size(), 22050.0, 440.0 * exp2_exact((note - 69) / 12.0), timbre);
      const ChromaHistory heard = heard_in(sound, 22050.0);
      const int bin = note % 12 * kBinsPerSemitone;
      EXPECT_EQ(loudest_bin(heard), bin);
      for (int b = 0; b < kPitchClassBins; ++b) {
        const int apart = std::abs((b - bin + 54) % 36 - 18);
        EXPECT_TRUE(apart <= 1 || middle_of(heard).chroma[static_cast<std::size_t>(b)] < 110) << b;
      }
    }
  }
}

TEST(ChromaHistory, TheBassIsTheLowestStrongNote) {
  std::vector<double> sound(44100, 0.0);
  for (const double hz : {82.41, 261.63, 329.63, 392.0}) add_note(sound, 0, sound.size(), 22050.0, hz, Timbre::saw);  // C major over E
  const ChromaHistory heard = heard_in(sound, 22050.0);
  EXPECT_EQ(middle_of(heard).bass_bin, 4 * kBinsPerSemitone);
  EXPECT_GT(middle_of(heard).bass, 60);
}

TEST(ChromaHistory, IsTheSameHoweverTheStreamIsCutAndAfterReset) {
  const std::vector<double> sound = sound_of({.degrees = kMinorCadence, .drums = true, .noise_db = -20.0});
  const ChromaHistory whole = heard_in(sound, 22050.0, 2, 1 << 20);
  for (const int cut : {1, 37, 480}) EXPECT_TRUE(same(whole, heard_in(sound, 22050.0, 2, cut))) << cut;
  const StftGrid grid = long_grid({22050.0, 2, 512});
  ChromaHistory again = whole;
  again.reset();
  EXPECT_EQ(again.size(), 0);
  Planes planes(2, static_cast<int>(sound.size()));
  for (auto& plane : planes.samples) std::copy(sound.begin(), sound.end(), plane.begin());
  Stft stft;
  ASSERT_EQ(stft.prepare(grid), Status::ok);
  const auto sink = [&again](const SpectrumFrame& frame) { again.process(frame); };
  stft.process(planes.block(), sink);
  stft.finish(sink);
  EXPECT_TRUE(same(whole, again));
  EXPECT_GE(whole.size(), 40);
}

TEST(ChromaHistory, RemembersNoMoreThanItWasPreparedFor) {
  const StftGrid grid = long_grid({44100.0, 1, 512});
  ChromaHistory heard;
  ASSERT_EQ(heard.prepare(grid, 1.0), Status::ok);
  std::vector<float> power(static_cast<std::size_t>(grid.bins()), 0.1f);
  for (int i = 0; i < 100; ++i) heard.process({i, 0.0, power.data(), nullptr, nullptr});
  EXPECT_EQ(heard.size(), grid.frames_for_s(1.0));
  EXPECT_LE(static_cast<double>(sizeof(ChromaFrame)) * grid.frames_for_s(3600.0), 1.52e6);
  EXPECT_EQ(heard.prepare(grid, -1.0), Status::out_of_range);
  EXPECT_EQ(heard.prepare(grid, std::numeric_limits<double>::quiet_NaN()), Status::out_of_range);
}

}  // namespace
}  // namespace ag06::analysis
