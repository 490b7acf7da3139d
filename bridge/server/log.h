// Structured log lines on stderr, for people or for machines. Never given a token, cookie, pairing code or query. Not for the audio thread.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>

namespace ag06::bridge::server {

enum class LogLevel { debug, info, warning, error, off };
enum class LogFormat { text, json };

struct LogField {
  std::string_view key;
  std::variant<std::string_view, double, std::int64_t, bool> value;
  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
  LogField(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  LogField(std::string_view k, double v) : key(k), value(v) {}
  LogField(std::string_view k, bool v) : key(k), value(v) {}
  template <class T>
    requires std::is_integral_v<T>
  LogField(std::string_view k, T v) : key(k), value(static_cast<std::int64_t>(v)) {}
};

// Any thread. One line per call; control characters of values are escaped, so that nobody outside can forge a line.
class Log {
 public:
  using Sink = std::function<void(const std::string& line)>;
  // sink: gets lines with their end; empty: stderr.
  explicit Log(LogLevel lowest = LogLevel::info, LogFormat format = LogFormat::text, Sink sink = {});
  void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});
  void debug(std::string_view event, std::initializer_list<LogField> fields = {}) { write(LogLevel::debug, event, fields); }
  void info(std::string_view event, std::initializer_list<LogField> fields = {}) { write(LogLevel::info, event, fields); }
  void warning(std::string_view event, std::initializer_list<LogField> fields = {}) { write(LogLevel::warning, event, fields); }
  void error(std::string_view event, std::initializer_list<LogField> fields = {}) { write(LogLevel::error, event, fields); }

 private:
  LogLevel lowest_;
  LogFormat format_;
  Sink sink_;
  std::mutex mutex_;
};

}  // namespace ag06::bridge::server
