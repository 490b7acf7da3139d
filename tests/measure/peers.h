// Other people's processors, each run in a process of its own over float WAV files and never linked. Not for anything that ships.
// Plug-ins are hosted by ffmpeg's lv2 and ladspa filters, which hand them every frame of the file and nothing else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "support/music.h"

namespace ag06::measure {

using test::Planes;

enum class Host { ffmpeg, sox, program };

struct Peer {
  std::string name;
  std::string package;  // of Debian, and what its version is asked for
  Host host = Host::ffmpeg;
  std::string needs;                  // a file or folder that has to exist; nothing: the host is enough
  std::vector<std::string> settings;  // ffmpeg: the filter; sox: the effect and its arguments; a program: its command line, files as IN and OUT
};

// An LV2 plug-in as a filter of ffmpeg's; controls as "symbol=value|symbol=value".
[[nodiscard]] std::vector<std::string> lv2(const std::string& uri, const std::string& controls);
[[nodiscard]] std::vector<std::string> ladspa(const std::string& file, const std::string& label, const std::string& controls);

[[nodiscard]] bool installed(const Peer& peer);
// As dpkg knows it, without epoch and revision; "unknown" elsewhere.
[[nodiscard]] std::string package_version(const std::string& package);

struct PeerRun {
  std::optional<Planes> out;    // nothing when it failed
  double sample_rate_hz = 0.0;  // of the output
  double processor_s = 0.0;
  std::string why;  // it failed
};
// The peer is installed. Samples above 1 pass ffmpeg as they are; sox clips them on the way in.
[[nodiscard]] PeerRun run_peer(const Peer& peer, const Planes& in, double sample_rate_hz);

}  // namespace ag06::measure
