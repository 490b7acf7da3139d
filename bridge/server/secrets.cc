#include "server/secrets.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace ag06::bridge::server {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kShortestToken = 32, kLongestToken = 256;

[[nodiscard]] std::string hex_of(const unsigned char* bytes, std::size_t count) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text.push_back(kDigits[bytes[i] >> 4]);
    text.push_back(kDigits[bytes[i] & 15]);
  }
  return text;
}

struct Descriptor {
  explicit Descriptor(int of) : value(of) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
  int value;
};

[[noreturn]] void fail(const std::string& path, const std::string& why) { throw std::runtime_error("token file " + path + ": " + why); }

[[nodiscard]] std::string read_token(const std::string& path, int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) fail(path, "is not a file");
  if ((status.st_mode & 077u) != 0) fail(path, "others may read it; take their rights away (chmod 600)");
  std::array<char, kLongestToken + 2> bytes{};
  const ssize_t count = ::read(descriptor, bytes.data(), bytes.size());
  if (count < 0) fail(path, std::strerror(errno));
  std::string token(bytes.data(), static_cast<std::size_t>(count));
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  const bool is_plain = std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (!is_plain || token.size() < kShortestToken || token.size() > kLongestToken) fail(path, "holds no token: 32 to 256 printable letters without spaces");
  return token;
}

}  // namespace

std::string random_token() {
  std::array<unsigned char, kTokenBytes> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) throw std::runtime_error("the system gives no random numbers");
  return hex_of(bytes.data(), bytes.size());
}

std::string keyed_digest(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &length) == nullptr) {
    throw std::runtime_error("the digest could not be computed");
  }
  return hex_of(digest.data(), length);
}

bool equal_secrets(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  volatile unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference = static_cast<unsigned char>(difference | (static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i])));
  return difference == 0;
}

std::string load_or_make_token(const std::string& path) {
  if (const Descriptor found(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)); found.value >= 0) return read_token(path, found.value);
  if (errno != ENOENT) fail(path, std::strerror(errno));
  std::error_code error;
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) fail(path, error.message());
  const std::string token = random_token();
  // Written under another name and then linked, so that a second bridge starting now sees a whole token or none.
  const std::string unfinished = path + "." + std::to_string(::getpid());
  {
    const Descriptor made(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (made.value < 0) fail(path, std::strerror(errno));
    const std::string line = token + "\n";
    if (::write(made.value, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
      const int why = errno;
      ::unlink(unfinished.c_str());
      fail(path, std::strerror(why));
    }
  }
  const bool linked = ::link(unfinished.c_str(), path.c_str()) == 0;
  const int why = errno;
  ::unlink(unfinished.c_str());
  if (linked) return token;
  if (why != EEXIST) fail(path, std::strerror(why));
  const Descriptor other(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (other.value < 0) fail(path, std::strerror(errno));
  return read_token(path, other.value);
}

}  // namespace ag06::bridge::server
