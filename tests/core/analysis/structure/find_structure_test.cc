#include "analysis/structure/find_structure.h"

#include <gtest/gtest.h>

#include <cmath>
#include <ctime>

#include "core/analysis/structure/heard_texture.h"
#include "core/analysis/structure/known_songs.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

constexpr double kRateHz = 22050.0;
#if defined(__SANITIZE_ADDRESS__) || !defined(__OPTIMIZE__)
constexpr bool kBuildIsSlow = true;
#else
constexpr bool kBuildIsSlow = false;
#endif

const Form& form(const std::string& start) {
  for (const Form& candidate : forms())
    if (std::string(candidate.name).rfind(start, 0) == 0) return candidate;
  ADD_FAILURE() << start;
  return forms()[0];
}

TEST(FindStructure, FindsThePartsOfSongsOfKnownForm) {
  StructureMarks with_beats, without;
  const double tempos_bpm[] = {96.0, 124.0};
  for (const Form& each : forms()) {
    for (int turn = 0; turn < 2; ++turn) {
      const KnownSong song = make_song(each, tempos_bpm[turn], 11u + 7u * static_cast<unsigned>(turn), kRateHz);
      const TextureHistory heard = hear(song.audio, kRateHz);
      with_beats.add(marks_of(song, find_structure(heard, song.rhythm)));
      without.add(marks_of(song, find_structure(heard, {})));
    }
  }
  RecordProperty("f_1s", std::to_string(with_beats.f_1s()));
  RecordProperty("f_3s", std::to_string(with_beats.f_3s()));
  RecordProperty("pairwise_f", std::to_string(with_beats.pairwise_f()));
  EXPECT_GT(with_beats.f_3s(), 0.88);
  EXPECT_GT(with_beats.f_1s(), 0.80);
  EXPECT_GT(with_beats.pairwise_f(), 0.90);
  EXPECT_GT(without.f_3s(), 0.85);
  EXPECT_GT(without.pairwise_f(), 0.88);
}

TEST(FindStructure, NamesThePartsOfAPopSong) {
  const KnownSong song = make_song(form("intro"), 110.0, 25u, kRateHz);
  const StructureReport report = find_structure(hear(song.audio, kRateHz), song.rhythm);
  const SectionKind expected[] = {SectionKind::intro,  SectionKind::verse,  SectionKind::chorus, SectionKind::verse,
                                  SectionKind::chorus, SectionKind::bridge, SectionKind::chorus, SectionKind::outro};
  ASSERT_EQ(report.sections.size(), 8u);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(report.sections[i].kind, expected[i]) << i;
    EXPECT_GT(report.sections[i].confidence, 0.3) << i;
    EXPECT_NEAR(report.sections[i].start_s, song.sections[i].start_s, 0.05) << i;  // on the downbeat
    EXPECT_EQ(report.sections[i].group, song.sections[i].group) << i;
  }
  EXPECT_NEAR(report.repetition, 52.0 / 68.0, 0.02);  // bars of B and C
  EXPECT_GT(report.sections[2].loudness_lufs, report.sections[1].loudness_lufs + 2.0);
}

TEST(FindStructure, IsEmptyWhereNothingChanges) {
  const int frames = static_cast<int>(60 * kRateHz);
  for (const Planes& io : {Planes(2, frames), constant(1, frames, 0.5f), noise(2, frames, 0.3, 3u), sine(1, frames, kRateHz, 440.0, 0.5),
                           noise(1, static_cast<int>(0.2 * kRateHz), 0.5, 1u)})
    EXPECT_TRUE(find_structure(hear(io, kRateHz), {}).sections.empty());
  EXPECT_TRUE(find_structure(prepared(kRateHz, 2, 0.0), {}).sections.empty());
}

TEST(FindStructure, SectionsCoverTheSongWithoutGaps) {
  for (const int channels : {1, 2}) {
    KnownSong song = make_song(form("dance"), 124.0, 5u, 8000.0);
    song.audio.samples.resize(static_cast<std::size_t>(channels));
    const StructureReport report = find_structure(hear(song.audio, 8000.0), {});
    ASSERT_GE(report.sections.size(), 3u);
    EXPECT_EQ(report.sections.front().start_s, 0.0);
    EXPECT_NEAR(report.sections.back().end_s, song.sections.back().end_s, 0.6);
    for (std::size_t i = 1; i < report.sections.size(); ++i) {
      EXPECT_EQ(report.sections[i].start_s, report.sections[i - 1].end_s);
      EXPECT_GT(report.sections[i].end_s, report.sections[i].start_s);
    }
  }
}

TEST(FindStructure, AnHourTakesLessThanASecond) {
  const KnownSong song = make_song(form("dance"), 124.0, 5u, 8000.0);
  TextureHistory heard = prepared(8000.0, 2, 3700.0);
  const StreamSpec spec{8000.0, 2, 512};
  Stft short_stft, long_stft;
  ASSERT_EQ(short_stft.prepare(short_grid(spec)), Status::ok);
  ASSERT_EQ(long_stft.prepare(long_grid(spec)), Status::ok);
  Planes io = song.audio;
  for (double s = 0.0; s < 3600.0; s += frame_count(io) / 8000.0) {
    short_stft.process(io.block(), [&heard](const SpectrumFrame& frame) { heard.process_short(frame); });
    long_stft.process(io.block(), [&heard](const SpectrumFrame& frame) { heard.process_long(frame); });
  }
  const std::clock_t start = std::clock();
  const StructureReport report = find_structure(heard, {});
  const double taken_s = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  RecordProperty("taken_s", std::to_string(taken_s));
  EXPECT_LT(taken_s, kBuildIsSlow ? 10.0 : 1.0);
  EXPECT_GT(report.sections.size(), 60u);
  EXPECT_GT(report.repetition, 0.8);
}

}  // namespace
}  // namespace ag06::analysis
