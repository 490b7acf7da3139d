#include "audio/jack_stream.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "audio/scheduling.h"

namespace ag06::bridge {

void JackStream::allocate() {
  for (std::size_t channel = 0; channel < heard.size(); ++channel) {
    heard[channel].assign(static_cast<std::size_t>(terms.block_frames), 0.0f);
    played[channel].assign(static_cast<std::size_t>(terms.block_frames), 0.0f);
  }
}

void JackStream::process(jack_nframes_t frames) noexcept {
  if (!has_run.load(std::memory_order_relaxed)) {
    caller = pthread_self();
    has_run.store(true, std::memory_order_release);
  }
  if (is_stopping.load(std::memory_order_acquire) || frames == 0 || frames > static_cast<jack_nframes_t>(terms.block_frames)) {
    for (jack_port_t* port : outputs) {
      std::memset(jack_port_get_buffer(port, frames), 0, frames * sizeof(float));
    }
    is_silent.store(is_stopping.load(std::memory_order_acquire), std::memory_order_release);
    return;
  }
  // Copied: the buffer of an input may be that of another client's output, or of ours where somebody connected them.
  for (std::size_t i = 0; i < heard.size(); ++i) {
    std::memcpy(heard[i].data(), jack_port_get_buffer(inputs[std::min(i, inputs.size() - 1)], frames), frames * sizeof(float));
  }
  const float* in[kStreamChannels] = {heard[0].data(), heard[1].data()};
  if (outputs.size() == 1) {
    float* out[kStreamChannels] = {played[0].data(), played[1].data()};
    user->process(in, out, static_cast<int>(frames));
    float* mono = static_cast<float*>(jack_port_get_buffer(outputs[0], frames));
    for (jack_nframes_t i = 0; i < frames; ++i) {
      mono[i] = 0.5f * (out[0][i] + out[1][i]);
    }
    return;
  }
  float* out[kStreamChannels] = {static_cast<float*>(jack_port_get_buffer(outputs[0], frames)),
                                 static_cast<float*>(jack_port_get_buffer(outputs[1], frames))};
  user->process(in, out, static_cast<int>(frames));
}

StreamFormat format_of(jack_client_t* client, const JackStream& stream, const StreamRequest& request) {
  StreamFormat format;
  format.sample_rate_hz = stream.terms.rate_hz;
  format.block_frames = stream.terms.block_frames;
  format.input_latency_frames = declared_latency_frames(client, stream.device.capture, JackCaptureLatency);
  format.output_latency_frames = declared_latency_frames(client, stream.device.playback, JackPlaybackLatency);
  // Two clients cannot run in a circle within one cycle: what comes back to a device that is a client waits one block. jackd's own driver has its
  // buffers in the latencies that it declares (jack2 common/JackAudioDriver.cpp, UpdateLatencies).
  format.buffer_latency_frames = is_jack_driver(stream.device) ? 0 : stream.terms.block_frames;
  if (std::abs(request.sample_rate_hz - stream.terms.rate_hz) > 0.5 || request.block_frames != stream.terms.block_frames) {
    format.remark = "the JACK server runs at " + words_for(stream.terms);
  }
  return format;
}

void add_scheduling(jack_client_t* client, const JackStream& stream, StreamFormat& format) {
  format.is_realtime = runs_in_real_time(stream.caller);
  if (!format.is_realtime) {
    const std::string why =
        jack_is_realtime(client) != 0 ? "this user may not use real-time scheduling" : "the JACK server runs without real-time scheduling";
    format.remark += (format.remark.empty() ? "" : "; ") + why + ", so audio may drop out under load";
  }
}

}  // namespace ag06::bridge
