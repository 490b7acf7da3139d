// The codec on stdin and stdout for tests in other languages. Not for people.
// Lines in: "text HEX" or "frame HEX". Lines out: the number of the accepted request ("frame" for a frame), or the error message as the wire has it.
// With --written it prints one of each message the bridge says instead, a line each, with odd values in them.
#include <iostream>
#include <limits>
#include <string>
#include <string_view>

#include "protocol/frames.h"
#include "protocol/messages.h"
#include "protocol/requests.h"

using namespace ag06::bridge;
using namespace ag06::bridge::protocol;

namespace {

int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

std::string bytes_of(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) out += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  return out;
}

void answer(const std::string& line) {
  const std::size_t space = line.find(' ');
  const std::string bytes = bytes_of(std::string_view(line).substr(space + 1));
  if (line.substr(0, space) == "text") {
    const auto read = parse(bytes);
    if (const auto* const error = std::get_if<ProtocolError>(&read)) std::cout << write_error(*error) << '\n';
    else std::cout << std::get<ClientMessage>(read).body.index() << '\n';
    return;
  }
  const auto read = parse_song_audio(std::as_bytes(std::span(bytes)));
  if (const auto* const error = std::get_if<ProtocolError>(&read)) std::cout << write_error(*error) << '\n';
  else std::cout << "frame\n";
}

void print_written() {
  StudioState plain;
  for (std::size_t i = 0; i < plain.params.size(); ++i) plain.params[i] = ag06::params::kTable[i].default_value;
  StudioState odd = plain;
  odd.mode = Mode::automatic;
  odd.wet_ratio = 1.0 / 3.0;
  odd.params[0] = std::numeric_limits<double>::denorm_min();
  odd.device = {DevicePhase::lost, "id\n\"", "\xff\xc3 name", "jack", 44100.5, 1024, 1, 2, 3, 4, 0, true, true, "It was unplugged."};
  odd.guard = GuardPhase::loopback;
  odd.recorder = {true, "take", "The disk is full."};
  odd.transport = {Source::file, true, 4294967295u, 192000.0};
  const DeviceRow device{"id", "name \xf0", "portaudio", 0, 64, 0.0, false};
  const TakeRow take{"id", "id.wav", "wav32f", 96000.0, 2, 18446744073709551615u, 0, "2026-11-21T16:40:12Z", false};
  const MoveRow move{ag06::params::kCount - 1, -0.0, 1e-9, 1.0, "\x01", ""};
  const RequestId ids[] = {{}, {"-1.5e300"}, {"\"\\u0000\""}, {"0"}};
  std::cout << write_hello("0.1.0") << '\n' << write_state(0, plain) << '\n' << write_state(18446744073709551615u, odd) << '\n';
  std::cout << write_delta(1, plain, odd) << '\n' << write_delta(2, odd, plain) << '\n';
  for (const RequestId& id : ids) {
    std::cout << write_ok(id) << '\n' << write_ok_devices(id, {{device, device}}) << '\n' << write_ok_takes(id, {{take}}) << '\n';
    std::cout << write_ok_stream(id, 4294967295u) << '\n' << write_ok_take(id, "t") << '\n' << write_error(ErrorCode::internal, "\xff", id) << '\n';
  }
  std::cout << write_devices({{device}}) << '\n' << write_devices({}) << '\n' << write_takes({{take}}) << '\n' << write_takes({}) << '\n';
  std::cout << write_credit(1, 1) << '\n' << write_moves({{move}}) << '\n' << write_moves({}) << '\n';
  for (int end = 0; end <= static_cast<int>(SongEnd::client_gone); ++end) std::cout << write_song_ended(1, static_cast<SongEnd>(end)) << '\n';
  for (int stream = 0; stream < kStreamCount; ++stream) std::cout << write_lagging(static_cast<Stream>(stream), 1) << '\n';
  for (std::size_t code = 0; code < kErrorCodeNames.size(); ++code) std::cout << write_error(static_cast<ErrorCode>(code), "why", {}) << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "--written") {
    print_written();
    return 0;
  }
  for (std::string line; std::getline(std::cin, line);) answer(line);
}
