// What a JACK client can read off its server's graph: devices, their names and declared latencies. Not for changing anything; not for JACK's own
// threads.
#pragma once

#include <jack/jack.h>

#include <string>
#include <vector>

#include "audio/jack_devices.h"

namespace ag06::bridge {

[[nodiscard]] std::vector<JackDevice> list_jack_devices(jack_client_t* client);

// jackd calls its own driver "system" whatever the hardware is.
[[nodiscard]] bool is_jack_driver(const JackDevice& device);

// The client's name; for jackd's own driver with the hardware in brackets, e.g. "system (hw:AG06AG03)".
[[nodiscard]] std::string jack_name_for_people(jack_client_t* client, const JackDevice& device);

// The longest that the first two of these ports declare; 0 for ports that are gone.
[[nodiscard]] int declared_latency_frames(jack_client_t* client, const std::vector<std::string>& ports, jack_latency_callback_mode_t mode);

// What the server sets for all its clients.
struct JackTerms {
  int rate_hz = 0;
  int block_frames = 0;
  friend bool operator==(const JackTerms&, const JackTerms&) = default;
};
[[nodiscard]] JackTerms terms_of(jack_client_t* client);
[[nodiscard]] std::string words_for(const JackTerms& terms);   // "48000 Hz with 128 frames"

}  // namespace ag06::bridge
