// A file descriptor as libsndfile writes to it, remembering the first error: libsndfile itself swallows those of closing a file.
// Not for reading, and not the descriptor's owner.
#pragma once

#include <sndfile.h>

namespace ag06::cli {

class WatchedOutput {
 public:
  explicit WatchedOutput(int descriptor) noexcept : descriptor_(descriptor) {}
  // For sf_open_virtual(), with this object as user data.
  [[nodiscard]] static SF_VIRTUAL_IO callbacks() noexcept;
  // errno of the first call that failed, or 0.
  [[nodiscard]] int first_error() const noexcept { return first_error_; }

 private:
  [[nodiscard]] static WatchedOutput& of(void* self) noexcept { return *static_cast<WatchedOutput*>(self); }
  sf_count_t noted(sf_count_t result) noexcept;
  sf_count_t write_all(const char* bytes, sf_count_t count) noexcept;

  int descriptor_;
  int first_error_ = 0;
};

}  // namespace ag06::cli
