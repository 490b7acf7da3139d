#include "measure/peers.h"

#include <sndfile.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <system_error>

#include "measure/process.h"

namespace ag06::measure {
namespace {
namespace fs = std::filesystem;

// A folder of its own that goes with it.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "ag06-measure-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) folder_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] std::string file(const char* name) const { return (folder_ / name).string(); }

 private:
  fs::path folder_;
};

struct CloseSound {
  void operator()(SNDFILE* file) const { sf_close(file); }
};
using Sound = std::unique_ptr<SNDFILE, CloseSound>;

[[nodiscard]] bool write_wav(const std::string& path, const Planes& planes, double sample_rate_hz) {
  SF_INFO info{};
  info.samplerate = static_cast<int>(sample_rate_hz);
  info.channels = static_cast<int>(planes.samples.size());
  info.format = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
  const Sound file(sf_open(path.c_str(), SFM_WRITE, &info));
  if (!file) return false;
  std::vector<float> interleaved(planes.samples[0].size() * planes.samples.size());
  for (std::size_t i = 0; i < planes.samples[0].size(); ++i)
    for (std::size_t c = 0; c < planes.samples.size(); ++c) interleaved[i * planes.samples.size() + c] = planes.samples[c][i];
  const auto frames = static_cast<sf_count_t>(planes.samples[0].size());
  return sf_writef_float(file.get(), interleaved.data(), frames) == frames;
}

[[nodiscard]] std::optional<Planes> read_wav(const std::string& path, double& sample_rate_hz) {
  SF_INFO info{};
  const Sound file(sf_open(path.c_str(), SFM_READ, &info));
  if (!file || info.frames <= 0) return std::nullopt;
  sample_rate_hz = info.samplerate;
  std::vector<float> interleaved(static_cast<std::size_t>(info.frames) * static_cast<std::size_t>(info.channels));
  if (sf_readf_float(file.get(), interleaved.data(), info.frames) != info.frames) return std::nullopt;
  Planes planes(info.channels, static_cast<int>(info.frames));
  for (std::size_t i = 0; i < static_cast<std::size_t>(info.frames); ++i)
    for (std::size_t c = 0; c < planes.samples.size(); ++c) planes.samples[c][i] = interleaved[i * planes.samples.size() + c];
  return planes;
}

[[nodiscard]] bool runs(const std::vector<std::string>& arguments) { return run_program(arguments).succeeded(); }

}  // namespace

std::vector<std::string> lv2(const std::string& uri, const std::string& controls) {
  std::string quoted;
  for (const char c : uri) quoted += c == ':' ? std::string("\\:") : std::string(1, c);
  return {"lv2=p='" + quoted + "':c=" + controls};
}

std::vector<std::string> ladspa(const std::string& file, const std::string& label, const std::string& controls) {
  return {"ladspa=f=" + file + ":p=" + label + ":c=" + controls};
}

bool installed(const Peer& peer) {
  if (!peer.needs.empty() && !fs::exists(peer.needs)) return false;
  if (peer.host == Host::program) return true;
  return peer.host == Host::sox ? runs({"sox", "--version"}) : runs({"ffmpeg", "-version"});
}

std::string package_version(const std::string& package) {
  const Outcome outcome = run_program({"dpkg-query", "-W", "-f", "${Version}", package});
  if (!outcome.succeeded() || outcome.output.empty()) return "unknown";
  std::string version = outcome.output.substr(outcome.output.find(':') == std::string::npos ? 0 : outcome.output.find(':') + 1);
  return version.substr(0, version.rfind('-'));
}

PeerRun run_peer(const Peer& peer, const Planes& in, double sample_rate_hz) {
  const Scratch scratch;
  PeerRun run;
  if (!write_wav(scratch.file("in.wav"), in, sample_rate_hz)) {
    run.why = "no room for the input";
    return run;
  }
  std::vector<std::string> arguments;
  if (peer.host == Host::sox) {
    arguments = {"sox", "-D", scratch.file("in.wav"), "-e", "floating-point", "-b", "32", scratch.file("out.wav")};
    arguments.insert(arguments.end(), peer.settings.begin(), peer.settings.end());
  } else if (peer.host == Host::program) {
    for (const std::string& part : peer.settings)
      arguments.push_back(part == "IN" ? scratch.file("in.wav") : part == "OUT" ? scratch.file("out.wav") : part);
  } else {
    arguments = {"ffmpeg",
                 "-v",
                 "error",
                 "-nostdin",
                 "-y",
                 "-filter_threads",
                 "1",
                 "-i",
                 scratch.file("in.wav"),
                 "-af",
                 peer.settings.at(0),
                 "-c:a",
                 "pcm_f32le",
                 scratch.file("out.wav")};
  }
  const Outcome outcome = run_program(arguments);
  run.processor_s = outcome.processor_s;
  if (outcome.succeeded()) run.out = read_wav(scratch.file("out.wav"), run.sample_rate_hz);
  if (!run.out) run.why = outcome.output.empty() ? "no output" : outcome.output.substr(0, outcome.output.find('\n'));
  return run;
}

}  // namespace ag06::measure
