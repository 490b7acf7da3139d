#include "server/metrics.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace ag06::bridge::server {
namespace {

// One family of samples.
class Family {
 public:
  Family(std::string& into, std::string_view name, std::string_view type, std::string_view help) : into_(into), name_(name) {
    into_.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
  }
  Family& add(double value, std::string_view labels = {}, std::string_view suffix = {}) {
    char text[40];
    if (!std::isfinite(value)) {
      std::snprintf(text, sizeof text, "%s", std::isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
    } else if (value == std::floor(value) && std::fabs(value) < 9e15) {
      std::snprintf(text, sizeof text, "%.0f", value);
    } else {
      std::snprintf(text, sizeof text, "%.9g", value);
    }
    into_.append(name_).append(suffix);
    if (!labels.empty()) into_.append("{").append(labels).append("}");
    into_.append(" ").append(text).append("\n");
    return *this;
  }

 private:
  std::string& into_;
  std::string name_;
};

[[nodiscard]] std::string bound_text(double seconds) {
  char text[40];
  std::snprintf(text, sizeof text, "%.9g", seconds);
  return text;
}

constexpr std::array<std::pair<DevicePhase, const char*>, 5> kPhases = {
    {{DevicePhase::none, "none"}, {DevicePhase::opening, "opening"}, {DevicePhase::running, "running"}, {DevicePhase::lost, "lost"}, {DevicePhase::failed, "failed"}}};

}  // namespace

void Metrics::count_request(std::string_view method, int status) {
  static constexpr std::array<std::string_view, 7> kMethods = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"};
  const bool is_known = std::find(kMethods.begin(), kMethods.end(), method) != kMethods.end();
  ++requests_[{is_known ? std::string(method) : std::string("other"), status}];
}

std::uint64_t Metrics::refusals(std::string_view reason) const {
  const auto found = refusals_.find(std::string(reason));
  return found == refusals_.end() ? 0 : found->second;
}

std::string Metrics::text(const StudioState& state, const MeterFrame& meters, const LiveDoor::Histogram& callbacks) const {
  std::string text;
  Family requests(text, "ag06_http_requests_total", "counter", "HTTP requests answered.");
  for (const auto& [key, count] : requests_) requests.add(static_cast<double>(count), "method=\"" + key.first + "\",code=\"" + std::to_string(key.second) + "\"");
  Family refusals(text, "ag06_refusals_total", "counter", "Requests, messages and clients refused, by reason.");
  for (const auto& [reason, count] : refusals_) refusals.add(static_cast<double>(count), "reason=\"" + reason + "\"");
  Family(text, "ag06_connections", "gauge", "Open connections.").add(connections_);
  Family(text, "ag06_ws_clients", "gauge", "WebSocket clients.").add(ws_clients_);
  Family(text, "ag06_ws_clients_total", "counter", "WebSocket clients since start.").add(static_cast<double>(ws_clients_total_));
  Family(text, "ag06_ws_messages_total", "counter", "WebSocket messages.").add(static_cast<double>(messages_in_), "direction=\"in\"").add(static_cast<double>(messages_out_), "direction=\"out\"");
  Family(text, "ag06_ws_bytes_total", "counter", "Bytes of WebSocket messages.").add(static_cast<double>(bytes_in_), "direction=\"in\"").add(static_cast<double>(bytes_out_), "direction=\"out\"");
  Family dropped(text, "ag06_stream_dropped_total", "counter", "Messages (audio: pieces) that a slow client missed, by stream.");
  for (const auto& [stream, count] : dropped_) dropped.add(static_cast<double>(count), "stream=\"" + stream + "\"");
  Family(text, "ag06_song_frames_total", "counter", "Frames of song audio taken from clients.").add(static_cast<double>(song_frames_));

  Family phases(text, "ag06_device_phase", "gauge", "1 for the phase that the audio device is in.");
  for (const auto& [phase, name] : kPhases) phases.add(state.device.phase == phase ? 1 : 0, std::string("phase=\"") + name + "\"");
  Family(text, "ag06_device_sample_rate_hz", "gauge", "Of the open stream.").add(state.device.sample_rate_hz);
  Family(text, "ag06_device_block_frames", "gauge", "Of the open stream.").add(state.device.block_frames);
  Family(text, "ag06_device_realtime", "gauge", "1: the callback runs under a real-time scheduler.").add(state.device.is_realtime ? 1 : 0);
  Family(text, "ag06_memory_locked", "gauge", "1: memory is locked.").add(state.device.memory_is_locked ? 1 : 0);
  Family(text, "ag06_recording", "gauge", "1: a take is being recorded.").add(state.recorder.is_recording ? 1 : 0);
  // Counts of the stream now open: they begin again with every stream, which is what a Prometheus counter may do.
  Family(text, "ag06_xruns_total", "counter", "Audio lost according to the driver.").add(static_cast<double>(meters.xruns));
  Family(text, "ag06_deadline_misses_total", "counter", "Callbacks late or too long by our own clock.").add(static_cast<double>(meters.deadline_misses));
  Family(text, "ag06_clipped_samples_total", "counter", "Samples at or beyond full scale.").add(static_cast<double>(meters.input_clips), "side=\"input\"").add(static_cast<double>(meters.output_clips), "side=\"output\"");
  Family(text, "ag06_song_underruns_total", "counter", "Times that song audio was missing.").add(static_cast<double>(meters.song_underruns));
  Family(text, "ag06_recorder_lost_frames_total", "counter", "Frames missing in takes.").add(static_cast<double>(meters.recorder_lost_frames));
  Family(text, "ag06_callback_load_ratio", "gauge", "Mean share of a block's time that its processing took.").add(static_cast<double>(meters.load_ratio));

  Family histogram(text, "ag06_callback_duration_seconds", "histogram", "Duration of audio callbacks.");
  std::uint64_t so_far = 0;
  for (const auto& [bound_us, count] : callbacks.buckets_us) {
    so_far += count;
    if (std::isfinite(bound_us)) histogram.add(static_cast<double>(so_far), "le=\"" + bound_text(bound_us * 1e-6) + "\"", "_bucket");
  }
  // Read while it is counted: the total may be a little behind the sum of the buckets.
  const double total = static_cast<double>(std::max(so_far, callbacks.count));
  histogram.add(total, "le=\"+Inf\"", "_bucket").add(callbacks.sum_us * 1e-6, {}, "_sum").add(total, {}, "_count");
  Family(text, "process_resident_memory_bytes", "gauge", "Resident memory.").add(static_cast<double>(resident_bytes()));
  Family(text, "process_cpu_seconds_total", "counter", "Processor time, all threads.").add(static_cast<double>(std::clock()) / CLOCKS_PER_SEC);
  return text;
}

std::uint64_t resident_bytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  unsigned long long all_pages = 0, resident_pages = 0;
  const int read = std::fscanf(file, "%llu %llu", &all_pages, &resident_pages);
  std::fclose(file);
  return read == 2 ? resident_pages * static_cast<unsigned long long>(::sysconf(_SC_PAGESIZE)) : 0;
}

}  // namespace ag06::bridge::server
