// Native JACK: jackd and PipeWire's replacement of it. One client per server, kept while the server lives, so that comings and goings of devices are
// heard without asking.
// It must be the only one in the program: after the death of a server, jack_client_open() deletes every client that the process still has (jack2
// common/JackLibGlobals.h, Init).
#include <jack/jack.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "audio/audio_backend.h"
#include "audio/jack_graph.h"
#include "audio/jack_stream.h"
#include "audio/not_cancelled.h"

namespace ag06::bridge {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr char kClientName[] = "AG06 Studio";
constexpr char kIdPrefix[] = "jack:";
// A device registers its ports one by one; a list taken in the middle would show a mono device.
constexpr milliseconds kPortsSettle{60};
constexpr milliseconds kPortsSettleAtMost{400};
// jackd ends a client that stays away from it for 500 ms by default; a cycle that takes longer than that will not come.
constexpr milliseconds kLastCycleAtMost{500};
constexpr milliseconds kFirstCycleAtMost{2000};
constexpr int kOpenAttempts = 4;

class JackBackend final : public AudioBackend {
 public:
  explicit JackBackend(DeviceEvents& events) : events_(events) {
    jack_set_error_function([](const char*) {});
    jack_set_info_function([](const char*) {});
    watcher_ = std::thread([this] { watch(); });
  }

  ~JackBackend() override {
    close();
    {
      const std::lock_guard lock(notices_mutex_);
      notices_.end = true;
    }
    notices_changed_.notify_all();
    watcher_.join();
    disconnect();
  }

  [[nodiscard]] const char* name() const noexcept override { return "jack"; }

  std::vector<DeviceInfo> devices() override {
    await_settled_ports();
    const std::lock_guard lock(client_mutex_);
    if (!connect()) {
      return {};
    }
    std::vector<DeviceInfo> all;
    for (const JackDevice& device : list_jack_devices(client_)) {
      all.push_back({.id = kIdPrefix + device.client,
                     .name = jack_name_for_people(client_, device),
                     .backend = name(),
                     .input_channels = static_cast<int>(device.capture.size()),
                     .output_channels = static_cast<int>(device.playback.size()),
                     .default_sample_rate_hz = static_cast<double>(jack_get_sample_rate(client_)),
                     .rate_is_fixed = true});
    }
    return all;
  }

  StreamFormat open(const StreamRequest& request, AudioUser& user) override {
    close();
    await_settled_ports();
    const std::lock_guard lock(client_mutex_);
    if (!connect()) {
      throw AudioError("no JACK server is running");
    }
    const std::vector<JackDevice> all = list_jack_devices(client_);
    const auto device = std::find_if(all.begin(), all.end(), [&](const JackDevice& one) { return kIdPrefix + one.client == request.device_id; });
    if (device == all.end()) {
      throw AudioError("the JACK server has no device \"" + request.device_id + "\"");
    }
    for (int attempt = 0; attempt < kOpenAttempts; ++attempt) {
      if (const std::optional<StreamFormat> format = try_open(*device, request, user)) {
        return *format;
      }
    }
    throw AudioError("the JACK server keeps changing its rate or block");
  }

  void close() noexcept override {
    const std::lock_guard lock(client_mutex_);
    end_stream();
  }

 private:
  // What JACK's threads have to say; the watcher acts on it.
  struct Notices {
    bool ports_changed = false;
    bool ports_left = false;
    bool terms_changed = false;
    bool server_ended = false;
    bool end = false;
    Clock::time_point last_port_change{};
  };

  // Nothing when the server changed its terms meanwhile: PipeWire does when a client joins that wants another block.
  std::optional<StreamFormat> try_open(const JackDevice& device, const StreamRequest& request, AudioUser& user) {
    stream_ = std::make_unique<JackStream>();
    stream_->user = &user;
    stream_->device = device;
    stream_->terms = terms_of(client_);
    stream_->allocate();
    try {
      StreamFormat format = format_of(client_, *stream_, request);
      register_ports();
      user.prepare(format);
      start();
      await_first_cycle();
      if (terms_of(client_) == stream_->terms) {
        add_scheduling(client_, *stream_, format);
        return format;
      }
    } catch (...) {
      end_stream();
      throw;
    }
    end_stream();
    return std::nullopt;
  }

  void register_ports() {
    const auto add = [&](const char* port_name, unsigned long flags, std::vector<jack_port_t*>& to) {
      jack_port_t* port = jack_port_register(client_, port_name, JACK_DEFAULT_AUDIO_TYPE, flags, 0);
      if (port == nullptr) {
        throw AudioError("the JACK server gave no port to " + std::string(kClientName));
      }
      to.push_back(port);
    };
    static constexpr const char* kInputs[kStreamChannels] = {"input_1", "input_2"};
    static constexpr const char* kOutputs[kStreamChannels] = {"output_1", "output_2"};
    for (std::size_t i = 0; i < std::min<std::size_t>(stream_->device.capture.size(), kStreamChannels); ++i) {
      add(kInputs[i], JackPortIsInput, stream_->inputs);
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(stream_->device.playback.size(), kStreamChannels); ++i) {
      add(kOutputs[i], JackPortIsOutput, stream_->outputs);
    }
  }

