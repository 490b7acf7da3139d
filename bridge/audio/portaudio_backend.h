// PortAudio with choices that only tests make. Everybody else calls make_portaudio_backend(events) of audio_backend.h.
#pragma once

#include <memory>
#include <string>

#include "audio/audio_backend.h"

namespace ag06::bridge {

struct PortAudioOptions {
  std::string sound_cards_folder = "/dev/snd";
  // On Linux PortAudio is not even started while the kernel shows no sound card: its look at ALSA's plug-ins takes long, prints, and finds nothing
  // that has a clock.
  bool needs_sound_cards = true;
  bool lists_jack = false;   // our own client knows JACK better, and a server that ends takes PortAudio's with it (portaudio_without_jack.h)
};

[[nodiscard]] std::unique_ptr<AudioBackend> make_portaudio_backend(DeviceEvents& events, const PortAudioOptions& options);

}  // namespace ag06::bridge
