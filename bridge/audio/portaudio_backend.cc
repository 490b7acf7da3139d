#include "audio/portaudio_backend.h"

#include <portaudio.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#ifdef __linux__
#include <dlfcn.h>
#endif

#include "audio/portaudio_stream.h"
#include "audio/portaudio_without_jack.h"
#include "audio/sound_cards.h"

namespace ag06::bridge {
namespace {

using std::chrono::milliseconds;

constexpr char kIdPrefix[] = "portaudio:";
constexpr milliseconds kWatchEvery{250};

#ifdef __linux__
void say_nothing(const char*, int, const char*, int, const char*, ...) {}
#endif

// PortAudio probes every ALSA device there might be and looks for a JACK server, and those libraries print what they think of that. They are in the
// process if PortAudio uses them.
void silence_libraries() {
#ifdef __linux__
  if (void* set = dlsym(RTLD_DEFAULT, "snd_lib_error_set_handler")) {
    reinterpret_cast<int (*)(decltype(&say_nothing))>(set)(&say_nothing);
  }
  if (void* set = dlsym(RTLD_DEFAULT, "jack_set_error_function")) {
    reinterpret_cast<void (*)(void (*)(const char*))>(set)([](const char*) {});
  }
#endif
}

// PortAudio sees the devices that were there when it was initialised; without one it needs no threads and no clients of other systems.
class Session {
 public:
  explicit Session(const PortAudioOptions& options) {
    silence_libraries();
    const WithoutJack guard(!options.lists_jack);
    check_portaudio(Pa_Initialize(), "PortAudio does not start");
  }
  ~Session() { Pa_Terminate(); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
};

struct Found {
  DeviceInfo info;
  PaDeviceIndex index = paNoDevice;
  bool is_hardware = false;
};

// "AG06/AG03: USB Audio (hw:1,0)" without its number, which is another after every replug.
std::string without_place(const std::string& name) {
  const std::size_t place = name.rfind(" (hw:");
  return place == std::string::npos ? name : name.substr(0, place);
}

// Devices that are hardware first; ALSA's plug-ins ("default", "pulse", "dmix") convert and buffer as they like.
std::vector<Found> find_devices(const PortAudioOptions& options) {
  std::vector<Found> all;
  for (PaDeviceIndex index = 0; index < Pa_GetDeviceCount(); ++index) {
    const PaDeviceInfo* device = Pa_GetDeviceInfo(index);
    const PaHostApiInfo* api = device != nullptr ? Pa_GetHostApiInfo(device->hostApi) : nullptr;
    if (api == nullptr || (api->type == paJACK && !options.lists_jack)) {
      continue;
    }
    Found found;
    found.index = index;
    found.is_hardware = api->type != paALSA || std::string(device->name).find("(hw:") != std::string::npos;
    found.info = {.id = kIdPrefix + std::string(api->name) + ":" + without_place(device->name),
                  .name = device->name,
                  .backend = "portaudio",
                  .input_channels = device->maxInputChannels,
                  .output_channels = device->maxOutputChannels,
                  .default_sample_rate_hz = device->defaultSampleRate,
                  .rate_is_fixed = api->type == paJACK};
    const auto twins =
        std::count_if(all.begin(), all.end(), [&](const Found& one) { return without_place(one.info.name) == without_place(found.info.name); });
    if (twins > 0) {
      found.info.id += " #" + std::to_string(twins + 1);
    }
    all.push_back(std::move(found));
  }
  std::stable_partition(all.begin(), all.end(), [](const Found& one) { return one.is_hardware; });
  return all;
}

class PortAudioBackend final : public AudioBackend {
 public:
  PortAudioBackend(DeviceEvents& events, PortAudioOptions options)
      : events_(events), options_(std::move(options)), cards_(options_.sound_cards_folder), watcher_([this] { watch(); }) {}

  ~PortAudioBackend() override {
    close();
    {
      const std::lock_guard lock(mutex_);
      is_over_ = true;
    }
    wake_.notify_all();
    watcher_.join();
  }

  [[nodiscard]] const char* name() const noexcept override { return "portaudio"; }

  // Looking anew would end the open stream, so the list stands still while there is one.
  std::vector<DeviceInfo> devices() override {
    if (stream_ != nullptr) {
      return listed_;
    }
    {
      const std::lock_guard lock(mutex_);
      if (cards_.is_watching() && options_.needs_sound_cards && !is_list_old_) {
        return listed_;
      }
      is_list_old_ = false;
    }
    listed_.clear();
    if (has_anything_to_look_at()) {
      try {
        const Session session(options_);
        for (Found& found : find_devices(options_)) {
          listed_.push_back(std::move(found.info));
        }
      } catch (const AudioError&) {
        // a system without sound: there are no devices
      }
    }
    return listed_;
  }

  StreamFormat open(const StreamRequest& request, AudioUser& user) override {
    close();
    if (!has_anything_to_look_at()) {
      throw AudioError("this machine shows no sound card");
    }
    session_.emplace(options_);
    try {
      const std::vector<Found> all = find_devices(options_);
      const auto device = std::find_if(all.begin(), all.end(), [&](const Found& one) { return one.info.id == request.device_id; });
      if (device == all.end()) {
        throw AudioError("PortAudio has no device \"" + request.device_id + "\"");
      }
      stream_ = std::make_unique<PortAudioStream>(device->index, request, user, [this] { note_end(); });
    } catch (...) {
      close();
      throw;
    }
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    return stream_->format();
  }

  void close() noexcept override {
    {
      const std::lock_guard lock(mutex_);   // the watcher tells with it held: after this nothing more is said about the stream
      is_open_ = false;
      is_finished_ = false;
    }
    stream_.reset();
    session_.reset();
  }

 private:
  [[nodiscard]] bool has_anything_to_look_at() const { return !options_.needs_sound_cards || cards_.any(); }

  void note_end() {
    {
      const std::lock_guard lock(mutex_);
      is_finished_ = true;
    }
    wake_.notify_all();
  }

  void watch() {
    std::unique_lock lock(mutex_);
    while (!is_over_) {
      wake_.wait_for(lock, kWatchEvery, [&] { return is_over_ || (is_finished_ && is_open_); });
      if (is_finished_ && is_open_) {
        is_open_ = false;
        is_list_old_ = true;
        events_.stream_lost("it gives no audio any more");
      }
      if (cards_.changed()) {
        is_list_old_ = true;
        lock.unlock();
        events_.devices_changed();
        lock.lock();
      }
    }
  }

  DeviceEvents& events_;
  const PortAudioOptions options_;
  std::optional<Session> session_;            // while a stream is open
  std::unique_ptr<PortAudioStream> stream_;
  std::vector<DeviceInfo> listed_;
  std::mutex mutex_;                          // below
  std::condition_variable wake_;
  SoundCards cards_;
  bool is_list_old_ = true;
  bool is_open_ = false;
  bool is_finished_ = false;
  bool is_over_ = false;
  std::thread watcher_;
};

}  // namespace

std::unique_ptr<AudioBackend> make_portaudio_backend(DeviceEvents& events, const PortAudioOptions& options) {
  return std::make_unique<PortAudioBackend>(events, options);
}
std::unique_ptr<AudioBackend> make_portaudio_backend(DeviceEvents& events) { return make_portaudio_backend(events, PortAudioOptions{}); }

}  // namespace ag06::bridge