  void start() {
    {
      const std::lock_guard lock(xrun_mutex_);
      xrun_user_ = stream_->user;
    }
    active_.store(stream_.get(), std::memory_order_seq_cst);
    const auto join = [&](const std::string& from, const std::string& to) {
      if (const int error = jack_connect(client_, from.c_str(), to.c_str()); error != 0 && error != EEXIST) {
        throw AudioError("the JACK server does not connect " + from + " with " + to);
      }
    };
    for (std::size_t i = 0; i < stream_->inputs.size(); ++i) {
      join(stream_->device.capture[i], jack_port_name(stream_->inputs[i]));
    }
    for (std::size_t i = 0; i < stream_->outputs.size(); ++i) {
      join(jack_port_name(stream_->outputs[i]), stream_->device.playback[i]);
    }
  }

  void await_first_cycle() {
    const Clock::time_point deadline = Clock::now() + kFirstCycleAtMost;
    while (!stream_->has_run.load(std::memory_order_acquire)) {
      if (server_is_gone_.load()) {
        throw AudioError("the JACK server ended");
      }
      if (Clock::now() > deadline) {
        throw AudioError("the JACK server gives no audio");
      }
      std::this_thread::sleep_for(milliseconds(1));
    }
  }

  // The block in the output ports would be played again and again once nobody fills them: they leave with silence in them.
  void end_stream() noexcept {
    if (stream_ == nullptr) {
      return;
    }
    {
      const std::lock_guard lock(xrun_mutex_);
      xrun_user_ = nullptr;
    }
    bool is_served = true;
    if (active_.load() != nullptr) {
      stream_->is_stopping.store(true, std::memory_order_release);
      const Clock::time_point deadline = Clock::now() + kLastCycleAtMost;
      while (!server_is_gone_.load() && !stream_->is_silent.load(std::memory_order_acquire) && Clock::now() < deadline) {
        std::this_thread::sleep_for(milliseconds(1));
      }
      is_served = server_is_gone_.load() || stream_->is_silent.load(std::memory_order_acquire);
      active_.store(nullptr, std::memory_order_seq_cst);
      while (is_in_process_.load(std::memory_order_seq_cst)) {
        std::this_thread::sleep_for(milliseconds(1));
      }
    }
    if (!server_is_gone_.load()) {
      for (std::vector<jack_port_t*>* ports : {&stream_->inputs, &stream_->outputs}) {
        for (jack_port_t* port : *ports) {
          jack_port_unregister(client_, port);
        }
      }
    }
    stream_.reset();
    if (!is_served) {
      disconnect();   // a server that stopped calling this client back does not begin again: another client has to take its place
    }
  }

  // True when there is a client of a living server.
  bool connect() {
    if (client_ != nullptr && server_is_gone_.load()) {
      end_stream();
      disconnect();
    }
    if (client_ != nullptr) {
      return true;
    }
    jack_status_t status{};
    client_ = jack_client_open(kClientName, JackNoStartServer, &status);
    if (client_ == nullptr) {
      return false;
    }
    server_is_gone_.store(false);
    jack_set_process_callback(
        client_, [](jack_nframes_t frames, void* self) { return of(self, [=](JackBackend& it) { it.process(frames); }); }, this);
    jack_set_xrun_callback(client_, [](void* self) { return of(self, [](JackBackend& it) { it.note_xrun(); }); }, this);
    jack_set_buffer_size_callback(client_, [](jack_nframes_t, void* self) { return of(self, [](JackBackend& it) { it.note_terms(); }); }, this);
    jack_set_sample_rate_callback(client_, [](jack_nframes_t, void* self) { return of(self, [](JackBackend& it) { it.note_terms(); }); }, this);
    jack_set_port_registration_callback(
        client_, [](jack_port_id_t, int is_new, void* self) { of(self, [=](JackBackend& it) { it.note_ports(is_new == 0); }); }, this);
    jack_on_shutdown(client_, [](void* self) { of(self, [](JackBackend& it) { it.note_end_of_server(); }); }, this);
    if (jack_activate(client_) != 0) {
      disconnect();
      return false;
    }
    devices_seen_ = list_jack_devices(client_);
    return true;
  }

  void disconnect() noexcept {
    if (client_ != nullptr) {
      jack_client_close(client_);
      client_ = nullptr;
    }
  }

  void await_settled_ports() {
    const Clock::time_point deadline = Clock::now() + kPortsSettleAtMost;
    for (;;) {
      const Clock::time_point now = Clock::now();
      Clock::time_point settled;
      {
        const std::lock_guard lock(notices_mutex_);
        settled = notices_.last_port_change + kPortsSettle;
      }
      if (now >= settled || now >= deadline) {
        return;
      }
      std::this_thread::sleep_until(std::min(settled, deadline));
    }
  }

