// Keeps this process's memory from being swapped out, where the system allows that without harm. Not for allocating.
#pragma once

namespace ag06::bridge {

// Locked while it lives. An ordinary user's limit (8 MiB on Debian) would make later allocations and thread stacks fail, so nothing is locked unless
// there is no limit at all.
class MemoryLock {
 public:
  explicit MemoryLock(bool wanted) noexcept;
  ~MemoryLock();
  MemoryLock(const MemoryLock&) = delete;
  MemoryLock& operator=(const MemoryLock&) = delete;
  [[nodiscard]] bool is_locked() const noexcept { return is_locked_; }

 private:
  bool is_locked_ = false;
};

}  // namespace ag06::bridge
