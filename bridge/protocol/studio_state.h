// What every client of the bridge is told: the whole state as plain data. Figures that move (meters, positions, load) are not here but in MeterFrame.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "params/params.gen.h"

namespace ag06::bridge {

enum class Mode { automatic, manual, bypass };            // "auto", "manual", "bypass" on the wire
enum class Source { live, file };                          // what goes into the chain: the device's input, or audio sent by a client
enum class DevicePhase { none, opening, running, lost, failed };

struct DeviceStatus {
  DevicePhase phase = DevicePhase::none;
  std::string id;            // of the device wanted or open; empty: the best there is
  std::string name;
  std::string backend;
  double sample_rate_hz = 0.0;
  int block_frames = 0;
  int input_latency_frames = 0;
  int output_latency_frames = 0;
  int buffer_latency_frames = 0;
  int engine_latency_frames = 0;                            // the chain's own delay
  int measured_round_trip_frames = -1;                      // by calibration; -1: not measured
  bool is_realtime = false;
  bool memory_is_locked = false;
  std::string message;                                      // a sentence for people; empty: nothing to say
  friend bool operator==(const DeviceStatus&, const DeviceStatus&) = default;
};

// phase of the feedback guard: a device in LOOPBACK position returns what is played to its input.
enum class GuardPhase { idle, checking, clear, loopback };

struct RecorderStatus {
  bool is_recording = false;
  std::string take_id;        // the running or the latest take
  std::string message;
  friend bool operator==(const RecorderStatus&, const RecorderStatus&) = default;
};

// What a client plays through the device. The client sends audio only as far as it was granted (protocol: "credit").
struct TransportStatus {
  Source source = Source::live;
  bool is_playing = false;
  std::uint32_t stream_id = 0;          // counts up with every start or seek: audio sent for an older one is dropped
  double sample_rate_hz = 0.0;          // of the audio sent; the bridge converts to the device's
  friend bool operator==(const TransportStatus&, const TransportStatus&) = default;
};

struct StudioState {
  Mode mode = Mode::manual;
  std::string auto_by = "musical";      // what mode auto goes by: the rule, or the version of the trained models
  double wet_ratio = 1.0;               // 0: the dry input is heard, 1: the processed; equal-gain between
  std::array<double, params::kCount> params{};   // by table index, real units
  DeviceStatus device;
  GuardPhase guard = GuardPhase::idle;
  RecorderStatus recorder;
  TransportStatus transport;
};

// One point in time of everything that moves, merged over the interval since the last one sent: peaks and counts are never lost between frames.
// NaN: cannot be measured.
struct MeterFrame {
  std::uint64_t sample_time = 0;        // device frames since the stream was opened
  float monitor[17] = {};               // engine/telemetry.h, in its order
  float input_peak_dbfs[2] = {};        // of the source, in front of the chain
  float output_peak_dbfs[2] = {};       // of what the device is given
  float load_ratio = 0.0f;              // mean share of a block's time that its processing took
  float load_max_ratio = 0.0f;
  float xruns = 0.0f;                   // counts since the stream was opened
  float deadline_misses = 0.0f;         // by our own clock: start later than 1.5 blocks, or more than 80 % of a block's time taken
  float input_clips = 0.0f;             // samples at or beyond full scale
  float output_clips = 0.0f;
  float song_position_frames = 0.0f;    // at the song's rate, of what is heard; 16 777 216 frames are exact, beyond that 2^-24 of it
  float song_buffered_ms = 0.0f;
  float song_underruns = 0.0f;
  float recorded_s = 0.0f;
  float recorder_lost_frames = 0.0f;
};

}  // namespace ag06::bridge
