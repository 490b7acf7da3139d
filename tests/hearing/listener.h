// Whoever is examined: our analysis, or a peer that runs in a process of its own over WAV files. Peers are never linked.
#pragma once

#include <string>
#include <vector>

#include "hearing/heard.h"
#include "support/music.h"

namespace ag06::hearing {

// Our own analysis, as the studio runs it. range_around_bpm: a tempo whose octave the listener is told to look in (tempo only); NaN: not told.
[[nodiscard]] Heard heard_by_us(test::Planes& audio, double sample_rate_hz, double range_around_bpm);

enum class Topic { rhythm, tonality, all };

// A peer takes a topic and a file that lists WAV files, and prints one line for each (see peers/README.md).
struct Peer {
  std::string name;
  std::vector<std::string> command;  // topic and the list's path follow
  bool knows_tonality = true, knows_chords = true;
  std::string version;
};
// Those that can be run here; what is missing is told on stderr. packages_path: a folder whose node_modules holds the npm peers, "" = none.
[[nodiscard]] std::vector<Peer> installed_peers(const std::string& packages_path, const std::string& scripts_path);

// In the order of the files; a file that the peer failed on has spoke = false. memory_path: a folder that keeps what was said of which samples, so
// that nothing is asked twice; "" = none.
[[nodiscard]] std::vector<Heard> heard_by(const Peer& peer, const std::vector<std::string>& wav_paths, const std::string& scratch_path,
                                          const std::string& memory_path, Topic topic);

void write_wav(const std::string& path, const test::Planes& audio, double sample_rate_hz);

}  // namespace ag06::hearing
