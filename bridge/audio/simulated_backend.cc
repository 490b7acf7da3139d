#include "audio/simulated_backend.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace ag06::bridge {
namespace {

constexpr char kIdPrefix[] = "simulated:";
constexpr std::size_t kLoopFrames = 1 << 16;

std::size_t channels(int of_device) { return static_cast<std::size_t>(std::clamp(of_device, 1, kStreamChannels)); }

}  // namespace

SimulatedHardware::SimulatedHardware(std::vector<SimulatedDevice> devices) : devices_(std::move(devices)), loop_(2 * kLoopFrames) {}

void SimulatedHardware::plug(const SimulatedDevice& device) {
  std::string why;
  {
    const std::lock_guard lock(mutex_);
    const auto known = std::find_if(devices_.begin(), devices_.end(), [&](const SimulatedDevice& one) { return one.name == device.name; });
    if (known == devices_.end()) {
      devices_.push_back(device);
    } else {
      const bool same_terms = known->sample_rate_hz == device.sample_rate_hz && known->block_frames == device.block_frames;
      *known = device;
      if (!same_terms && stream_ && stream_->device == device.name) {
        why = "its clock changed to " + std::to_string(std::lround(device.sample_rate_hz)) + " Hz";
      }
    }
  }
  tell_change(why);
}

void SimulatedHardware::unplug(const std::string& name) {
  std::string why;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(devices_, [&](const SimulatedDevice& one) { return one.name == name; });
    if (stream_ && stream_->device == name) {
      why = "it was unplugged";
    }
  }
  tell_change(why);
}

void SimulatedHardware::fail_next_open(const std::string& why, int times) {
  const std::lock_guard lock(mutex_);
  failure_ = why;
  failures_left_ = times;
}

void SimulatedHardware::set_loopback(int frames, float gain_lin) {
  const std::lock_guard lock(mutex_);
  loopback_frames_ = std::clamp(frames, 0, static_cast<int>(kLoopFrames));
  loopback_gain_lin_ = gain_lin;
}

void SimulatedHardware::report_xrun() {
  const std::lock_guard lock(mutex_);
  if (stream_) {
    stream_->user->note_xrun();
  }
}

bool SimulatedHardware::run(std::span<const float> in, std::span<float> out, std::span<const int> block_pattern) {
  const std::lock_guard lock(mutex_);
  if (!stream_ || in.size() != out.size()) {
    return false;
  }
  const std::size_t frames = in.size() / 2;
  std::size_t turn = 0;
  for (std::size_t done = 0; done < frames;) {
    const int longest = stream_->format.block_frames;
    const int wanted = block_pattern.empty() ? longest : std::clamp(block_pattern[turn++ % block_pattern.size()], 1, longest);
    const int block = static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(wanted), frames - done));
    run_block(in.data() + 2 * done, out.data() + 2 * done, block);
    done += static_cast<std::size_t>(block);
  }
  return true;
}

bool SimulatedHardware::run_silence(int frames) {
  const std::vector<float> in(2 * static_cast<std::size_t>(std::max(frames, 0)));
  std::vector<float> out(in.size());
  return run(in, out);
}

void SimulatedHardware::run_block(const float* in, float* out, int frames) {
  Stream& stream = *stream_;
  const std::uint64_t back = static_cast<std::uint64_t>(loopback_frames_);
  for (int i = 0; i < frames; ++i) {
    const std::uint64_t now = loop_frames_ + static_cast<std::uint64_t>(i);
    for (std::size_t side = 0; side < stream.inputs; ++side) {
      const float returned =
          back >= static_cast<std::uint64_t>(frames) && now >= back ? loop_[2 * ((now - back) % kLoopFrames) + side] * loopback_gain_lin_ : 0.0f;
      stream.planes[side][static_cast<std::size_t>(i)] = in[2 * i + static_cast<int>(side)] + returned;
    }
  }
  const float* heard[kStreamChannels] = {stream.planes[0].data(), stream.planes[stream.inputs - 1].data()};
  float* played[kStreamChannels] = {stream.planes[2].data(), stream.planes[3].data()};
  stream.user->process(heard, played, frames);
  for (int i = 0; i < frames; ++i) {
    const std::uint64_t now = loop_frames_ + static_cast<std::uint64_t>(i);
    for (std::size_t side = 0; side < 2; ++side) {
      const float given = stream.outputs == 1 ? 0.5f * (played[0][i] + played[1][i]) : played[side][i];
      out[2 * i + static_cast<int>(side)] = loop_[2 * (now % kLoopFrames) + side] = given;
    }
  }
  loop_frames_ += static_cast<std::uint64_t>(frames);
}

bool SimulatedHardware::has_stream() const {
  const std::lock_guard lock(mutex_);
  return stream_.has_value();
}

std::optional<StreamFormat> SimulatedHardware::format() const {
  const std::lock_guard lock(mutex_);
  return stream_ ? std::optional(stream_->format) : std::nullopt;
}

