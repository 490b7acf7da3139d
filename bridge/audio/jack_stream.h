// The open stream of the JACK backend: its ports and the work of one cycle. Not for opening and closing (jack_backend.cc).
#pragma once

#include <jack/jack.h>
#include <pthread.h>

#include <array>
#include <atomic>
#include <vector>

#include "audio/audio_backend.h"
#include "audio/jack_graph.h"

namespace ag06::bridge {

struct JackStream {
  AudioUser* user = nullptr;
  JackDevice device;
  JackTerms terms;
  std::vector<jack_port_t*> inputs;    // 1 or 2
  std::vector<jack_port_t*> outputs;
  std::array<std::vector<float>, kStreamChannels> heard;
  std::array<std::vector<float>, kStreamChannels> played;
  std::atomic<bool> has_run{false};
  pthread_t caller{};                   // the audio thread, valid once has_run
  std::atomic<bool> is_stopping{false};
  bool is_lost_told = false;            // not for the audio thread
  std::atomic<bool> is_silent{false};   // a whole block of silence was handed over after is_stopping

  // Allocates what process() needs for blocks as long as the terms say.
  void allocate();
  // Audio thread.
  void process(jack_nframes_t frames) noexcept;
};

// What people and the engine are told of a stream that is about to start; whether it is real-time shows only when it runs.
[[nodiscard]] StreamFormat format_of(jack_client_t* client, const JackStream& stream, const StreamRequest& request);

// Adds how the stream's thread is scheduled. The stream must have run. (jack_client_thread_id() will not do: PipeWire's names another thread.)
void add_scheduling(jack_client_t* client, const JackStream& stream, StreamFormat& format);

}  // namespace ag06::bridge
