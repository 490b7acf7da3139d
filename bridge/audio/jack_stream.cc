#include "audio/jack_stream.h"

#include <algorithm>
#include <cstring>

namespace ag06::bridge {

void JackStream::allocate() {
  for (std::size_t channel = 0; channel < heard.size(); ++channel) {
    heard[channel].assign(static_cast<std::size_t>(block_frames), 0.0f);
    played[channel].assign(static_cast<std::size_t>(block_frames), 0.0f);
  }
}

void JackStream::process(jack_nframes_t frames) noexcept {
  if (is_stopping.load(std::memory_order_acquire) || frames == 0 || frames > static_cast<jack_nframes_t>(block_frames)) {
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
  float* out[kStreamChannels] = {static_cast<float*>(jack_port_get_buffer(outputs[0], frames)), static_cast<float*>(jack_port_get_buffer(outputs[1], frames))};
  user->process(in, out, static_cast<int>(frames));
}

}  // namespace ag06::bridge
