#include "audio/jack_devices.h"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace ag06::bridge {
namespace {

std::string_view port_of(std::string_view full_port_name) {
  const std::size_t colon = full_port_name.find(':');
  return colon == std::string_view::npos ? full_port_name : full_port_name.substr(colon + 1);
}

// Place names first, then the text in front of a trailing number, then the number.
std::tuple<int, std::string_view, unsigned long> channel_key(std::string_view full_port_name) {
  const std::string_view port = port_of(full_port_name);
  const int place = port.ends_with("_FL") ? 0 : port.ends_with("_FR") ? 1 : 2;
  std::size_t digits = port.size();
  while (digits > 0 && port[digits - 1] >= '0' && port[digits - 1] <= '9') {
    --digits;
  }
  unsigned long number = 0;
  for (const char digit : port.substr(digits)) {
    number = std::min(number * 10 + static_cast<unsigned long>(digit - '0'), 1000000ul);
  }
  return {place, port.substr(0, digits), number};
}

void sort_channels(std::vector<std::string>& ports) {
  std::stable_sort(ports.begin(), ports.end(), [](const std::string& a, const std::string& b) { return channel_key(a) < channel_key(b); });
}

JackDevice& device_of(std::vector<JackDevice>& all, const std::string& full_port_name) {
  const std::string client = jack_client_of(full_port_name);
  const auto known = std::find_if(all.begin(), all.end(), [&](const JackDevice& device) { return device.client == client; });
  return known != all.end() ? *known : all.emplace_back(JackDevice{client, {}, {}});
}

}  // namespace

std::string jack_client_of(const std::string& full_port_name) { return full_port_name.substr(0, full_port_name.find(':')); }

std::vector<JackDevice> jack_devices(std::span<const std::string> outputs, std::span<const std::string> inputs) {
  std::vector<JackDevice> all;
  for (const std::string& port : outputs) {
    if (!port_of(port).starts_with("monitor")) {
      device_of(all, port).capture.push_back(port);
    }
  }
  for (const std::string& port : inputs) {
    device_of(all, port).playback.push_back(port);
  }
  std::erase_if(all, [](const JackDevice& device) { return device.capture.empty() || device.playback.empty(); });
  for (JackDevice& device : all) {
    sort_channels(device.capture);
    sort_channels(device.playback);
  }
  return all;
}

}  // namespace ag06::bridge
