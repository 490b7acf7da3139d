// The module's identity and the live session.
#include <memory>
#include <vector>

#include "abi.h"
#include "abi_support.h"
#include "engine/monitor.h"

namespace {
struct LiveSession {
  ag06::engine::Monitor monitor;
  ag06::abi::PlanarBuffer buffer;
};
LiveSession& live(std::uintptr_t handle) { return ag06::abi::from_handle<LiveSession>(handle); }
}  // namespace

namespace ag06::abi {
int last_status = 0;
}

int ag06_abi_version() { return kAbiVersion; }
std::uint32_t ag06_params_hash_high() { return static_cast<std::uint32_t>(ag06::params::kTableHash >> 32); }
std::uint32_t ag06_params_hash_low() { return static_cast<std::uint32_t>(ag06::params::kTableHash & 0xffffffffu); }
int ag06_last_status() { return ag06::abi::last_status; }

std::uintptr_t ag06_session_create(double sample_rate_hz, int channels, int max_block_frames, int latency_mode) {
  return ag06::abi::make<LiveSession>([&](LiveSession& made) {
    const auto mode = latency_mode == 1 ? ag06::engine::LatencyMode::live : ag06::engine::LatencyMode::studio;
    const ag06::Status status = made.monitor.prepare({sample_rate_hz, channels, max_block_frames}, mode);
    if (status == ag06::Status::ok) made.buffer.prepare(channels, max_block_frames);
    return status;
  });
}
void ag06_session_destroy(std::uintptr_t session) { delete &live(session); }
void ag06_session_reset(std::uintptr_t session) { live(session).monitor.reset(); }
int ag06_session_set_param(std::uintptr_t session, int param_id, double value) {
  return static_cast<int>(live(session).monitor.session().set_param(param_id, value));
}
double ag06_session_get_param(std::uintptr_t session, int param_id) { return live(session).monitor.session().param(param_id); }
float* ag06_session_buffer(std::uintptr_t session, int channel) { return live(session).buffer.channel(channel); }
void ag06_session_set_monitor(std::uintptr_t session, int processed, double original_gain_db, double processed_gain_db) {
  live(session).monitor.set_monitor({processed != 0, original_gain_db, processed_gain_db});
}
void ag06_session_process(std::uintptr_t session, int frames) {
  LiveSession& s = live(session);
  s.monitor.process(s.buffer.block(frames));
}
int ag06_session_latency_frames(std::uintptr_t session) { return live(session).monitor.session().latency_frames(); }
void ag06_session_reset_meters(std::uintptr_t session) { live(session).monitor.reset_meters(); }
const float* ag06_session_telemetry(std::uintptr_t session) { return reinterpret_cast<const float*>(&live(session).monitor.take_telemetry()); }
