#include "audio/sound_cards.h"

#include <array>
#include <filesystem>
#include <utility>

#ifdef __linux__
#include <sys/inotify.h>
#include <unistd.h>
#endif

namespace ag06::bridge {
#ifdef __linux__

SoundCards::SoundCards(std::string folder) : folder_(std::move(folder)), file_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (file_ >= 0) {
    inotify_add_watch(file_, std::filesystem::path(folder_).parent_path().c_str(), IN_CREATE);   // the folder itself comes with the first card
    watch_folder();
  }
}

SoundCards::~SoundCards() {
  if (file_ >= 0) {
    close(file_);
  }
}

// Attributes too: udev gives the audio group its rights after the node is made.
void SoundCards::watch_folder() {
  folder_watch_ = inotify_add_watch(file_, folder_.c_str(), IN_CREATE | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_ONLYDIR);
}

bool SoundCards::changed() {
  if (file_ < 0) {
    return false;
  }
  const std::string folder_name = std::filesystem::path(folder_).filename();
  bool is_changed = false;
  alignas(inotify_event) std::array<char, 4096> bytes;
  for (ssize_t count; (count = read(file_, bytes.data(), bytes.size())) > 0;) {
    for (ssize_t at = 0; at < count;) {
      const auto* event = reinterpret_cast<const inotify_event*>(bytes.data() + at);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      if (event->wd == folder_watch_ || (event->mask & IN_Q_OVERFLOW) != 0) {
        is_changed = is_changed || (event->mask & IN_IGNORED) == 0;
      } else if (event->len > 0 && folder_name == event->name) {
        watch_folder();
        is_changed = true;
      }
    }
  }
  return is_changed;
}

bool SoundCards::any() const {
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    if (at->path().filename().string().starts_with("pcm")) {
      return true;
    }
  }
  return false;
}

#else

SoundCards::SoundCards(std::string folder) : folder_(std::move(folder)) {}
SoundCards::~SoundCards() = default;
void SoundCards::watch_folder() {}
bool SoundCards::changed() { return false; }
bool SoundCards::any() const { return true; }

#endif
}  // namespace ag06::bridge
