// A file that appears under its name only when it is complete: written beside it, synced, then renamed over it.
// Not for devices, pipes or files that are appended to.
#pragma once

#include <string>

namespace ag06::cli {

class AtomicFile {
 public:
  // Creates the hidden file beside path. Throws Failure(output).
  explicit AtomicFile(const std::string& path);
  // Removes the hidden file unless commit() has succeeded.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  // Open for reading and writing, owned by this object.
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  // Throws Failure(output); the file of that name is then as it was.
  void commit();

 private:
  std::string path_;
  std::string hidden_path_;
  int descriptor_ = -1;
};

}  // namespace ag06::cli
