// A Yamaha AG06 made of software: a JACK client that owns physical ports as a sound card does, with converters that take time, a LOOPBACK switch, a
// signal at its input and ears at its output.
// Driven by commands on stdin, answers with measured facts on stdout, ends with stdin. For tests in any language; not a part of the product.
//
//   virtual_ag06 --probe          says "alive" where there is a server
//   virtual_ag06 [NAME] [--delay FRAMES] [--mono-playback] [--mono-capture] [--unflagged]
//   unflagged: its ports do not say that they are physical, as those of a PipeWire duplex node
//
// Commands, one per line:
//   click [LEVEL [THRESHOLD]]     one sample at the input; answers "click out T in U level L" or "click out T lost" after two seconds
//   input silence | input sine HZ LEVEL_DB | input clicks PERIOD_FRAMES LEVEL | input file PATH (raw float32 stereo at the server's rate, repeated) |
// input nan   loopback on|off               what is played is mixed into the input   delay FRAMES                  of both converters together; the
// latencies declared follow   record PATH | record off      what is played, raw float32 stereo; answers "recording from F", "recorded N frames from F
// lost L"   report                        answers "report frame F frames N peak L R rms L R nonfinite C xruns X" of what was played since the last
// report   quit T, U and F count frames since the start at the analogue side: half of the delay lies in front of the capture ports, the rest behind
// the playback ports.
#include <jack/jack.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/lockfree/spsc_queue.hpp>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <limits>
#include <memory>
#include <numbers>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr std::uint64_t kNever = ~std::uint64_t{0};
constexpr std::uint64_t kHistoryFrames = 1 << 17;   // longer than any delay
constexpr int kSides = 2;

enum class Input { silence, sine, clicks, file, not_a_number };

struct Command {
  enum class Kind { click, input, loopback, record, report } kind{};
  Input input{};
  double a = 0.0;
  double b = 0.0;
  const std::vector<float>* file = nullptr;
};

struct Report {
  std::uint64_t frames = 0;
  std::array<float, kSides> peak{};
  std::array<double, kSides> squares{};
  std::uint64_t nonfinite = 0;
};

struct Fact {
  enum class Kind { click_found, click_lost, report, recording, recorded } kind{};
  std::uint64_t out = 0;
  std::uint64_t in = 0;
  float level = 0.0f;
  Report report{};
};

class VirtualAg06 {
 public:
  VirtualAg06(const std::string& name, int delay_frames, int capture_ports, int playback_ports, unsigned long port_flags)
      : delay_frames_(delay_frames) {
    client_ = jack_client_open(name.c_str(), static_cast<jack_options_t>(JackNoStartServer | JackUseExactName), nullptr);
    if (client_ == nullptr) {
      throw std::runtime_error("no JACK server, or it has a client \"" + name + "\" already");
    }
    rate_hz_ = jack_get_sample_rate(client_);
    jack_set_process_callback(client_, [](jack_nframes_t frames, void* self) { return static_cast<VirtualAg06*>(self)->process(frames); }, this);
    jack_set_xrun_callback(client_, [](void* self) { return ++static_cast<VirtualAg06*>(self)->xruns_, 0; }, this);
    jack_set_latency_callback(client_, [](jack_latency_callback_mode_t mode, void* self) { static_cast<VirtualAg06*>(self)->declare(mode); }, this);
    jack_on_shutdown(client_, [](void* self) { static_cast<VirtualAg06*>(self)->is_over_.store(true); }, this);
    const auto add = [&](const std::string& port, unsigned long flags) {
      jack_port_t* added = jack_port_register(client_, port.c_str(), JACK_DEFAULT_AUDIO_TYPE, flags | port_flags, 0);
      if (added == nullptr) {
        throw std::runtime_error("the JACK server gave no port");
      }
      return added;
    };
    for (int i = 1; i <= capture_ports; ++i) {
      capture_.push_back(add("capture_" + std::to_string(i), JackPortIsOutput));
    }
    for (int i = 1; i <= playback_ports; ++i) {
      playback_.push_back(add("playback_" + std::to_string(i), JackPortIsInput));
    }
    if (jack_activate(client_) != 0) {
      throw std::runtime_error("the JACK server does not activate the client");
    }
    jack_recompute_total_latencies(client_);
  }

  ~VirtualAg06() { jack_client_close(client_); }
  VirtualAg06(const VirtualAg06&) = delete;
  VirtualAg06& operator=(const VirtualAg06&) = delete;

