// What the defect detector finds in real music: nothing that is not there, and the traces of real encoders. The songs themselves are Vorbis files of
// 96 to 256 kbit/s; a cut-off found in those of 96 and 128 is theirs. MP3 and AAC by ffmpeg (libmp3lame, its own AAC), as tests/cli has it.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "analysis/defects/defect_detector.h"
#include "conformance/songs.h"
#include "core/analysis/defects/damage.h"
#include "core/analysis/defects/hearing_defects.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

// Twenty seconds from the 40th on, as loud as they are.
Song excerpt(const std::string& path) {
  Song song = read_song(path, 60 * 48000);
  for (auto& plane : song.planes.samples) plane.erase(plane.begin(), plane.begin() + static_cast<std::ptrdiff_t>(40 * song.sample_rate_hz));
  return song;
}

class Scratch {
 public:
  Scratch() : path_((std::filesystem::temp_directory_path() / "ag06-defects-XXXXXX").string()) { EXPECT_NE(mkdtemp(path_.data()), nullptr); }
  ~Scratch() { std::filesystem::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

void write_wav(const std::string& path, const Song& song) {
  SF_INFO info{};
  info.samplerate = static_cast<int>(song.sample_rate_hz);
  info.channels = static_cast<int>(song.planes.samples.size());
  info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  ASSERT_NE(file, nullptr);
  sf_command(file, SFC_SET_CLIPPING, nullptr, SF_TRUE);
  std::vector<float> interleaved;
  for (std::size_t i = 0; i < song.planes.samples[0].size(); ++i)
    for (const auto& plane : song.planes.samples) interleaved.push_back(plane[i]);
  sf_write_float(file, interleaved.data(), static_cast<sf_count_t>(interleaved.size()));
  sf_close(file);
}

void ffmpeg(const std::string& arguments) { ASSERT_EQ(std::system(("ffmpeg -nostdin -v error -y " + arguments).c_str()), 0) << arguments; }

TEST(DefectsOfRealMusic, NoFalseAlarmsInWholeSongs) {
  for (const std::string& path : song_files()) {
    SCOPED_TRACE(path);
    Song song = read_song(path, 60 * 60 * 48000);
    for (const Defect& defect : defects_of(song.planes, song.sample_rate_hz)) {
      std::printf("%s: kind %d, severity %.2f, value %g\n", path.substr(path.rfind("sectoid")).c_str(), static_cast<int>(defect.kind),
                  defect.severity, defect.value);
      // Rests of seconds in guitar tracks and around songs are silence indeed.
      EXPECT_TRUE(defect.kind == DefectKind::silence || defect.kind == DefectKind::lossy_source) << static_cast<int>(defect.kind);
      if (defect.kind != DefectKind::lossy_source) continue;
      EXPECT_TRUE(path.find("Metal madness") != std::string::npos || path.find("War of freedom") != std::string::npos);
    }
  }
}

// Cut-offs as libmp3lame 3.100 and ffmpeg's AAC encoder set them, to within their own transition; 0: a resampler, nothing to be found.
TEST(DefectsOfRealMusic, LossySourcesByTheirCutOff) {
  struct Way {
    const char* name;
    const char* coded;
    const char* options;
    double least_hz, most_hz;
  };
  const Way ways[] = {{"mp3 128", "a.mp3", "-c:a libmp3lame -b:a 128k", 15800, 17200},
                      {"mp3 192", "a.mp3", "-c:a libmp3lame -b:a 192k", 18300, 19400},
                      {"aac 96", "a.m4a", "-c:a aac -b:a 96k", 15500, 16400},
                      {"aac 128", "a.m4a", "-c:a aac -b:a 128k", 16800, 17700},
                      {"vorbis q1", "a.ogg", "-c:a libvorbis -q:a 1", 15500, 17200},
                      {"vorbis q3", "a.ogg", "-c:a libvorbis -q:a 3", 16900, 18600},
                      {"22.05 kHz", "a.wav", "-ar 22050", 0, 0},
                      {"32 kHz", "a.wav", "-ar 32000", 0, 0}};
  const Scratch scratch;
  int cases = 0, hits = 0;
  std::printf("%-10s", "");
  for (const Way& way : ways) std::printf(" %9s", way.name);
  std::printf("\n");
  for (const std::string& path : song_files()) {
    // Two songs without a cut-off of their own below 20 kHz, as band and as guitar track, and one more band.
    const bool usable = path.find("chaosland/song") != std::string::npos || path.find("freedom/song") != std::string::npos ||
                        path.find("Feelings/song") != std::string::npos;
    if (!usable) continue;
    write_wav(scratch.file("song.wav"), excerpt(path));
    std::printf("%-10.10s", path.substr(path.find("sectoid/") + 8).c_str());
    for (const Way& way : ways) {
      ffmpeg("-i " + scratch.file("song.wav") + " " + way.options + " " + scratch.file(way.coded));
      ffmpeg("-i " + scratch.file(way.coded) + " -ar 44100 -c:a pcm_s16le " + scratch.file("back.wav"));
      Song back = read_song(scratch.file("back.wav"), 60 * 48000);
      const std::vector<Defect> defects = defects_of(back.planes, back.sample_rate_hz);
      const Defect* lossy = found(defects, DefectKind::lossy_source);
      std::printf(" %9.0f", lossy ? lossy->value : 0.0);
      if (way.most_hz == 0.0) {
        EXPECT_EQ(lossy, nullptr) << way.name << ' ' << path;
        continue;
      }
      ++cases;
      if (!lossy) continue;
      ++hits;
      EXPECT_GE(lossy->value, way.least_hz) << way.name << ' ' << path;
      EXPECT_LE(lossy->value, way.most_hz) << way.name << ' ' << path;
    }
    std::printf("\n");
  }
  std::printf("%d of %d encodings found\n", hits, cases);
  EXPECT_EQ(cases, 18);
  EXPECT_GE(hits, 16);  // "Feelings" hardly reaches the cut-off of 192 kbit/s
}

TEST(DefectsOfRealMusic, FaultsPutIntoIt) {
  int cases[9] = {}, hits[9] = {};
  const auto count = [&](Song& song, DefectKind kind) {
    ++cases[static_cast<int>(kind)];
    if (found(defects_of(song.planes, song.sample_rate_hz), kind)) ++hits[static_cast<int>(kind)];
  };
  for (const std::string& path : song_files()) {
    const Song clean = excerpt(path);
    Song song = clean;
    clip(song.planes, 6.0, -3.0);
    quantise(song.planes, 16);
    count(song, DefectKind::clipping);
    song = clean;
    for (float& x : song.planes.samples[0]) x = -x;
    count(song, DefectKind::polarity);
    song = clean;
    song.planes.samples[1] = song.planes.samples[0];
    count(song, DefectKind::mono);
    song = clean;
    for (float& x : song.planes.samples[0]) x += 0.004f;
    count(song, DefectKind::dc_offset);
    song = clean;
    add_clicks(song.planes, song.sample_rate_hz, 0.7, 0.8 * peak_of_all(song.planes), 3);
    count(song, DefectKind::clicks);
    for (const double mains_hz : {50.0, 60.0}) {
      song = clean;
      add_hum(song.planes, song.sample_rate_hz, mains_hz, to_db(rms_of(song.planes.samples[0])) - 15.0);
      count(song, DefectKind::hum);
    }
  }
  constexpr const char* kNames[] = {"clipping", "offset", "polarity", "mono", "lossy", "hum", "clicks", "silence", "imbalance"};
  for (int k = 0; k < 9; ++k) {
    if (cases[k] == 0) continue;
    std::printf("%-10s %2d of %2d\n", kNames[k], hits[k], cases[k]);
    EXPECT_GE(hits[k], (static_cast<DefectKind>(k) == DefectKind::hum ? 0.8 : 1.0) * cases[k]) << kNames[k];  // dense metal hides hum 15 dB under it
  }
}

}  // namespace
}  // namespace ag06::analysis
