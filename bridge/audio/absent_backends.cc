// Stands in for device systems that the machine which built this program does not have (bridge/CMakeLists.txt).
#include "audio/audio_backend.h"

namespace ag06::bridge {

#ifndef AG06_HAS_JACK
std::unique_ptr<AudioBackend> make_jack_backend(DeviceEvents&) { return nullptr; }
#endif

#ifndef AG06_HAS_PORTAUDIO
std::unique_ptr<AudioBackend> make_portaudio_backend(DeviceEvents&) { return nullptr; }
#endif

}  // namespace ag06::bridge
