#include "atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "failure.h"

namespace ag06::cli {
namespace {
constexpr int kMostLinks = 40;  // Linux follows as many

[[nodiscard]] Failure failure(const std::string& path, int error_number) { return {ExitStatus::output, path, std::strerror(error_number)}; }

// What open(2) would have given a new file; a replaced one keeps its own mode.
[[nodiscard]] mode_t wanted_mode(const std::string& path) {
  struct stat existing {};
  if (stat(path.c_str(), &existing) == 0) return existing.st_mode & 0777;
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}
}  // namespace

AtomicFile::AtomicFile(const std::string& path) : path_(path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  // A link stays a link: what it points to, or would, is written.
  for (int hops = 0; hops < kMostLinks && fs::is_symlink(path_, ignored); ++hops) path_ = (fs::path(path_).parent_path() / fs::read_symlink(path_, ignored)).string();
  // A name that no file can have shows only here: the hidden file has a short one.
  if (struct stat existing {}; stat(path_.c_str(), &existing) != 0 && errno != ENOENT) throw failure(path, errno);
  if (fs::exists(path_, ignored) && !fs::is_regular_file(path_, ignored)) throw Failure(ExitStatus::output, path, "it exists and is not a regular file");
  // rename(2) would replace a file that its owner protected from writing.
  if (fs::exists(path_, ignored) && access(path_.c_str(), W_OK) != 0) throw failure(path, errno);
  const fs::path folder = fs::path(path_).parent_path();
  hidden_path_ = (folder.empty() ? fs::path(".") : folder) / ".ag06-XXXXXX";
  descriptor_ = mkostemp(hidden_path_.data(), O_CLOEXEC);
  if (descriptor_ < 0) throw failure(path, errno);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!hidden_path_.empty()) unlink(hidden_path_.c_str());
}

void AtomicFile::commit() {
  if (fchmod(descriptor_, wanted_mode(path_)) != 0 || fsync(descriptor_) != 0) throw failure(path_, errno);
  const int closed = close(descriptor_);
  descriptor_ = -1;
  if (closed != 0 || std::rename(hidden_path_.c_str(), path_.c_str()) != 0) throw failure(path_, errno);
  hidden_path_.clear();
  // The name itself must survive a power cut too; a folder that cannot be synced has still got its file.
  const std::string folder = std::filesystem::path(path_).parent_path().string();
  if (const int directory = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); directory >= 0) {
    fsync(directory);
    close(directory);
  }
}

}  // namespace ag06::cli
