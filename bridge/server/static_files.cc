#include "server/static_files.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace ag06::bridge::server {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHashedForever = "public, max-age=31536000, immutable";
constexpr std::string_view kAskEachTime = "no-cache";

// The bundler writes name-HASH.ext into assets/: a name whose content never changes.
[[nodiscard]] bool is_hashed_asset(std::string_view path) noexcept {
  if (path.substr(0, 8) != "/assets/") return false;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::string_view stem = name.substr(0, name.find('.'));
  constexpr std::size_t kHashLetters = 8;
  if (stem.size() <= kHashLetters || stem[stem.size() - kHashLetters - 1] != '-') return false;
  const std::string_view hash = stem.substr(stem.size() - kHashLetters);
  return std::all_of(hash.begin(), hash.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

// RFC 9110, 13.1.2: a list of tags or "*"; weak comparison.
[[nodiscard]] bool list_has_tag(std::string_view list, std::string_view tag) noexcept {
  while (!list.empty()) {
    const std::size_t end = list.find(',');
    std::string_view item = trimmed(list.substr(0, end));
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
    if (item.substr(0, 2) == "W/") item.remove_prefix(2);
    if (item == "*" || item == tag) return true;
  }
  return false;
}

}  // namespace

std::string_view content_type_of(std::string_view file_name) noexcept {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kTypes = {{
      {".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"}, {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"}, {".wasm", "application/wasm"}, {".json", "application/json"}, {".map", "application/json"},
      {".webmanifest", "application/manifest+json"}, {".svg", "image/svg+xml"}, {".png", "image/png"}, {".jpg", "image/jpeg"}, {".webp", "image/webp"},
      {".ico", "image/x-icon"}, {".woff2", "font/woff2"}, {".txt", "text/plain; charset=utf-8"}, {".wav", "audio/wav"}, {".flac", "audio/flac"},
      {".mp3", "audio/mpeg"}, {".ogg", "audio/ogg"}, {".onnx", "application/octet-stream"}, {".bin", "application/octet-stream"}, {".md", "text/plain; charset=utf-8"},
  }};
  const std::size_t dot = file_name.rfind('.');
  if (dot != std::string_view::npos) {
    for (const auto& [ending, type] : kTypes) {
      if (equal_ignoring_case(file_name.substr(dot), ending)) return type;
    }
  }
  return "application/octet-stream";
}

void add_security_headers(Response& response, std::string_view host, bool is_tls) {
  std::string connect = "connect-src 'self' blob:";
  // Not every browser counts the WebSocket of the same origin as 'self'.
  if (!host.empty()) connect.append(is_tls ? " wss://" : " ws://").append(host);
  response.with("Cross-Origin-Opener-Policy", "same-origin")
      .with("Cross-Origin-Embedder-Policy", "require-corp")
      .with("Cross-Origin-Resource-Policy", "same-origin")
      .with("Content-Security-Policy",
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; " +
                connect + "; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
      .with("X-Content-Type-Options", "nosniff")
      .with("Referrer-Policy", "no-referrer");
}

Response file_response(const Request& request, std::shared_ptr<OpenFile> file, std::string_view content_type, std::string_view cache_control) {
  Response response;
  response.with("Cache-Control", std::string(cache_control)).with("ETag", file->entity_tag()).with("Accept-Ranges", "bytes");
  if (const auto tags = request.field("If-None-Match"); tags && list_has_tag(*tags, file->entity_tag())) {
    response.status = 304;
    return response;
  }
  response.with("Content-Type", std::string(content_type));
  FileBody body{file, 0, file->size_bytes()};
  const auto range_field = request.method == "GET" ? request.field("Range") : std::nullopt;
  const auto if_range = request.field("If-Range");
  if (range_field && (!if_range || *if_range == file->entity_tag())) {
    ByteRange range;
    switch (parse_range(*range_field, file->size_bytes(), range)) {
      case RangeKind::whole: break;
      case RangeKind::unsatisfiable: {
        Response refusal = problem(416, "out_of_range", "the range asked for lies behind the end of the file");
        refusal.with("Content-Range", "bytes */" + std::to_string(file->size_bytes()));
        return refusal;
      }
      case RangeKind::part:
        response.status = 206;
        response.with("Content-Range", "bytes " + std::to_string(range.first) + "-" + std::to_string(range.first + range.bytes - 1) + "/" + std::to_string(file->size_bytes()));
        body.first_byte = range.first;
        body.bytes = range.bytes;
    }
  }
  response.file = std::move(body);
  return response;
}

std::optional<std::string> StaticFiles::path_of(std::string_view target_path) const {
  const auto decoded = percent_decoded(target_path);
  if (!decoded || decoded->empty() || decoded->front() != '/' || decoded->find('\\') != std::string::npos) return std::nullopt;
  std::string_view rest = *decoded;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view segment = rest.substr(0, rest.find('/'));
    if (segment.substr(0, 1) == ".") return std::nullopt;  // also "." and ".."
    rest.remove_prefix(segment.size());
  }
  std::error_code error;
  const fs::path root = fs::canonical(folder_, error);
  if (error) return std::nullopt;
  const fs::path inside = fs::canonical(root / decoded->substr(1), error);
  if (error) return std::nullopt;
  const auto [root_end, unused] = std::mismatch(root.begin(), root.end(), inside.begin(), inside.end());
  if (root_end != root.end()) return std::nullopt;
  return inside.string();
}

Response StaticFiles::serve(const Request& request) const {
  std::string path(split_target(request.target).first);
  if (path == "/") path = "/index.html";
  const auto on_disk = path_of(path);
  auto file = on_disk ? OpenFile::open(*on_disk) : nullptr;
  if (!file) {
    if (path != "/index.html") return problem(404, "not_found", "there is nothing under this address");
    return text_response(503, "text/html; charset=utf-8",
                         "<!doctype html><html lang=en><title>AG06 Studio</title><h1>AG06 Studio</h1><p>The bridge runs, but the studio's page is not built: run tools/build, "
                         "or start ag06-bridge with --web DIR.</p></html>\n");
  }
  return file_response(request, std::move(file), content_type_of(path), is_hashed_asset(path) ? kHashedForever : kAskEachTime);
}

}  // namespace ag06::bridge::server
