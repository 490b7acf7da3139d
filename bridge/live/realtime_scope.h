// Marks the calls of the audio callback for a checker that is loaded beside the program (tests/bridge/support/rt_guard.c). Costs a comparison where
// none is loaded. Not for changing what the thread may do.
#pragma once

#if defined(__linux__) && defined(__GNUC__)
extern "C" {
[[gnu::weak]] void rtguard_enter();
[[gnu::weak]] void rtguard_leave();
}
#endif

namespace ag06::bridge {

class RealtimeScope {
 public:
#if defined(__linux__) && defined(__GNUC__)
  RealtimeScope() noexcept {
    if (rtguard_enter != nullptr) rtguard_enter();
  }
  ~RealtimeScope() {
    if (rtguard_leave != nullptr) rtguard_leave();
  }
#else
  RealtimeScope() noexcept = default;
  ~RealtimeScope() {}
#endif
  RealtimeScope(const RealtimeScope&) = delete;
  RealtimeScope& operator=(const RealtimeScope&) = delete;
};

}  // namespace ag06::bridge
