#include "watched_output.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace ag06::cli {

SF_VIRTUAL_IO WatchedOutput::callbacks() noexcept {
  SF_VIRTUAL_IO io{};
  io.get_filelen = [](void* self) -> sf_count_t {
    struct stat file {};
    return of(self).noted(fstat(of(self).descriptor_, &file)) == 0 ? static_cast<sf_count_t>(file.st_size) : -1;
  };
  io.seek = [](sf_count_t offset, int whence, void* self) -> sf_count_t { return of(self).noted(lseek(of(self).descriptor_, offset, whence)); };
  io.read = [](void* to, sf_count_t count, void* self) -> sf_count_t { return of(self).noted(::read(of(self).descriptor_, to, static_cast<std::size_t>(count))); };
  io.write = [](const void* from, sf_count_t count, void* self) -> sf_count_t { return of(self).write_all(static_cast<const char*>(from), count); };
  io.tell = [](void* self) -> sf_count_t { return of(self).noted(lseek(of(self).descriptor_, 0, SEEK_CUR)); };
  return io;
}

sf_count_t WatchedOutput::noted(sf_count_t result) noexcept {
  if (result < 0 && first_error_ == 0) first_error_ = errno;
  return result;
}

sf_count_t WatchedOutput::write_all(const char* bytes, sf_count_t count) noexcept {
  sf_count_t written = 0;
  while (written < count) {
    const ssize_t some = ::write(descriptor_, bytes + written, static_cast<std::size_t>(count - written));
    if (some < 0 && errno == EINTR) continue;
    if (noted(some) <= 0) break;
    written += some;
  }
  return written;
}

}  // namespace ag06::cli
