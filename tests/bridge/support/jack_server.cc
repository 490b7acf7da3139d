#include "bridge/support/jack_server.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace ag06::bridge::testing {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

void close_file(int& file) {
  if (file >= 0) {
    ::close(file);
    file = -1;
  }
}

// JACK knows at most eight servers at a time and forgets one that was killed only when another of its name starts (jack2 common/shm.h, MAX_SERVERS),
// so names are used again and again; a lock on a file says which are in use.
constexpr int kServerNames = 4;

std::string take_server_name(int& lock) {
  const Clock::time_point deadline = Clock::now() + std::chrono::minutes(5);
  for (int turn = 0; Clock::now() < deadline; ++turn) {
    const std::string name = "ag06-test-" + std::to_string(turn % kServerNames);
    lock = ::open((std::filesystem::temp_directory_path() / (name + ".lock")).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0) {
      return name;
    }
    close_file(lock);
    std::this_thread::sleep_for(milliseconds(20));
  }
  throw std::runtime_error("other tests use all names for JACK servers");
}

// From another process: when a server has died, jack_client_open() deletes every client that this process still has (jack2 common/JackLibGlobals.h,
// Init), ours under test among them.
bool can_connect() {
  Child probe;
  probe.start({AG06_VIRTUAL_DEVICE, "--probe"});
  return probe.read_line("alive", std::chrono::seconds(5)).has_value();
}

}  // namespace

void Child::start(const std::vector<std::string>& command) {
  kill();
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipe");
  }
  std::vector<char*> words;
  for (const std::string& word : command) {
    words.push_back(const_cast<char*>(word.c_str()));
  }
  words.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);   // a test that crashes leaves nothing behind
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    const int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDERR_FILENO);
    execvp(words[0], words.data());
    _exit(127);
  }
  ::close(in[0]);
  ::close(out[1]);
  to_ = in[1];
  from_ = out[0];
  pending_.clear();
}

void Child::write_line(const std::string& line) {
  const std::string text = line + "\n";
  if (to_ < 0 || ::write(to_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw std::runtime_error("the child process does not listen");
  }
}

std::optional<std::string> Child::read_line(const std::string& start, milliseconds within) {
  const Clock::time_point deadline = Clock::now() + within;
  for (;;) {
    for (std::size_t end; (end = pending_.find('\n')) != std::string::npos;) {
      const std::string line = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      if (line.starts_with(start)) {
        return line;
      }
    }
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now()).count();
    pollfd waiting{from_, POLLIN, 0};
    if (left <= 0 || from_ < 0 || poll(&waiting, 1, static_cast<int>(left)) <= 0) {
      return std::nullopt;
    }
    std::array<char, 4096> bytes{};
    const ssize_t count = ::read(from_, bytes.data(), bytes.size());
    if (count <= 0) {
      return std::nullopt;
    }
    pending_.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

void Child::signal(int number) {
  if (pid_ > 0) {
    ::kill(pid_, number);
  }
}

void Child::kill(int number) {
  if (pid_ > 0) {
    ::kill(pid_, number);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  close_file(to_);
  close_file(from_);
}

bool Child::is_running() {
  if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) {
    pid_ = -1;
  }
  return pid_ > 0;
}

JackServer::JackServer() : name_(take_server_name(lock_)) {
  setenv("JACK_DEFAULT_SERVER", name_.c_str(), 1);
  setenv("JACK_NO_AUDIO_RESERVATION", "1", 1);
  ::signal(SIGPIPE, SIG_IGN);
}

JackServer::~JackServer() {
  stop();
  close_file(lock_);
}

std::string JackServer::program() {
  for (const char* path : {"/usr/bin/jackd", "/usr/local/bin/jackd"}) {
    if (std::filesystem::exists(path)) {
      return path;
    }
  }
  return {};
}

void JackServer::start(const JackTerms& terms) {
  const std::string rate = std::to_string(terms.rate_hz);
  const std::string block = std::to_string(terms.block_frames);
  const auto command = [&](bool is_realtime) {
    std::vector<std::string> words{program(), "-n", name_, "-s"};
    for (const char* word : is_realtime ? std::vector<const char*>{"-R", "-P", "70"} : std::vector<const char*>{"-r"}) {
      words.emplace_back(word);
    }
    words.insert(words.end(), {"-d", "dummy", "-r", rate, "-p", block, "-C", "2", "-P", "2"});
    return words;
  };
  const Clock::time_point deadline = Clock::now() + std::chrono::seconds(30);
  bool is_realtime = terms.is_realtime;
  process_.start(command(is_realtime));
  while (!can_connect()) {
    if (Clock::now() > deadline) {
      throw std::runtime_error("jackd did not start");
    }
    if (!process_.is_running()) {
      is_realtime = false;
      process_.start(command(is_realtime));
    }
    std::this_thread::sleep_for(milliseconds(50));
  }
}

void JackServer::stop() { process_.kill(SIGTERM); }
void JackServer::kill() { process_.kill(SIGKILL); }
void JackServer::pause(bool is_paused) { process_.signal(is_paused ? SIGSTOP : SIGCONT); }

void VirtualAg06::plug_in(const std::vector<std::string>& arguments) {
  std::vector<std::string> words{AG06_VIRTUAL_DEVICE};
  words.insert(words.end(), arguments.begin(), arguments.end());
  for (int attempt = 0; attempt < 20; ++attempt) {   // the server may still be burying the client of the same name
    process_.start(words);
    if (process_.read_line("ready", std::chrono::seconds(10))) {
      return;
    }
    std::this_thread::sleep_for(milliseconds(100));
  }
  throw std::runtime_error("the virtual AG06 did not start");
}

std::string VirtualAg06::answer(const std::string& start, milliseconds within) {
  const std::optional<std::string> line = process_.read_line(start, within);
  if (!line) {
    throw std::runtime_error("the virtual AG06 did not answer: " + start);
  }
  return *line;
}

std::optional<long> VirtualAg06::click_round_trip_frames() {
  command("click 0.5 0.1");
  std::istringstream words(answer("click out"));
  std::string word;
  long out = 0;
  long in = 0;
  words >> word >> word >> out >> word;
  return word == "in" && words >> in ? std::optional(in - out) : std::nullopt;
}

VirtualAg06::Heard VirtualAg06::report() {
  command("report");
  std::istringstream words(answer("report"));
  Heard heard{};
  std::string word;
  long frame = 0;
  words >> word >> word >> frame >> word >> heard.frames >> word >> heard.peak[0] >> heard.peak[1] >> word >> heard.rms[0] >> heard.rms[1] >> word >>
      heard.nonfinite >> word >> heard.xruns;
  return heard;
}

}  // namespace ag06::bridge::testing
