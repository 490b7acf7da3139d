// The web bundle as HTTP responses. Not for takes or anything else that belongs to a person: whoever reaches the port may read these.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/http.h"

namespace ag06::bridge::server {

[[nodiscard]] std::string_view content_type_of(std::string_view file_name) noexcept;

// What the page may do; every response carries these. host: the validated Host, for a WebSocket to ourselves; may be empty.
void add_security_headers(Response& response, std::string_view host, bool is_tls);

// A body of a file for GET or HEAD, with entity tag, If-None-Match, If-Range and one range. fields: what the response carries besides.
[[nodiscard]] Response file_response(const Request& request, std::shared_ptr<OpenFile> file, std::string_view content_type, std::string_view cache_control);

// Files are opened anew for every request, so that a rebuilt bundle shows at once.
class StaticFiles {
 public:
  // folder: may be missing; then the page says how to build it.
  explicit StaticFiles(std::string folder) : folder_(std::move(folder)) {}
  // request.method is GET or HEAD. Never leaves the folder, neither by dots nor by links; names that begin with a dot are not served.
  [[nodiscard]] Response serve(const Request& request) const;

 private:
  [[nodiscard]] std::optional<std::string> path_of(std::string_view target_path) const;
  std::string folder_;
};

}  // namespace ag06::bridge::server
