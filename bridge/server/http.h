// HTTP requests and responses as plain data, and the small grammar around them. Not for sockets (connection.h).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ag06::bridge::server {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;        // as sent: "GET"
  std::string target;        // path and query as sent
  Fields fields;             // names in any case, in their order
  std::string body;
  std::string address;       // of the peer, without port
  std::string local_address; // that the peer reached us on, without port

  // The value of a field that stands exactly once; nullopt when missing, and when it stands twice, which is never honest for those we read.
  [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const noexcept;
  [[nodiscard]] int count(std::string_view name) const noexcept;
};

// An open file of a known size; read by position, so that several may read it. Closed with its last owner.
class OpenFile {
 public:
  // nullptr: there is no such regular file.
  [[nodiscard]] static std::shared_ptr<OpenFile> open(const std::string& path);
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  [[nodiscard]] std::uint64_t size_bytes() const noexcept { return size_bytes_; }
  // Of the content as it was opened: size and time of the last change.
  [[nodiscard]] const std::string& entity_tag() const noexcept { return entity_tag_; }
  // Bytes read; 0 at the end or on error.
  [[nodiscard]] std::size_t read(std::uint64_t from_byte, char* into, std::size_t bytes) const noexcept;

 private:
  OpenFile(int descriptor, std::uint64_t size_bytes, std::string entity_tag);
  int descriptor_;
  std::uint64_t size_bytes_;
  std::string entity_tag_;
};

struct FileBody {
  std::shared_ptr<OpenFile> file;
  std::uint64_t first_byte = 0;
  std::uint64_t bytes = 0;
};

// Server-sent events: asked for the next text every 100 ms and whenever the last was written; empty: nothing to say.
using EventFeed = std::function<std::string()>;

struct Response {
  int status = 200;
  Fields fields;
  std::string body;
  std::optional<FileBody> file;   // instead of body
  EventFeed events;               // instead of body, without end
  bool closes = false;            // the connection ends after it

  Response& with(std::string name, std::string value) {
    fields.emplace_back(std::move(name), std::move(value));
    return *this;
  }
};

[[nodiscard]] std::string_view reason_phrase(int status) noexcept;
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

// "/a/b?c=d" -> "/a/b", "c=d".
[[nodiscard]] std::pair<std::string_view, std::string_view> split_target(std::string_view target) noexcept;
// nullopt: a broken escape, a NUL or another control character.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);
// The decoded value of a query's key; nullopt when it is missing or broken.
[[nodiscard]] std::optional<std::string> query_value(std::string_view query, std::string_view key);

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t bytes = 0;
};
enum class RangeKind { whole, part, unsatisfiable };
// RFC 9110, 14.1-14.2: one range of bytes; several, or what cannot be understood, are answered with the whole.
[[nodiscard]] RangeKind parse_range(std::string_view field, std::uint64_t size_bytes, ByteRange& range) noexcept;

// Status line and fields. content_length: nullopt for a stream that ends with the connection.
[[nodiscard]] std::string header_block(const Response& response, std::optional<std::uint64_t> content_length, bool keeps_alive);

[[nodiscard]] Response text_response(int status, std::string content_type, std::string body);
// RFC 9457. detail is a sentence for people; code a short name for programs.
[[nodiscard]] Response problem(int status, std::string_view code, std::string_view detail);

// JSON text of a string, quoted; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string json_quoted(std::string_view text);

}  // namespace ag06::bridge::server
