// What a backend told of its devices, to be waited for.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "audio/audio_backend.h"

namespace ag06::bridge::testing {

struct Events final : DeviceEvents {
  void devices_changed() override {
    const std::lock_guard lock(mutex);
    ++changes;
    changed.notify_all();
  }
  void stream_lost(const std::string& why) override {
    const std::lock_guard lock(mutex);
    losses.push_back(why);
    changed.notify_all();
  }
  bool await(const std::function<bool()>& condition) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(30), condition);
  }
  std::mutex mutex;
  std::condition_variable changed;
  int changes = 0;
  std::vector<std::string> losses;
};

}  // namespace ag06::bridge::testing
