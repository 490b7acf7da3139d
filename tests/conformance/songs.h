// Real songs from the distribution's package fretsonfire-songs-sectoid, which tools/setup installs. Their absence is an error, not a reason to skip.
#pragma once

#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "support/music.h"

namespace ag06::test {

// Every recording of the package, in order of name: four songs, each as band and as guitar track.
[[nodiscard]] inline std::vector<std::string> song_files() {
  const std::filesystem::path root = "/usr/share/games/fretsonfire/data/songs/sectoid";
  std::vector<std::string> found;
  std::error_code missing;
  for (auto at = std::filesystem::recursive_directory_iterator(root, missing); !missing && at != std::filesystem::recursive_directory_iterator(); ++at)
    if (at->path().extension() == ".ogg") found.push_back(at->path().string());
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found.size(), 8u) << "package fretsonfire-songs-sectoid is not installed: tools/setup";
  return found;
}

struct Song {
  Planes planes{1, 0};
  double sample_rate_hz = 0.0;
};

// At most max_frames of it.
[[nodiscard]] inline Song read_song(const std::string& path, int max_frames) {
  SF_INFO info{};
  SNDFILE* file = sf_open(path.c_str(), SFM_READ, &info);
  EXPECT_NE(file, nullptr) << path << ": " << sf_strerror(nullptr);
  if (!file) return {};
  Song song{Planes(info.channels, max_frames), static_cast<double>(info.samplerate)};
  std::vector<float> interleaved(static_cast<std::size_t>(info.channels) * 65536);
  int frames = 0;
  while (frames < max_frames) {
    const auto got = static_cast<int>(sf_readf_float(file, interleaved.data(), std::min(65536, max_frames - frames)));
    if (got <= 0) break;
    for (int c = 0; c < info.channels; ++c)
      for (int i = 0; i < got; ++i)
        song.planes.samples[static_cast<std::size_t>(c)][static_cast<std::size_t>(frames + i)] = interleaved[static_cast<std::size_t>(i * info.channels + c)];
    frames += got;
  }
  sf_close(file);
  for (auto& plane : song.planes.samples) plane.resize(static_cast<std::size_t>(frames));
  return song;
}

}  // namespace ag06::test