  bool send(const Command& command) { return commands_.push(command); }
  void set_delay(int frames) {
    delay_frames_.store(frames);
    jack_recompute_total_latencies(client_);
  }
  bool next(Fact& fact) { return facts_.pop(fact); }
  std::size_t take_recorded(float* into, std::size_t most) { return recorded_.pop(into, most); }
  [[nodiscard]] bool is_over() const { return is_over_.load(); }
  [[nodiscard]] unsigned xruns() const { return xruns_.load(); }
  [[nodiscard]] std::uint64_t lost_frames() const { return lost_frames_.load(); }
  [[nodiscard]] jack_nframes_t rate_hz() const { return rate_hz_; }
  [[nodiscard]] jack_nframes_t block() const { return jack_get_buffer_size(client_); }

 private:
  [[nodiscard]] std::uint64_t capture_delay() const { return static_cast<std::uint64_t>(delay_frames_.load(std::memory_order_relaxed)) / 2; }
  [[nodiscard]] std::uint64_t playback_delay() const {
    return static_cast<std::uint64_t>(delay_frames_.load(std::memory_order_relaxed)) - capture_delay();
  }

  void declare(jack_latency_callback_mode_t mode) {
    const auto frames = static_cast<jack_nframes_t>(mode == JackCaptureLatency ? capture_delay() : playback_delay());
    jack_latency_range_t range{frames, frames};
    for (jack_port_t* port : mode == JackCaptureLatency ? capture_ : playback_) {
      jack_port_set_latency_range(port, mode, &range);
    }
  }

  void obey() noexcept {
    Command command;
    while (commands_.pop(command)) {
      switch (command.kind) {
        case Command::Kind::click:
          click_at_ = now_;
          click_level_ = static_cast<float>(command.a);
          click_threshold_ = static_cast<float>(command.b);
          is_listening_ = true;
          break;
        case Command::Kind::input:
          input_ = command;
          input_from_ = now_;
          break;
        case Command::Kind::loopback:
          is_loopback_ = command.a > 0.0;
          break;
        case Command::Kind::record:
          is_recording_ = command.a > 0.0;
          if (is_recording_) {
            recording_from_ = now_ + playback_delay();
            recorded_frames_ = 0;
            facts_.push({.kind = Fact::Kind::recording, .out = recording_from_});
          } else {
            facts_.push({.kind = Fact::Kind::recorded, .out = recording_from_, .in = recorded_frames_});
          }
          break;
        case Command::Kind::report:
          facts_.push({.kind = Fact::Kind::report, .out = now_, .report = report_});
          report_ = {};
          break;
      }
    }
  }

  // The signal at the analogue input at a time.
  [[nodiscard]] float input_at(std::uint64_t time, int side) const noexcept {
    float value = time == click_at_ ? click_level_ : 0.0f;
    if (time < input_from_) {
      return value;
    }
    const std::uint64_t since = time - input_from_;
    switch (input_.input) {
      case Input::silence:
        break;
      case Input::sine: {
        const double cycles = input_.a * static_cast<double>(since) / static_cast<double>(rate_hz_);
        value += static_cast<float>(input_.b * std::sin(2.0 * std::numbers::pi * (cycles - std::floor(cycles))));
        break;
      }
      case Input::clicks:
        value += since % static_cast<std::uint64_t>(input_.a) == 0 ? static_cast<float>(input_.b) : 0.0f;
        break;
      case Input::file:
        value += (*input_.file)[2 * (since % (input_.file->size() / 2)) + static_cast<std::size_t>(side)];
        break;
      case Input::not_a_number:
        value = std::numeric_limits<float>::quiet_NaN();
        break;
    }
    return value;
  }

  int process(jack_nframes_t frames) noexcept {
    obey();
    std::array<const float*, kSides> heard{};
    std::array<float*, kSides> given{};
    for (std::size_t side = 0; side < kSides; ++side) {
      heard[side] = static_cast<const float*>(jack_port_get_buffer(playback_[std::min(side, playback_.size() - 1)], frames));
      given[side] = side < capture_.size() ? static_cast<float*>(jack_port_get_buffer(capture_[side], frames)) : nullptr;
    }
    const std::uint64_t before = capture_delay();
    const std::uint64_t behind = playback_delay();
    for (jack_nframes_t i = 0; i < frames; ++i) {
      const std::uint64_t time = now_ + i;
      listen(time + behind, heard[0][i], heard[1][i]);
      for (std::size_t side = 0; side < kSides; ++side) {
        played_[side][time % kHistoryFrames] = heard[side][i];
        if (given[side] != nullptr) {
          const float returned = is_loopback_ && time >= before + behind ? played_[side][(time - before - behind) % kHistoryFrames] : 0.0f;
          given[side][i] = (time >= before ? input_at(time - before, static_cast<int>(side)) : 0.0f) + returned;
        }
      }
    }
    now_ += frames;
    if (is_listening_ && now_ > click_at_ + 2 * std::uint64_t{rate_hz_}) {
      is_listening_ = false;
      facts_.push({.kind = Fact::Kind::click_lost, .out = click_at_});
    }
    return 0;
  }

