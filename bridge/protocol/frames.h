// The binary frames of subprotocol ag06.v1: a 24-byte little-endian header, then float32 samples. Not for text messages (requests.h, messages.h).
//   offset 0 u8 kind | 1 u8 version | 2 u16 channels | 4 u32 sequence | 8 u32 frames | 12 u32 sample_rate_hz | 16 u64 sample_time |
//   24 float32 [frames][channels]
// web/src/protocol/bridge_frames.ts is the same in TypeScript; both are tested on tests/bridge/conformance/frames.gen.json.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/requests.h"
#include "protocol/studio_state.h"

namespace ag06::bridge::protocol {

inline constexpr std::size_t kFrameHeaderBytes = 24;
inline constexpr std::size_t kMaxFrameBytes = 1024 * 1024;
inline constexpr int kFrameVersion = 1;
inline constexpr int kLastPieceBit = 0x8000;   // in the channels field of song audio: nothing follows this piece, which may be empty
inline constexpr int kSpectrumBins = 4096;     // equal steps from 0 Hz to half the rate, dB re full-scale sine; -infinity where there is nothing
inline constexpr int kScopeFrames = 1024;      // the latest, left and right interleaved, oldest first
inline constexpr int kMaxAudioPieceFrames = 512;   // of audio_input and audio_output

enum class FrameKind : std::uint8_t { meters = 1, spectrum = 2, scope = 3, features = 4, audio_input = 16, audio_output = 17, song_audio = 32 };

struct FrameHeader {
  FrameKind kind = FrameKind::meters;
  bool is_last = false;              // song_audio only
  std::uint32_t sequence = 0;        // per kind and connection, up by one, wraps; song_audio: the stream_id
  std::uint64_t sample_time = 0;     // place of the first frame; of meters, spectrum, scope and features: of the frame behind the newest one heard
  std::uint32_t sample_rate_hz = 0;
  std::uint32_t channels = 0;
  std::uint32_t frames = 0;
  friend bool operator==(const FrameHeader&, const FrameHeader&) = default;
};

struct Frame {
  FrameHeader header;
  std::vector<float> samples;        // interleaved
};

// The meters' values in the order of the wire: the one list. web/src/protocol/bridge_frames.ts is compared with it.
inline constexpr int kMeterValues = 32;
inline constexpr std::array<std::string_view, kMeterValues> kMeterNames = {
    "momentary_lufs", "short_term_lufs", "integrated_lufs", "true_peak_dbtp", "true_peak_max_dbtp", "peak_left_dbfs", "peak_right_dbfs",
    "gate_reduction_db", "compressor_reduction_db", "limiter_reduction_db", "processed_mix_ratio", "fault_count", "loudness_range_lu",
    "momentary_max_lufs", "short_term_max_lufs", "gate_input_dbfs", "compressor_input_dbfs", "input_peak_left_dbfs", "input_peak_right_dbfs",
    "output_peak_left_dbfs", "output_peak_right_dbfs", "load_ratio", "load_max_ratio", "xruns", "deadline_misses", "input_clips", "output_clips",
    "song_position_frames", "song_buffered_ms", "song_underruns", "recorded_s", "recorder_lost_frames",
};

// What the output sounds like over the last 4096 frames. NaN: cannot be measured (silence).
struct FeatureFrame {
  float rms_dbfs = 0.0f;             // of both channels together, sine = 0 dB
  float crest_db = 0.0f;             // sample peak over rms
  float correlation = 0.0f;          // of left and right, -1..1
  float balance_ratio = 0.0f;        // (right - left) / (right + left) of the powers, -1..1
  float side_ratio = 0.0f;           // power of the difference over power of sum and difference, 0..1
  float centroid_hz = 0.0f;
  float rolloff_hz = 0.0f;           // 85 % of the power lies below
  float flatness_ratio = 0.0f;       // 0: a tone, 1: white noise
  float low_dbfs = 0.0f;             // 20 to 250 Hz
  float mid_dbfs = 0.0f;             // 250 Hz to 4 kHz
  float high_dbfs = 0.0f;            // 4 kHz to half the rate, at most 20 kHz
};
inline constexpr int kFeatureValues = 11;
inline constexpr std::array<std::string_view, kFeatureValues> kFeatureNames = {
    "rms_dbfs", "crest_db", "correlation", "balance_ratio", "side_ratio", "centroid_hz", "rolloff_hz", "flatness_ratio",
    "low_dbfs", "mid_dbfs", "high_dbfs",
};

[[nodiscard]] std::array<float, kMeterValues> values_of(const MeterFrame& meters) noexcept;
[[nodiscard]] MeterFrame meters_of(std::span<const float, kMeterValues> values, std::uint64_t sample_time) noexcept;
[[nodiscard]] std::array<float, kFeatureValues> values_of(const FeatureFrame& features) noexcept;

// Replaces what into held. samples hold frames * channels of the header; the caller keeps to its kind's shape (asserted).
void encode(const FrameHeader& header, std::span<const float> samples, std::vector<std::byte>& into);
void encode_meters(std::uint32_t sequence, std::uint32_t sample_rate_hz, const MeterFrame& meters, std::vector<std::byte>& into);
void encode_spectrum(std::uint32_t sequence, std::uint32_t sample_rate_hz, std::uint64_t sample_time,
                     std::span<const float, kSpectrumBins> magnitudes_db, std::vector<std::byte>& into);
void encode_scope(std::uint32_t sequence, std::uint32_t sample_rate_hz, std::uint64_t sample_time,
                  std::span<const float, 2 * kScopeFrames> interleaved, std::vector<std::byte>& into);
void encode_features(std::uint32_t sequence, std::uint32_t sample_rate_hz, std::uint64_t sample_time, const FeatureFrame& features,
                     std::vector<std::byte>& into);
// kind: audio_input or audio_output; at most kMaxAudioPieceFrames frames, interleaved stereo; sample_time: place of the first one.
void encode_audio(FrameKind kind, std::uint32_t sequence, std::uint32_t sample_rate_hz, std::uint64_t sample_time, std::span<const float> interleaved,
                  std::vector<std::byte>& into);

// Any kind. Errors: bad_frame (short, unknown kind or version, a length or shape that is not the header's), too_large. Any thread.
[[nodiscard]] std::variant<Frame, ProtocolError> decode(std::span<const std::byte> bytes);

// A piece of a song, from a client: sequence of the header is its stream_id.
struct SongAudio {
  std::uint32_t stream_id = 0;
  std::uint32_t sample_rate_hz = 0;
  std::uint64_t first_frame = 0;     // of the song
  bool is_last = false;
  std::vector<float> interleaved;    // stereo, finite
};
// What a client may send. Errors: those of decode(), bad_frame for another kind, not_finite for a sample that is NaN or infinite.
[[nodiscard]] std::variant<SongAudio, ProtocolError> parse_song_audio(std::span<const std::byte> bytes);

}  // namespace ag06::bridge::protocol
