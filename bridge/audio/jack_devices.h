// Which devices the ports of a JACK graph amount to, as plain names. Not for talking to a server (jack_backend.cc).
#pragma once

#include <span>
#include <string>
#include <vector>

namespace ag06::bridge {

// A client that owns hardware: ports by full name ("client:port"), in channel order.
struct JackDevice {
  std::string client;
  std::vector<std::string> capture;    // the client's outputs: what the hardware hears
  std::vector<std::string> playback;   // the client's inputs: what the hardware plays
  friend bool operator==(const JackDevice&, const JackDevice&) = default;
};

// From outputs and inputs that belong to hardware: clients that own both kinds, in the order of the ports given. Channels are ordered by number
// (capture_2 before capture_10) or by place (FL, FR, then the rest by name); PipeWire's monitor ports, which return what is played, are no capture.
[[nodiscard]] std::vector<JackDevice> jack_devices(std::span<const std::string> outputs, std::span<const std::string> inputs);

// "AG06/AG03 Analog Stereo" of "AG06/AG03 Analog Stereo:capture_1": JACK ends the client at the first colon.
[[nodiscard]] std::string jack_client_of(const std::string& full_port_name);

}  // namespace ag06::bridge