  void listen(std::uint64_t time, float left, float right) noexcept {
    if (is_listening_ && time >= click_at_ && std::fabs(left) >= click_threshold_) {
      is_listening_ = false;
      facts_.push({.kind = Fact::Kind::click_found, .out = click_at_, .in = time, .level = left});
    }
    const std::array<float, kSides> pair{left, right};
    ++report_.frames;
    for (std::size_t side = 0; side < kSides; ++side) {
      if (!std::isfinite(pair[side])) {
        ++report_.nonfinite;
        continue;
      }
      report_.peak[side] = std::max(report_.peak[side], std::fabs(pair[side]));
      report_.squares[side] += static_cast<double>(pair[side]) * pair[side];
    }
    if (is_recording_) {
      if (recorded_.write_available() >= kSides) {
        recorded_.push(pair.data(), kSides);
        ++recorded_frames_;
      } else {
        lost_frames_.fetch_add(1);
      }
    }
  }

  jack_client_t* client_ = nullptr;
  std::vector<jack_port_t*> capture_;
  std::vector<jack_port_t*> playback_;
  jack_nframes_t rate_hz_ = 0;
  std::atomic<int> delay_frames_;
  std::atomic<bool> is_over_{false};
  std::atomic<unsigned> xruns_{0};
  std::atomic<std::uint64_t> lost_frames_{0};
  boost::lockfree::spsc_queue<Command, boost::lockfree::capacity<64>> commands_;
  boost::lockfree::spsc_queue<Fact, boost::lockfree::capacity<256>> facts_;
  boost::lockfree::spsc_queue<float, boost::lockfree::capacity<1 << 18>> recorded_;
  // The audio thread's own.
  std::uint64_t now_ = 0;
  std::uint64_t click_at_ = kNever;
  float click_level_ = 0.0f;
  float click_threshold_ = 0.0f;
  bool is_listening_ = false;
  bool is_loopback_ = false;
  bool is_recording_ = false;
  std::uint64_t recording_from_ = 0;
  std::uint64_t recorded_frames_ = 0;
  Command input_{};
  std::uint64_t input_from_ = 0;
  Report report_;
  std::array<std::vector<float>, kSides> played_{std::vector<float>(kHistoryFrames), std::vector<float>(kHistoryFrames)};
};

// The main thread's side: lines in, facts and the recording out.
class Console {
 public:
  explicit Console(VirtualAg06& device) : device_(device) {}

  void run() {
    std::string pending;
    while (!device_.is_over()) {
      pollfd waiting{STDIN_FILENO, POLLIN, 0};
      if (poll(&waiting, 1, 5) > 0) {
        std::array<char, 4096> bytes{};
        const ssize_t count = read(STDIN_FILENO, bytes.data(), bytes.size());
        if (count <= 0) {
          return;
        }
        pending.append(bytes.data(), static_cast<std::size_t>(count));
        for (std::size_t end; (end = pending.find('\n')) != std::string::npos; pending.erase(0, end + 1)) {
          if (!obey(pending.substr(0, end))) {
            return;
          }
        }
      }
      tell();
    }
    std::cout << "server ended" << std::endl;
  }

 private:
  bool obey(const std::string& line) {
    std::istringstream words(line);
    std::string verb;
    words >> verb;
    if (verb == "quit") {
      return false;
    }
    Command command;
    bool is_known = true;
    if (verb == "click") {
      command = {.kind = Command::Kind::click, .a = 0.5, .b = 0.1};
      words >> command.a >> command.b;
    } else if (verb == "input") {
      is_known = read_input(words, command);
    } else if (verb == "loopback") {
      std::string state;
      words >> state;
      command = {.kind = Command::Kind::loopback, .a = state == "on" ? 1.0 : 0.0};
    } else if (verb == "delay") {
      int frames = 0;
      words >> frames;
      device_.set_delay(std::clamp(frames, 0, static_cast<int>(kHistoryFrames / 2)));
      return true;
    } else if (verb == "record") {
      std::string path;
      words >> path;
      command = {.kind = Command::Kind::record, .a = path == "off" ? 0.0 : 1.0};
      if (path != "off") {
        file_.open(path, std::ios::binary | std::ios::trunc);
        is_known = file_.good();
      }
    } else if (verb == "report") {
      command = {.kind = Command::Kind::report};
    } else {
      is_known = false;
    }
    if (!is_known || !device_.send(command)) {
      std::cout << "error " << line << std::endl;
    }
    return true;
  }

