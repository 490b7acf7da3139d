// Real processes for tests: a jackd of the test's own with the dummy driver, and virtual sound cards on it. Not a part of the product.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace ag06::bridge::testing {

// A child process with its stdin and stdout in our hands; killed when the object goes away.
class Child {
 public:
  Child() = default;
  ~Child() { kill(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void start(const std::vector<std::string>& command);
  void write_line(const std::string& line);
  // The next line of its stdout that starts so; other lines are dropped. nullopt: none within the time.
  [[nodiscard]] std::optional<std::string> read_line(const std::string& start, std::chrono::milliseconds within);
  // Ends it by its id; returns when it is gone. Harmless when it does not run.
  void kill(int number = 9);
  void signal(int number);
  [[nodiscard]] bool is_running();
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  int to_ = -1;
  int from_ = -1;
  std::string pending_;
};

struct JackTerms {
  int rate_hz = 48000;
  int block_frames = 128;
  bool is_realtime = true;   // a wish: without the right to it the server runs without
};

// jackd with a server name that nobody else uses meanwhile, so that tests can run side by side. This process and its children use it through
// JACK_DEFAULT_SERVER.
// A test that restarts the server must have no JACK client of its own in this process meanwhile: libjack deletes the clients of a dead server when
// another one is opened.
class JackServer {
 public:
  JackServer();
  ~JackServer();
  JackServer(const JackServer&) = delete;
  JackServer& operator=(const JackServer&) = delete;

  // Returns when clients can connect; throws std::runtime_error after 30 s.
  void start(const JackTerms& terms = {});
  void stop();   // orderly
  void kill();   // as a crash
  void pause(bool is_paused);   // as a hang
  // Empty where jackd is not installed.
  [[nodiscard]] static std::string program();
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  int lock_ = -1;
  std::string name_;
  Child process_;
};

// support/virtual_ag06.cc as an object.
class VirtualAg06 {
 public:
  // Returns when its ports are there; throws std::runtime_error.
  void plug_in(const std::vector<std::string>& arguments = {});
  void pull_out() { process_.kill(); }
  void command(const std::string& line) { process_.write_line(line); }
  [[nodiscard]] std::string answer(const std::string& start, std::chrono::milliseconds within = std::chrono::seconds(20));

  // Sends one click through whatever is connected: frames from the analogue input to the analogue output; nullopt: nothing came back.
  [[nodiscard]] std::optional<long> click_round_trip_frames();
  struct Heard {
    double peak[2];
    double rms[2];
    long frames;
    long nonfinite;
    long xruns;
  };
  // What was played to it since the last call.
  Heard report();

 private:
  Child process_;
};

}  // namespace ag06::bridge::testing