int SimulatedHardware::opens() const {
  const std::lock_guard lock(mutex_);
  return opens_;
}

std::vector<SimulatedDevice> SimulatedHardware::devices() const {
  const std::lock_guard lock(mutex_);
  return devices_;
}

StreamFormat SimulatedHardware::open(const StreamRequest& request, AudioUser& user) {
  const std::lock_guard lock(mutex_);
  const auto device =
      std::find_if(devices_.begin(), devices_.end(), [&](const SimulatedDevice& one) { return kIdPrefix + one.name == request.device_id; });
  if (device == devices_.end()) {
    throw AudioError("there is no device \"" + request.device_id + "\"");
  }
  if (failures_left_ > 0) {
    --failures_left_;
    throw AudioError(failure_);
  }
  StreamFormat format;
  format.sample_rate_hz = device->rate_is_fixed ? device->sample_rate_hz : request.sample_rate_hz;
  format.block_frames = device->rate_is_fixed ? device->block_frames : request.block_frames;
  format.input_latency_frames = device->input_latency_frames;
  format.output_latency_frames = device->output_latency_frames;
  format.clock_is_virtual = true;
  user.prepare(format);
  Stream stream{.user = &user,
                .device = device->name,
                .format = format,
                .inputs = channels(device->input_channels),
                .outputs = channels(device->output_channels),
                .planes = {}};
  for (std::vector<float>& plane : stream.planes) {
    plane.assign(static_cast<std::size_t>(format.block_frames), 0.0f);
  }
  stream_ = std::move(stream);
  std::fill(loop_.begin(), loop_.end(), 0.0f);
  loop_frames_ = 0;
  ++opens_;
  return format;
}

void SimulatedHardware::close() {
  const std::lock_guard lock(mutex_);
  stream_.reset();
}

void SimulatedHardware::attach(DeviceEvents* events) {
  const std::lock_guard lock(events_mutex_);
  events_ = events;
}

void SimulatedHardware::tell_change(const std::string& lost_why) {
  const std::lock_guard lock(events_mutex_);
  if (events_ == nullptr) {
    return;
  }
  if (!lost_why.empty()) {
    events_->stream_lost(lost_why);
  }
  events_->devices_changed();
}

class SimulatedBackend final : public AudioBackend {
 public:
  SimulatedBackend(DeviceEvents& events, std::shared_ptr<SimulatedHardware> hardware) : hardware_(std::move(hardware)) { hardware_->attach(&events); }
  ~SimulatedBackend() override {
    hardware_->attach(nullptr);
    hardware_->close();
  }

  [[nodiscard]] const char* name() const noexcept override { return "simulated"; }

  std::vector<DeviceInfo> devices() override {
    std::vector<DeviceInfo> all;
    for (const SimulatedDevice& device : hardware_->devices()) {
      all.push_back({.id = kIdPrefix + device.name,
                     .name = device.name,
                     .backend = name(),
                     .input_channels = device.input_channels,
                     .output_channels = device.output_channels,
                     .default_sample_rate_hz = device.sample_rate_hz,
                     .rate_is_fixed = device.rate_is_fixed});
    }
    return all;
  }

  StreamFormat open(const StreamRequest& request, AudioUser& user) override {
    close();
    return hardware_->open(request, user);
  }

  void close() noexcept override { hardware_->close(); }

 private:
  std::shared_ptr<SimulatedHardware> hardware_;
};

std::unique_ptr<AudioBackend> make_simulated_backend(DeviceEvents& events, std::shared_ptr<SimulatedHardware> hardware) {
  return std::make_unique<SimulatedBackend>(events, std::move(hardware));
}

SimulatedPace::SimulatedPace(std::shared_ptr<SimulatedHardware> hardware, std::vector<float> input)
    : hardware_(std::move(hardware)), input_(std::move(input)), thread_([this] { keep_pace(); }) {}

SimulatedPace::~SimulatedPace() {
  is_over_.store(true);
  thread_.join();
}

void SimulatedPace::keep_pace() {
  using Clock = std::chrono::steady_clock;
  using Seconds = std::chrono::duration<double>;
  std::size_t place = 0;
  std::vector<float> in;
  std::vector<float> out;
  Clock::time_point next = Clock::now();
  while (!is_over_.load()) {
    const std::optional<StreamFormat> format = hardware_->format();
    const double rate_hz = format ? format->sample_rate_hz : 48000.0;
    in.assign(2 * static_cast<std::size_t>(format ? format->block_frames : 480), 0.0f);
    out.resize(in.size());
    if (format && !input_.empty()) {
      for (float& sample : in) {
        sample = input_[place++ % input_.size()];
      }
    }
    hardware_->run(in, out);
    next += std::chrono::duration_cast<Clock::duration>(Seconds(static_cast<double>(in.size() / 2) / rate_hz));
    if (Clock::now() > next + std::chrono::seconds(1)) {
      next = Clock::now();   // the machine slept: time that was missed is not made up for
    }
    std::this_thread::sleep_until(next);
  }
}

}  // namespace ag06::bridge
