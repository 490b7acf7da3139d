// What a take is: one recorded file. Not for how it is written (take_file.h) or where it lies (take_folder.h).
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace ag06::bridge {

struct Take {
  std::string id;             // also its file name's stem: 2026-11-21T16-40-12Z-processed
  std::string file_name;
  std::string format;         // "wav24", "wav32f", "flac24"
  double sample_rate_hz = 0.0;
  int channels = 0;
  std::uint64_t frames = 0;
  std::uint64_t bytes = 0;
  std::string started_at;     // ISO 8601, UTC
  bool is_complete = true;    // false: being recorded now
};

struct RecordRequest {
  bool input = false;         // what came in, in front of the chain
  bool processed = true;      // what the device was given
  std::string format = "wav24";
};

// what() is a sentence for people that names the file or folder and the reason.
class TakeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace ag06::bridge
