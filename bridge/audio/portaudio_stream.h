// One open PortAudio stream: what its callback works on. Not for finding devices (portaudio_backend.cc).
#pragma once

#include <portaudio.h>
#include <pthread.h>

#include <array>
#include <atomic>
#include <functional>
#include <vector>

#include "audio/audio_backend.h"

namespace ag06::bridge {

// Throws AudioError with PortAudio's words, and the host system's where it has some.
void check_portaudio(PaError error, const char* what);

// PortAudio must be initialised as long as it lives.
class PortAudioStream {
 public:
  // Opens, prepares the user, starts, and waits for the first callback; throws AudioError or what prepare() throws.
  // on_finished: on PortAudio's thread, when the stream ends without having been closed.
  PortAudioStream(PaDeviceIndex device, const StreamRequest& request, AudioUser& user, std::function<void()> on_finished);
  ~PortAudioStream();
  PortAudioStream(const PortAudioStream&) = delete;
  PortAudioStream& operator=(const PortAudioStream&) = delete;

  [[nodiscard]] const StreamFormat& format() const noexcept { return format_; }

 private:
  int process(const void* in, void* out, unsigned long frames, PaStreamCallbackFlags flags) noexcept;
  void open(PaDeviceIndex device, const StreamRequest& request);
  void read_latencies();
  void await_first_callback();

  AudioUser& user_;
  std::function<void()> on_finished_;
  PaStream* stream_ = nullptr;
  StreamFormat format_;
  std::size_t inputs_ = kStreamChannels;
  std::size_t outputs_ = kStreamChannels;
  std::vector<float> silence_;
  std::array<std::vector<float>, kStreamChannels> mono_;   // what a single output is mixed from
  std::atomic<bool> is_closing_{false};
  std::atomic<bool> has_called_back_{false};
  pthread_t caller_{};                                     // valid once has_called_back_
};

}  // namespace ag06::bridge
