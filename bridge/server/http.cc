#include "server/http.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

namespace ag06::bridge::server {
namespace {

[[nodiscard]] char lower(char letter) noexcept { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter; }

[[nodiscard]] int hex_digit(char letter) noexcept {
  if (letter >= '0' && letter <= '9') return letter - '0';
  letter = lower(letter);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

[[nodiscard]] bool parse_number(std::string_view text, std::uint64_t& into) noexcept {
  if (text.empty()) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size();
}

// Length of the UTF-8 sequence that begins the text, 0 if it is broken (RFC 3629: no overlong forms, no surrogates).
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const auto continues = [&](std::size_t at) { return at < text.size() && (byte(at) & 0xc0u) == 0x80u; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    if (!continues(1) || !continues(2)) return 0;
    if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f)) return 0;
    return 3;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    if (!continues(1) || !continues(2) || !continues(3)) return 0;
    if ((first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f)) return 0;
    return 4;
  }
  return 0;
}

[[nodiscard]] std::string http_date() {
  static constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
  return text;
}

}  // namespace

std::optional<std::string_view> Request::field(std::string_view name) const noexcept {
  std::optional<std::string_view> found;
  for (const auto& [key, value] : fields) {
    if (!equal_ignoring_case(key, name)) continue;
    if (found) return std::nullopt;
    found = trimmed(value);
  }
  return found;
}

int Request::count(std::string_view name) const noexcept {
  return static_cast<int>(std::count_if(fields.begin(), fields.end(), [&](const auto& field) { return equal_ignoring_case(field.first, name); }));
}

std::shared_ptr<OpenFile> OpenFile::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe in the folder must not block
  if (descriptor < 0) return nullptr;
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor);
    return nullptr;
  }
  char tag[64];
  std::snprintf(tag, sizeof tag, "\"%llx-%llx.%lx\"", static_cast<unsigned long long>(status.st_size), static_cast<unsigned long long>(status.st_mtim.tv_sec),
                static_cast<unsigned long>(status.st_mtim.tv_nsec));
  return std::shared_ptr<OpenFile>(new OpenFile(descriptor, static_cast<std::uint64_t>(status.st_size), tag));
}

OpenFile::OpenFile(int descriptor, std::uint64_t size_bytes, std::string entity_tag)
    : descriptor_(descriptor), size_bytes_(size_bytes), entity_tag_(std::move(entity_tag)) {}

OpenFile::~OpenFile() { ::close(descriptor_); }

std::size_t OpenFile::read(std::uint64_t from_byte, char* into, std::size_t bytes) const noexcept {
  const ssize_t done = ::pread(descriptor_, into, bytes, static_cast<off_t>(from_byte));
  return done > 0 ? static_cast<std::size_t>(done) : 0;
}

std::string_view reason_phrase(int status) noexcept {
  switch (status) {
    case 200: return "OK";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Status";
  }
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::pair<std::string_view, std::string_view> split_target(std::string_view target) noexcept {
  const std::size_t mark = target.find('?');
  if (mark == std::string_view::npos) return {target, {}};
  return {target.substr(0, mark), target.substr(mark + 1)};
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    char letter = text[at];
    if (letter == '%') {
      if (at + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[at + 1]), low = hex_digit(text[at + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      letter = static_cast<char>(high * 16 + low);
      at += 2;
    }
    if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) return std::nullopt;
    decoded.push_back(letter);
  }
  return decoded;
}

std::optional<std::string> query_value(std::string_view query, std::string_view key) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view part = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    const std::size_t equals = part.find('=');
    if (part.substr(0, equals) == key) return percent_decoded(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1));
  }
  return std::nullopt;
}

RangeKind parse_range(std::string_view field, std::uint64_t size_bytes, ByteRange& range) noexcept {
  constexpr std::string_view kUnit = "bytes=";
  if (field.size() < kUnit.size() || !equal_ignoring_case(field.substr(0, kUnit.size()), kUnit)) return RangeKind::whole;
  const std::string_view spec = trimmed(field.substr(kUnit.size()));
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos || spec.find(',') != std::string_view::npos) return RangeKind::whole;
  const std::string_view from = trimmed(spec.substr(0, dash)), to = trimmed(spec.substr(dash + 1));
  std::uint64_t first = 0, last = 0;
  if (from.empty()) {
    if (!parse_number(to, last)) return RangeKind::whole;
    if (last == 0 || size_bytes == 0) return RangeKind::unsatisfiable;
    range.bytes = std::min(last, size_bytes);
    range.first = size_bytes - range.bytes;
    return RangeKind::part;
  }
  if (!parse_number(from, first)) return RangeKind::whole;
  if (to.empty()) {
    last = size_bytes - 1;
  } else if (!parse_number(to, last) || last < first) {
    return RangeKind::whole;
  }
  if (first >= size_bytes) return RangeKind::unsatisfiable;
  range.first = first;
  range.bytes = std::min(last, size_bytes - 1) - first + 1;
  return RangeKind::part;
}

std::string header_block(const Response& response, std::optional<std::uint64_t> content_length, bool keeps_alive) {
  std::string block = "HTTP/1.1 " + std::to_string(response.status) + " ";
  block.append(reason_phrase(response.status)).append("\r\n");
  const auto add = [&](std::string_view name, std::string_view value) {
    block.append(name).append(": ");
    // A line break in a value would begin a field of its own.
    for (const char letter : value) block.push_back(static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f ? ' ' : letter);
    block.append("\r\n");
  };
  add("Date", http_date());
  for (const auto& [name, value] : response.fields) add(name, value);
  if (content_length) add("Content-Length", std::to_string(*content_length));
  add("Connection", keeps_alive ? "keep-alive" : "close");
  return block.append("\r\n");
}

Response text_response(int status, std::string content_type, std::string body) {
  Response response;
  response.status = status;
  response.with("Content-Type", std::move(content_type)).with("Cache-Control", "no-store");
  response.body = std::move(body);
  return response;
}

Response problem(int status, std::string_view code, std::string_view detail) {
  std::string body = "{\"type\":\"about:blank\",\"title\":" + json_quoted(reason_phrase(status)) + ",\"status\":" + std::to_string(status);
  body += ",\"code\":" + json_quoted(code) + ",\"detail\":" + json_quoted(detail) + "}\n";
  return text_response(status, "application/problem+json", std::move(body));
}

std::string json_quoted(std::string_view text) {
  std::string quoted = "\"";
  while (!text.empty()) {
    const char letter = text.front();
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      quoted += "\xef\xbf\xbd";
      text.remove_prefix(1);
      continue;
    }
    if (letter == '"' || letter == '\\') {
      quoted.push_back('\\');
      quoted.push_back(letter);
    } else if (static_cast<unsigned char>(letter) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(letter));
      quoted += escape;
    } else {
      quoted.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  quoted.push_back('"');
  return quoted;
}

}  // namespace ag06::bridge::server
