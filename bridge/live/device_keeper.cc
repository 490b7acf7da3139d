#include "live/device_keeper.h"

#include <algorithm>
#include <cctype>
#include <future>
#include <utility>

#include "live/device_choice.h"
#include "live/memory_lock.h"

namespace ag06::bridge {
namespace {

using std::chrono::milliseconds;

// A device system that hangs keeps the keeper waiting, but nobody who asks it.
constexpr milliseconds kListAtMost{3000};

std::string sentence(std::string clause) {
  if (!clause.empty()) {
    clause.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(clause.front())));
    clause += clause.back() == '.' ? "" : ".";
  }
  return clause;
}

}  // namespace

DeviceKeeper::DeviceKeeper(KeeperOptions options, MakeBackends make_backends, AudioUser& user, std::function<void()> on_change)
    : options_(std::move(options)),
      make_backends_(std::move(make_backends)),
      counted_(user),
      on_change_(std::move(on_change)),
      is_wanted_(options_.opens_device),
      request_{options_.device, options_.sample_rate_hz, options_.block_frames} {}

void DeviceKeeper::start() {
  thread_ = std::thread([this] { run(); });
}

DeviceKeeper::~DeviceKeeper() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  work_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

DeviceStatus DeviceKeeper::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

std::vector<DeviceInfo> DeviceKeeper::devices() {
  const auto answer = std::make_shared<std::promise<std::vector<DeviceInfo>>>();
  std::future<std::vector<DeviceInfo>> future = answer->get_future();
  {
    const std::lock_guard lock(mutex_);
    if (std::this_thread::get_id() == keeper_) {
      return look();
    }
    if (keeper_ == std::thread::id{}) {
      return {};
    }
    tasks_.push_back([this, answer] { answer->set_value(look()); });
  }
  work_.notify_all();
  if (future.wait_for(kListAtMost) != std::future_status::ready) {
    return {};
  }
  return future.get();
}

void DeviceKeeper::open(std::optional<StreamRequest> request) {
  post([this, request = request.value_or(StreamRequest{options_.device, options_.sample_rate_hz, options_.block_frames})] {
    close_stream(true);
    held_ = {};
    request_ = request;
    is_wanted_ = true;
    next_look_ = {};
  });
}

void DeviceKeeper::close() {
  post([this] {
    close_stream(true);
    is_wanted_ = false;
    publish(blank(DevicePhase::none, held_, "The audio device is closed."));
  });
}

void DeviceKeeper::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  work_.notify_all();
}

void DeviceKeeper::devices_changed() {
  {
    const std::lock_guard lock(mutex_);
    is_list_changed_ = true;
  }
  list_revision_.fetch_add(1, std::memory_order_relaxed);
  work_.notify_all();
}

void DeviceKeeper::stream_lost(const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    loss_ = why;
  }
  work_.notify_all();
}

void DeviceKeeper::run() {
  {
    const std::lock_guard lock(mutex_);
    keeper_ = std::this_thread::get_id();
  }
  const MemoryLock memory(options_.locks_memory);
  is_memory_locked_ = memory.is_locked();
  backends_ = make_backends_(*this);
  std::erase(backends_, nullptr);   // not built in
  publish(blank(DevicePhase::none, held_, is_wanted_ ? "Looking for an audio device." : "No audio device is open."));
  for (;;) {
    step();
    std::unique_lock lock(mutex_);
    work_.wait_for(lock, pause(), [&] { return is_ending_ || !tasks_.empty() || is_list_changed_ || loss_; });
    if (is_ending_) {
      break;
    }
  }
  close_stream(true);
  {
    std::unique_lock lock(mutex_);
    while (!tasks_.empty()) {   // somebody may wait for a list
      const std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      is_wanted_ = false;
      task();
      lock.lock();
    }
    keeper_ = {};
  }
  backends_.clear();
}

void DeviceKeeper::step() {
  std::deque<std::function<void()>> tasks;
  std::optional<std::string> loss;
  bool is_list_changed = false;
  {
    const std::lock_guard lock(mutex_);
    tasks.swap(tasks_);
    loss = std::exchange(loss_, std::nullopt);
    is_list_changed = std::exchange(is_list_changed_, false);
  }
  if (loss && open_in_ != nullptr) {
    lose(*loss);
  }
  for (const std::function<void()>& task : tasks) {
    task();
  }
  if (open_in_ != nullptr) {
    check_pulse();
  }
  if (is_list_changed) {
    on_change_();
    if (open_in_ != nullptr) {
      consider_better();
    }
  }
  if (is_wanted_ && open_in_ == nullptr && (is_list_changed || Clock::now() >= next_look_)) {
    try_to_open();
  }
}

DeviceKeeper::Clock::duration DeviceKeeper::pause() const {
  if (open_in_ == nullptr) {
    return is_wanted_ ? std::max<Clock::duration>(next_look_ - Clock::now(), milliseconds(1)) : Clock::duration(std::chrono::hours(1));
  }
  const bool watches_pulse = !is_clock_virtual_ && options_.silent_at_most.count() > 0;
  return watches_pulse ? Clock::duration(options_.silent_at_most) / 4 : Clock::duration(std::chrono::hours(1));
}