  // JACK's threads from here.
  template <typename Call>
  static int of(void* self, const Call& call) {
    const NotCancelled guard;
    call(*static_cast<JackBackend*>(self));
    return 0;
  }

  void process(jack_nframes_t frames) noexcept {
    is_in_process_.store(true, std::memory_order_seq_cst);
    if (JackStream* stream = active_.load(std::memory_order_seq_cst)) {
      stream->process(frames);
    }
    is_in_process_.store(false, std::memory_order_release);
  }

  void note_xrun() noexcept {
    const std::lock_guard lock(xrun_mutex_);
    if (xrun_user_ != nullptr) {
      xrun_user_->note_xrun();
    }
  }

  template <typename Edit>
  void note(const Edit& edit) {
    {
      const std::lock_guard lock(notices_mutex_);
      edit(notices_);
    }
    notices_changed_.notify_all();
  }

  void note_terms() {
    note([](Notices& notices) { notices.terms_changed = true; });
  }

  void note_ports(bool has_left) {
    note([=](Notices& notices) {
      notices.ports_changed = true;
      notices.ports_left = notices.ports_left || has_left;
      notices.last_port_change = Clock::now();
    });
  }

  void note_end_of_server() {
    server_is_gone_.store(true);
    note([](Notices& notices) { notices.server_ended = true; });
  }

  // The watcher: the one place that turns notices into events, so that JACK's threads never wait for anybody.
  void watch() {
    for (;;) {
      Notices news;
      {
        std::unique_lock lock(notices_mutex_);
        notices_changed_.wait(lock, [&] { return notices_.end || notices_.ports_changed || notices_.terms_changed || notices_.server_ended; });
        news = notices_;
        notices_ = {.end = news.end, .last_port_change = news.last_port_change};
      }
      if (news.end) {
        return;
      }
      if (news.ports_changed && !news.server_ended) {
        await_settled_ports();   // one coming or going is told once, for all its ports
      }
      tell_loss(news);
      if (is_list_changed()) {
        events_.devices_changed();
      }
    }
  }

  void tell_loss(const Notices& news) {
    const std::lock_guard lock(client_mutex_);   // held while telling: after close() nothing more is said about a stream
    if (stream_ == nullptr || stream_->is_lost_told) {
      return;
    }
    std::string why;
    if (server_is_gone_.load()) {
      why = "the JACK server ended";
    } else if (news.terms_changed && terms_of(client_) != stream_->terms) {
      why = "the JACK server changed to " + words_for(terms_of(client_));
    } else if (news.ports_changed) {
      why = loss_of_ports(news.ports_left);
    }
    if (!why.empty()) {
      stream_->is_lost_told = true;
      events_.stream_lost(why);
    }
  }

  // Ports come and go for other reasons too, ours among them.
  bool is_list_changed() {
    const std::lock_guard lock(client_mutex_);
    std::vector<JackDevice> now;
    if (client_ != nullptr && !server_is_gone_.load()) {
      now = list_jack_devices(client_);
    }
    return std::exchange(devices_seen_, now) != now;
  }

  // Empty while the ports that the stream uses are what they were.
  std::string loss_of_ports(bool ports_left) {
    const std::vector<JackDevice> all = list_jack_devices(client_);
    const auto now = std::find_if(all.begin(), all.end(), [&](const JackDevice& one) { return one.client == stream_->device.client; });
    if (now == all.end()) {
      return "its ports left the JACK server";
    }
    const auto first_two = [](std::vector<std::string> ports) {
      ports.resize(std::min<std::size_t>(ports.size(), kStreamChannels));
      return ports;
    };
    const bool same =
        first_two(now->capture) == first_two(stream_->device.capture) && first_two(now->playback) == first_two(stream_->device.playback);
    if (!same) {
      return "its ports changed";
    }
    // Gone and back before anybody looked: the names are the same, the connections are not.
    const bool is_connected = jack_port_connected_to(stream_->inputs.front(), stream_->device.capture.front().c_str()) != 0;
    return ports_left && !is_connected ? "its ports left the JACK server for a moment" : std::string();
  }

  DeviceEvents& events_;
  std::mutex client_mutex_;                  // client_ and stream_; never taken on JACK's threads
  jack_client_t* client_ = nullptr;
  std::unique_ptr<JackStream> stream_;
  std::vector<JackDevice> devices_seen_;
  std::atomic<JackStream*> active_{nullptr};
  std::atomic<bool> is_in_process_{false};
  std::atomic<bool> server_is_gone_{false};
  std::mutex xrun_mutex_;
  AudioUser* xrun_user_ = nullptr;
  std::mutex notices_mutex_;
  std::condition_variable notices_changed_;
  Notices notices_;
  std::thread watcher_;
};

}  // namespace

std::unique_ptr<AudioBackend> make_jack_backend(DeviceEvents& events) { return std::make_unique<JackBackend>(events); }

}  // namespace ag06::bridge
