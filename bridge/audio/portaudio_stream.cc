#include "audio/portaudio_stream.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <thread>

#include "audio/scheduling.h"

#if defined(__linux__) && __has_include(<pa_linux_alsa.h>)
#include <pa_linux_alsa.h>
#define AG06_HAS_PA_ALSA
#endif

namespace ag06::bridge {
namespace {

// PortAudio's own choice of a low latency on ALSA is a ring of four periods, three of them filled (pa_linux_alsa.c, GropeDevice: 512 frames in
// periods of 128).
constexpr double kSuggestedBlocks = 3.0;
constexpr std::chrono::milliseconds kFirstCallbackAtMost{2000};

constexpr PaStreamCallbackFlags kLostAudio = paInputUnderflow | paInputOverflow | paOutputUnderflow | paOutputOverflow;

std::string hertz(double rate_hz) { return std::to_string(std::lround(rate_hz)) + " Hz"; }

}  // namespace

void check_portaudio(PaError error, const char* what) {
  if (error >= paNoError) {
    return;
  }
  std::string text = std::string(what) + ": " + Pa_GetErrorText(error);
  if (error == paUnanticipatedHostError) {
    if (const PaHostErrorInfo* host = Pa_GetLastHostErrorInfo(); host != nullptr && host->errorText != nullptr && host->errorText[0] != '\0') {
      text += std::string(" (") + host->errorText + ")";
    }
  }
  throw AudioError(text);
}

PortAudioStream::PortAudioStream(PaDeviceIndex device, const StreamRequest& request, AudioUser& user, std::function<void()> on_finished)
    : user_(user), on_finished_(std::move(on_finished)) {
  open(device, request);
  try {
    user_.prepare(format_);
    check_portaudio(Pa_StartStream(stream_), "it does not start");
    await_first_callback();
  } catch (...) {
    is_closing_.store(true);
    Pa_CloseStream(stream_);
    throw;
  }
}

PortAudioStream::~PortAudioStream() {
  is_closing_.store(true);
  Pa_AbortStream(stream_);   // what is in the buffers is silence by now, or the device is gone
  Pa_CloseStream(stream_);
}

void PortAudioStream::open(PaDeviceIndex device, const StreamRequest& request) {
  const PaDeviceInfo* info = Pa_GetDeviceInfo(device);
  if (info == nullptr || info->maxInputChannels < 1 || info->maxOutputChannels < 1) {
    throw AudioError("it has no input or no output");
  }
  inputs_ = static_cast<std::size_t>(std::min(info->maxInputChannels, kStreamChannels));
  outputs_ = static_cast<std::size_t>(std::min(info->maxOutputChannels, kStreamChannels));
  const auto parameters = [&](std::size_t channels, double rate_hz) {
    return PaStreamParameters{device, static_cast<int>(channels), paFloat32 | paNonInterleaved, kSuggestedBlocks * request.block_frames / rate_hz,
                              nullptr};
  };
  // Playback and capture of an AG06 share one clock: both are always asked for one rate.
  double rate_hz = request.sample_rate_hz;
  PaStreamParameters in = parameters(inputs_, rate_hz);
  PaStreamParameters out = parameters(outputs_, rate_hz);
  if (Pa_IsFormatSupported(&in, &out, rate_hz) != paFormatIsSupported && std::abs(info->defaultSampleRate - rate_hz) > 0.5) {
    rate_hz = info->defaultSampleRate;
    in = parameters(inputs_, rate_hz);
    out = parameters(outputs_, rate_hz);
    format_.remark = "the device does not run at " + hertz(request.sample_rate_hz) + " and was opened at " + hertz(rate_hz);
  }
  format_.sample_rate_hz = rate_hz;
  format_.block_frames = request.block_frames;
  silence_.assign(static_cast<std::size_t>(request.block_frames), 0.0f);
  for (std::vector<float>& plane : mono_) {
    plane = silence_;
  }
  const auto callback = [](const void* heard, void* played, unsigned long frames, const PaStreamCallbackTimeInfo*, PaStreamCallbackFlags flags,
                           void* self) { return static_cast<PortAudioStream*>(self)->process(heard, played, frames, flags); };
  check_portaudio(Pa_OpenStream(&stream_, &in, &out, rate_hz, static_cast<unsigned long>(request.block_frames), paDitherOff, callback, this),
                  ("it does not run at " + hertz(rate_hz) + " with " + std::to_string(request.block_frames) + " frames").c_str());
  Pa_SetStreamFinishedCallback(stream_, [](void* self) {
    auto* stream = static_cast<PortAudioStream*>(self);
    if (!stream->is_closing_.load()) {
      stream->on_finished_();
    }
  });
#ifdef AG06_HAS_PA_ALSA
  if (const PaHostApiInfo* api = Pa_GetHostApiInfo(info->hostApi); api != nullptr && api->type == paALSA) {
    PaAlsa_EnableRealtimeScheduling(stream_, 1);   // refused silently where the user may not
  }
#endif
  read_latencies();
}

// Both figures include the driver's buffers. On ports that declare none PortAudio computes figures of 89 478 s: beyond a second nothing is believed.
void PortAudioStream::read_latencies() {
  const PaStreamInfo* info = Pa_GetStreamInfo(stream_);
  const auto is_believable = [](double latency_s) { return std::isfinite(latency_s) && latency_s >= 0.0 && latency_s <= 1.0; };
  if (info != nullptr && is_believable(info->inputLatency) && is_believable(info->outputLatency)) {
    format_.input_latency_frames = static_cast<int>(std::lround(info->inputLatency * format_.sample_rate_hz));
    format_.output_latency_frames = static_cast<int>(std::lround(info->outputLatency * format_.sample_rate_hz));
  } else {
    format_.buffer_latency_frames = format_.block_frames;   // the least that there can be; a calibration knows better
  }
}

void PortAudioStream::await_first_callback() {
  const auto deadline = std::chrono::steady_clock::now() + kFirstCallbackAtMost;
  while (!has_called_back_.load(std::memory_order_acquire)) {
    if (std::chrono::steady_clock::now() > deadline) {
      throw AudioError("it was started but gives no audio");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  format_.is_realtime = runs_in_real_time(caller_);
  if (!format_.is_realtime) {
    format_.remark +=
        std::string(format_.remark.empty() ? "" : "; ") + "this user may not use real-time scheduling, so audio may drop out under load";
  }
}

int PortAudioStream::process(const void* in, void* out, unsigned long frames, PaStreamCallbackFlags flags) noexcept {
  if (!has_called_back_.load(std::memory_order_relaxed)) {
    caller_ = pthread_self();
    has_called_back_.store(true, std::memory_order_release);
  }
  if ((flags & kLostAudio) != 0 && (flags & paPrimingOutput) == 0) {
    user_.note_xrun();
  }
  const auto* heard = static_cast<const float* const*>(in);
  auto* played = static_cast<float* const*>(out);
  for (unsigned long done = 0; done < frames;) {   // a host may give more than it was asked for
    const unsigned long piece = std::min(frames - done, static_cast<unsigned long>(format_.block_frames));
    const float* inputs[kStreamChannels];
    float* outputs[kStreamChannels];
    for (std::size_t side = 0; side < kStreamChannels; ++side) {
      inputs[side] = heard != nullptr ? heard[std::min(side, inputs_ - 1)] + done : silence_.data();
      outputs[side] = outputs_ == 1 ? mono_[side].data() : played[side] + done;
    }
    user_.process(inputs, outputs, static_cast<int>(piece));
    if (outputs_ == 1) {
      for (unsigned long i = 0; i < piece; ++i) {
        played[0][done + i] = 0.5f * (mono_[0][i] + mono_[1][i]);
      }
    }
    done += piece;
  }
  return paContinue;
}

}  // namespace ag06::bridge
