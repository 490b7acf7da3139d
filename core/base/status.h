// Outcome codes of the core's non-audio-thread calls. Not for the audio path, which cannot fail.
#pragma once

namespace ag06 {

enum class Status : int {
  ok = 0,
  bad_sample_rate = 1,    // outside [8000, 192000] Hz
  bad_channel_count = 2,  // the unit's documented range was left
  bad_block_size = 3,     // outside [1, 65536] frames
  unknown_parameter = 4,
  out_of_range = 5,
  not_finite = 6,
  not_prepared = 7,
  out_of_memory = 8,
};

// One plain clause naming what is wrong; static storage.
constexpr const char* describe(Status status) noexcept {
  switch (status) {
    case Status::ok: return "ok";
    case Status::bad_sample_rate: return "sample rate is outside 8000 to 192000 Hz";
    case Status::bad_channel_count: return "channel count is not supported";
    case Status::bad_block_size: return "block size is outside 1 to 65536 frames";
    case Status::unknown_parameter: return "no parameter has this id";
    case Status::out_of_range: return "value is outside the parameter's range";
    case Status::not_finite: return "value is not a finite number";
    case Status::not_prepared: return "prepare() has not succeeded yet";
    case Status::out_of_memory: return "out of memory";
  }
  return "unknown status";
}

}  // namespace ag06
