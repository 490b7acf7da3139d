// Hearing a whole song.
#include "abi_analyser.h"

#include <string>

#include "abi_support.h"
#include "assist/song_listener.h"
#include "report/song_json.h"

namespace ag06::abi {
int last_status = 0;
}  // namespace ag06::abi

namespace {
struct Analyser {
  ag06::assist::SongListener listener;
  ag06::abi::PlanarBuffer buffer;
  std::string json;
};
Analyser& analyser(std::uintptr_t handle) { return ag06::abi::from_handle<Analyser>(handle); }
}  // namespace

int ag06_last_status() { return ag06::abi::last_status; }
int ag06_analysis_version() { return kAnalysisVersion; }
std::uintptr_t ag06_analyser_create(double sample_rate_hz, int channels, int max_block_frames, double max_duration_s) {
  return ag06::abi::make<Analyser>([&](Analyser& made) {
    const ag06::Status status = made.listener.prepare({sample_rate_hz, channels, max_block_frames}, max_duration_s);
    if (status == ag06::Status::ok) made.buffer.prepare(channels, max_block_frames);
    return status;
  });
}
void ag06_analyser_destroy(std::uintptr_t handle) { delete &analyser(handle); }
float* ag06_analyser_buffer(std::uintptr_t handle, int channel) { return analyser(handle).buffer.channel(channel); }
void ag06_analyser_process(std::uintptr_t handle, int frames) {
  Analyser& a = analyser(handle);
  a.listener.process(a.buffer.block(frames));
}
const char* ag06_analyser_finish(std::uintptr_t handle) {
  Analyser& a = analyser(handle);
  a.json = ag06::report::song_json(a.listener.finish()).dump();
  return a.json.c_str();
}
int ag06_analyser_json_bytes(std::uintptr_t handle) { return static_cast<int>(analyser(handle).json.size()); }
const std::uint8_t* ag06_analyser_spectrogram(std::uintptr_t handle) { return analyser(handle).listener.spectrogram().data(); }
int ag06_analyser_spectrogram_columns(std::uintptr_t handle) { return analyser(handle).listener.spectrogram().columns(); }
int ag06_analyser_spectrogram_bands(std::uintptr_t handle) { return analyser(handle).listener.spectrogram().bands(); }
double ag06_analyser_spectrogram_step_s(std::uintptr_t handle) { return analyser(handle).listener.spectrogram().step_s(); }
