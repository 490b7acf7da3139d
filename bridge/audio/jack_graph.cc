#include "audio/jack_graph.h"

#include <algorithm>
#include <array>

#include "audio/audio_backend.h"

namespace ag06::bridge {
namespace {

void add_ports(jack_client_t* client, const char* pattern, unsigned long flags, std::vector<std::string>& names) {
  if (const char** ports = jack_get_ports(client, pattern, JACK_DEFAULT_AUDIO_TYPE, flags)) {
    for (const char** port = ports; *port != nullptr; ++port) {
      if (std::find(names.begin(), names.end(), *port) == names.end()) {
        names.emplace_back(*port);
      }
    }
    jack_free(ports);
  }
}

// PipeWire calls the ports of every device so, but flags those of duplex nodes not as physical (module-adapter.c, direction against n->direction).
std::vector<std::string> device_ports(jack_client_t* client, const char* pattern, unsigned long direction) {
  std::vector<std::string> names;
  add_ports(client, nullptr, direction | JackPortIsPhysical, names);
  add_ports(client, pattern, direction, names);
  return names;
}

}  // namespace

std::vector<JackDevice> list_jack_devices(jack_client_t* client) {
  return jack_devices(device_ports(client, "^[^:]*:capture_", JackPortIsOutput), device_ports(client, "^[^:]*:playback_", JackPortIsInput));
}

bool is_jack_driver(const JackDevice& device) { return device.client == "system"; }

std::string jack_name_for_people(jack_client_t* client, const JackDevice& device) {
  if (!is_jack_driver(device)) {
    return device.client;
  }
  jack_port_t* port = jack_port_by_name(client, device.capture.front().c_str());
  std::array<std::vector<char>, 2> aliases;
  std::array<char*, 2> texts{};
  for (std::size_t i = 0; i < 2; ++i) {
    aliases[i].assign(static_cast<std::size_t>(jack_port_name_size()), '\0');
    texts[i] = aliases[i].data();
  }
  // The driver's aliases, e.g. "alsa_pcm:hw:AG06AG03:out1", name the hardware.
  const int count = port != nullptr ? jack_port_get_aliases(port, texts.data()) : 0;
  for (int i = 0; i < count; ++i) {
    const std::string alias = texts[static_cast<std::size_t>(i)];
    const std::size_t first = alias.find(':');
    const std::size_t last = alias.rfind(':');
    if (first != std::string::npos && last > first) {
      return device.client + " (" + alias.substr(first + 1, last - first - 1) + ")";
    }
  }
  return device.client;
}

int declared_latency_frames(jack_client_t* client, const std::vector<std::string>& ports, jack_latency_callback_mode_t mode) {
  jack_nframes_t longest = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(ports.size(), kStreamChannels); ++i) {
    if (jack_port_t* port = jack_port_by_name(client, ports[i].c_str())) {
      jack_latency_range_t range{0, 0};
      jack_port_get_latency_range(port, mode, &range);
      longest = std::max(longest, range.max);
    }
  }
  return static_cast<int>(longest);
}

JackTerms terms_of(jack_client_t* client) {
  return {static_cast<int>(jack_get_sample_rate(client)), static_cast<int>(jack_get_buffer_size(client))};
}

std::string words_for(const JackTerms& terms) {
  return std::to_string(terms.rate_hz) + " Hz with " + std::to_string(terms.block_frames) + " frames";
}

}  // namespace ag06::bridge