std::vector<DeviceInfo> DeviceKeeper::look() {
  std::vector<DeviceInfo> all;
  for (const std::unique_ptr<AudioBackend>& backend : backends_) {
    std::vector<DeviceInfo> some = backend->devices();
    all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  }
  return all;
}

void DeviceKeeper::try_to_open() {
  next_look_ = Clock::now() + options_.look_every;
  const std::vector<DeviceInfo> candidates = choose_devices(look(), request_.device_id, held_.id);
  std::string failure;
  for (const DeviceInfo& device : candidates) {
    try {
      open_one(device);
      return;
    } catch (const std::exception& error) {
      failure = failure.empty() ? device.name + " could not be opened: " + error.what() + ". The bridge keeps trying." : failure;
    }
  }
  if (!candidates.empty()) {
    publish(blank(DevicePhase::failed, candidates.front(), failure));
  } else if (!held_.id.empty()) {
    if (status().phase != DevicePhase::lost) {   // it came back, would not open and is away again
      publish(blank(DevicePhase::lost, held_, held_.name + " is away. The bridge goes on with it as soon as it is back."));
    }
  } else {
    publish(blank(DevicePhase::none, held_,
                  request_.device_id.empty() ? "No audio device with inputs and outputs was found; the bridge keeps looking."
                                             : "No audio device is called \"" + request_.device_id + "\"; the bridge keeps looking."));
  }
}

void DeviceKeeper::open_one(const DeviceInfo& device) {
  const auto backend = std::find_if(backends_.begin(), backends_.end(), [&](const auto& one) { return device.backend == one->name(); });
  if (backend == backends_.end()) {
    throw AudioError("no part of the bridge drives it");
  }
  if (status().phase != DevicePhase::failed) {   // attempt after attempt is one failure for people
    publish(blank(DevicePhase::opening, device, ""));
  }
  const StreamFormat format = (*backend)->open({device.id, request_.sample_rate_hz, request_.block_frames}, counted_);
  open_in_ = backend->get();
  held_ = device;
  is_clock_virtual_ = format.clock_is_virtual;
  pulse_ = callbacks();
  pulse_since_ = Clock::now();
  DeviceStatus status = blank(DevicePhase::running, device, sentence(format.remark));
  status.sample_rate_hz = format.sample_rate_hz;
  status.block_frames = format.block_frames;
  status.input_latency_frames = format.input_latency_frames;
  status.output_latency_frames = format.output_latency_frames;
  status.buffer_latency_frames = format.buffer_latency_frames;
  status.is_realtime = format.is_realtime;
  publish(status);
}

void DeviceKeeper::close_stream(bool is_alive) {
  if (open_in_ == nullptr) {
    return;
  }
  if (is_alive && options_.before_close) {
    options_.before_close();
  }
  open_in_->close();
  open_in_ = nullptr;
  const std::lock_guard lock(mutex_);
  loss_.reset();   // it spoke of the stream that is closed now
}

void DeviceKeeper::lose(const std::string& why) {
  // Told before closing: a server that hangs keeps us waiting there.
  publish(blank(DevicePhase::lost, held_, held_.name + " is lost: " + why + ". The bridge goes on with it as soon as it is back."));
  close_stream(false);
  next_look_ = {};
}

void DeviceKeeper::check_pulse() {
  const std::uint64_t now = callbacks();
  if (now != pulse_ || is_clock_virtual_ || options_.silent_at_most.count() == 0) {
    pulse_ = now;
    pulse_since_ = Clock::now();
  } else if (Clock::now() - pulse_since_ > options_.silent_at_most) {
    lose("it gave no audio for " + std::to_string(options_.silent_at_most.count()) + " ms");
    next_look_ = Clock::now() + options_.look_every;
  }
}

// A stranger was taken for want of the real thing: when that comes, it is what the user waits for.
void DeviceKeeper::consider_better() {
  if (!request_.device_id.empty() || device_rank(held_) < kStrangerRank) {
    return;
  }
  const std::vector<DeviceInfo> candidates = choose_devices(look(), "", "");
  if (!candidates.empty() && device_rank(candidates.front()) < kStrangerRank) {
    close_stream(true);
    held_ = {};
    next_look_ = {};
  }
}

DeviceStatus DeviceKeeper::blank(DevicePhase phase, const DeviceInfo& device, const std::string& message) const {
  DeviceStatus status;
  status.phase = phase;
  status.id = device.id.empty() ? request_.device_id : device.id;
  status.name = device.name;
  status.backend = device.backend;
  status.memory_is_locked = is_memory_locked_;
  status.message = message;
  return status;
}

void DeviceKeeper::publish(const DeviceStatus& status) {
  {
    const std::lock_guard lock(mutex_);
    if (status == status_) {
      return;
    }
    status_ = status;
  }
  if (on_change_) {
    on_change_();
  }
}

}  // namespace ag06::bridge
