#include "server/log.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>

#include "server/http.h"

namespace ag06::bridge::server {
namespace {

[[nodiscard]] std::string time_text() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                static_cast<int>(ms));
  return text;
}

[[nodiscard]] std::string_view name_of(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
    case LogLevel::off: break;
  }
  return "off";
}

[[nodiscard]] std::string value_text(const LogField& field) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) return json_quoted(*text);
  if (const auto* yes = std::get_if<bool>(&field.value)) return *yes ? "true" : "false";
  if (const auto* whole = std::get_if<std::int64_t>(&field.value)) return std::to_string(*whole);
  const double number = std::get<double>(field.value);
  if (!std::isfinite(number)) return "null";
  char text[40];
  std::snprintf(text, sizeof text, "%.6g", number);
  return text;
}

}  // namespace

Log::Log(LogLevel lowest, LogFormat format, Sink sink) : lowest_(lowest), format_(format), sink_(std::move(sink)) {
  if (!sink_) sink_ = [](const std::string& line) { std::fwrite(line.data(), 1, line.size(), stderr); };
}

void Log::write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (level < lowest_ || lowest_ == LogLevel::off) return;
  std::string line;
  if (format_ == LogFormat::json) {
    line = "{\"time\":\"" + time_text() + "\",\"level\":\"" + std::string(name_of(level)) + "\",\"event\":" + json_quoted(event);
    for (const LogField& field : fields) line += "," + json_quoted(field.key) + ":" + value_text(field);
    line += "}\n";
  } else {
    line = time_text() + " " + std::string(name_of(level)) + " ";
    line.append(event);
    for (const LogField& field : fields) line.append(" ").append(field.key).append("=") += value_text(field);
    line += "\n";
  }
  const std::lock_guard guard(mutex_);
  sink_(line);
}

}  // namespace ag06::bridge::server