  bool read_input(std::istringstream& words, Command& command) {
    std::string kind;
    words >> kind;
    command.kind = Command::Kind::input;
    if (kind == "silence") {
      command.input = Input::silence;
    } else if (kind == "nan") {
      command.input = Input::not_a_number;
    } else if (kind == "sine" && words >> command.a >> command.b) {
      command.input = Input::sine;
      command.b = std::pow(10.0, command.b / 20.0);
    } else if (kind == "clicks" && words >> command.a >> command.b && command.a >= 1.0) {
      command.input = Input::clicks;
    } else if (std::string path; kind == "file" && words >> path) {
      std::ifstream file(path, std::ios::binary);
      const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
      std::vector<float> samples(bytes.size() / sizeof(float) / 2 * 2);
      std::copy_n(bytes.data(), samples.size() * sizeof(float), reinterpret_cast<char*>(samples.data()));
      if (samples.empty()) {
        return false;
      }
      command.input = Input::file;
      // kept: the audio thread may still play the one before
      command.file = files_.emplace_back(std::make_unique<std::vector<float>>(std::move(samples))).get();
    } else {
      return false;
    }
    return true;
  }

  void save_recorded() {
    std::array<float, 8192> samples{};
    while (const std::size_t count = device_.take_recorded(samples.data(), samples.size())) {
      file_.write(reinterpret_cast<const char*>(samples.data()), static_cast<std::streamsize>(count * sizeof(float)));
    }
  }

  void tell() {
    save_recorded();
    Fact fact;
    while (device_.next(fact)) {
      switch (fact.kind) {
        case Fact::Kind::click_found:
          std::cout << "click out " << fact.out << " in " << fact.in << " level " << fact.level << std::endl;
          break;
        case Fact::Kind::click_lost:
          std::cout << "click out " << fact.out << " lost" << std::endl;
          break;
        case Fact::Kind::recording:
          std::cout << "recording from " << fact.out << std::endl;
          break;
        case Fact::Kind::recorded:
          save_recorded();
          file_.close();
          std::cout << "recorded " << fact.in << " frames from " << fact.out << " lost " << device_.lost_frames() << std::endl;
          break;
        case Fact::Kind::report: {
          const double frames = static_cast<double>(std::max<std::uint64_t>(fact.report.frames, 1));
          std::cout << "report frame " << fact.out << " frames " << fact.report.frames << " peak " << fact.report.peak[0] << ' '
                    << fact.report.peak[1] << " rms " << std::sqrt(fact.report.squares[0] / frames) << ' '
                    << std::sqrt(fact.report.squares[1] / frames) << " nonfinite " << fact.report.nonfinite << " xruns " << device_.xruns()
                    << std::endl;
          break;
        }
      }
    }
  }

  VirtualAg06& device_;
  std::ofstream file_;
  std::vector<std::unique_ptr<std::vector<float>>> files_;
};

}  // namespace

int probe() {
  jack_client_t* client = jack_client_open("ag06-test-probe", JackNoStartServer, nullptr);
  if (client == nullptr) {
    return 3;
  }
  std::cout << "alive" << std::endl;
  jack_client_close(client);
  return 0;
}

int main(int argc, char** argv) {
  jack_set_error_function([](const char*) {});
  jack_set_info_function([](const char*) {});
  std::string name = "AG06/AG03 Analog Stereo";
  int delay_frames = 480;
  int capture_ports = kSides;
  int playback_ports = kSides;
  unsigned long port_flags = JackPortIsPhysical | JackPortIsTerminal;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--probe") {
      return probe();
    }
    if (word == "--delay" && i + 1 < argc) {
      delay_frames = std::clamp(std::atoi(argv[++i]), 0, static_cast<int>(kHistoryFrames / 2));
    } else if (word == "--mono-playback") {
      playback_ports = 1;
    } else if (word == "--mono-capture") {
      capture_ports = 1;
    } else if (word == "--unflagged") {
      port_flags = 0;
    } else {
      name = word;
    }
  }
  try {
    VirtualAg06 device(name, delay_frames, capture_ports, playback_ports, port_flags);
    std::cout << "ready " << device.rate_hz() << ' ' << device.block() << ' ' << name << std::endl;
    Console(device).run();
  } catch (const std::exception& error) {
    std::cerr << "virtual_ag06: " << error.what() << '\n';
    return 3;
  }
  return 0;
}
