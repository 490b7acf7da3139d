#include "protocol/frames.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

namespace ag06::bridge::protocol {
namespace {

static_assert(sizeof(float) == 4 && std::numeric_limits<float>::is_iec559);

template <class Unsigned>
void put(std::byte* at, Unsigned value) {
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) at[i] = static_cast<std::byte>(value >> (8 * i) & 0xFF);
}

template <class Unsigned>
Unsigned take(const std::byte* at) {
  Unsigned value = 0;
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) value = static_cast<Unsigned>(value | static_cast<Unsigned>(at[i]) << (8 * i));
  return value;
}

float take_float(const std::byte* at) {
  const auto bits = take<std::uint32_t>(at);
  float value = 0.0f;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// What a kind's frames must look like.
struct Shape {
  std::uint32_t channels;
  std::uint32_t min_frames;
  std::uint32_t max_frames;
};

const Shape* shape_of(int kind) {
  static constexpr Shape kMeters{kMeterValues, 1, 1};
  static constexpr Shape kSpectrum{1, kSpectrumBins, kSpectrumBins};
  static constexpr Shape kScope{2, kScopeFrames, kScopeFrames};
  static constexpr Shape kFeatures{kFeatureValues, 1, 1};
  static constexpr Shape kAudio{2, 1, kMaxAudioPieceFrames};
  static constexpr Shape kSong{2, 0, static_cast<std::uint32_t>((kMaxFrameBytes - kFrameHeaderBytes) / (2 * sizeof(float)))};
  switch (static_cast<FrameKind>(kind)) {
    case FrameKind::meters: return &kMeters;
    case FrameKind::spectrum: return &kSpectrum;
    case FrameKind::scope: return &kScope;
    case FrameKind::features: return &kFeatures;
    case FrameKind::audio_input:
    case FrameKind::audio_output: return &kAudio;
    case FrameKind::song_audio: return &kSong;
  }
  return nullptr;
}

// A MeterFrame in the order of kMeterNames: monitor, these pairs, these values.
constexpr float (MeterFrame::*kMeterPairs[])[2] = {&MeterFrame::input_peak_dbfs, &MeterFrame::output_peak_dbfs};
constexpr float MeterFrame::*kMeterSingles[] = {
    &MeterFrame::load_ratio,    &MeterFrame::load_max_ratio, &MeterFrame::xruns,
    &MeterFrame::deadline_misses, &MeterFrame::input_clips,  &MeterFrame::output_clips,
    &MeterFrame::song_position_frames, &MeterFrame::song_buffered_ms, &MeterFrame::song_underruns,
    &MeterFrame::recorded_s,    &MeterFrame::recorder_lost_frames,
};
static_assert(std::size(MeterFrame{}.monitor) + 2 * std::size(kMeterPairs) + std::size(kMeterSingles) == kMeterValues);

ProtocolError bad(const std::string& what) { return {ErrorCode::bad_frame, "binary frame: " + what, {}}; }

}  // namespace

std::array<float, kMeterValues> values_of(const MeterFrame& m) noexcept {
  std::array<float, kMeterValues> out{};
  float* to = std::copy(std::begin(m.monitor), std::end(m.monitor), out.begin());
  for (const auto pair : kMeterPairs) to = std::copy(std::begin(m.*pair), std::end(m.*pair), to);
  for (const auto value : kMeterSingles) *to++ = m.*value;
  return out;
}

MeterFrame meters_of(std::span<const float, kMeterValues> values, std::uint64_t sample_time) noexcept {
  MeterFrame m;
  m.sample_time = sample_time;
  const float* from = values.data();
  for (float& value : m.monitor) value = *from++;
  for (const auto pair : kMeterPairs)
    for (float& value : m.*pair) value = *from++;
  for (const auto value : kMeterSingles) m.*value = *from++;
  return m;
}

std::array<float, kFeatureValues> values_of(const FeatureFrame& f) noexcept {
  return {f.rms_dbfs,   f.crest_db,       f.correlation, f.balance_ratio, f.side_ratio, f.centroid_hz,
          f.rolloff_hz, f.flatness_ratio, f.low_dbfs,    f.mid_dbfs,      f.high_dbfs};
}

void encode(const FrameHeader& header, std::span<const float> samples, std::vector<std::byte>& into) {
  assert(samples.size() == std::size_t{header.channels} * header.frames);
  into.resize(kFrameHeaderBytes + samples.size() * sizeof(float));
  std::byte* const at = into.data();
  put(at, static_cast<std::uint8_t>(header.kind));
  put(at + 1, static_cast<std::uint8_t>(kFrameVersion));
  put(at + 2, static_cast<std::uint16_t>(header.channels | (header.is_last ? kLastPieceBit : 0u)));
  put(at + 4, header.sequence);
  put(at + 8, header.frames);
  put(at + 12, header.sample_rate_hz);
  put(at + 16, header.sample_time);
  std::byte* to = at + kFrameHeaderBytes;
  for (const float sample : samples) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &sample, sizeof bits);
    put(to, bits);
    to += sizeof(float);
  }
}

void encode_meters(std::uint32_t sequence, std::uint32_t sample_rate_hz, const MeterFrame& meters, std::vector<std::byte>& into) {
  encode({FrameKind::meters, false, sequence, meters.sample_time, sample_rate_hz, kMeterValues, 1}, values_of(meters), into);
}

void encode_spectrum(std::uint32_t sequence, std::uint32_t sample_rate_hz, std::uint64_t sample_time,
                     std::span<const float, kSpectrumBins> magnitudes_db, std::vector<std::byte>& into) {
  encode({FrameKind::spectrum, false, sequence, sample_time, sample_rate_hz, 1, kSpectrumBins}, magnitudes_db, into);
}

void encode_scope(std::uint32_t sequence, std::uint32_t sample_rate_hz, std::uint64_t sample_time,
                  std::span<const float, 2 * kScopeFrames> interleaved, std::vector<std::byte>& into) {
  encode({FrameKind::scope, false, sequence, sample_time, sample_rate_hz, 2, kScopeFrames}, interleaved, into);
}

void encode_features(std::uint32_t sequence, std::uint32_t sample_rate_hz, std::uint64_t sample_time, const FeatureFrame& features,
                     std::vector<std::byte>& into) {
  encode({FrameKind::features, false, sequence, sample_time, sample_rate_hz, kFeatureValues, 1}, values_of(features), into);
}

void encode_audio(FrameKind kind, std::uint32_t sequence, std::uint32_t sample_rate_hz, std::uint64_t sample_time, std::span<const float> interleaved,
                  std::vector<std::byte>& into) {
  assert(interleaved.size() <= 2 * kMaxAudioPieceFrames);
  encode({kind, false, sequence, sample_time, sample_rate_hz, 2, static_cast<std::uint32_t>(interleaved.size() / 2)}, interleaved, into);
}

std::variant<Frame, ProtocolError> decode(std::span<const std::byte> bytes) {
  const std::string size = std::to_string(bytes.size());
  if (bytes.size() > kMaxFrameBytes)
    return ProtocolError{ErrorCode::too_large, "binary frame: it has " + size + " bytes; at most " + std::to_string(kMaxFrameBytes) + " may be", {}};
  if (bytes.size() < kFrameHeaderBytes) return bad("it has " + size + " bytes, fewer than a header's " + std::to_string(kFrameHeaderBytes));
  const std::byte* const at = bytes.data();
  const int kind = take<std::uint8_t>(at);
  const int version = take<std::uint8_t>(at + 1);
  const Shape* const shape = shape_of(kind);
  if (shape == nullptr) return bad("there is no kind " + std::to_string(kind));
  if (version != kFrameVersion) return bad("its version is " + std::to_string(version) + ", not " + std::to_string(kFrameVersion));
  const auto channels = take<std::uint16_t>(at + 2);
  Frame out;
  out.header.kind = static_cast<FrameKind>(kind);
  out.header.is_last = out.header.kind == FrameKind::song_audio && (channels & kLastPieceBit) != 0;
  out.header.channels = out.header.is_last ? channels & ~static_cast<std::uint32_t>(kLastPieceBit) : channels;
  out.header.sequence = take<std::uint32_t>(at + 4);
  out.header.frames = take<std::uint32_t>(at + 8);
  out.header.sample_rate_hz = take<std::uint32_t>(at + 12);
  out.header.sample_time = take<std::uint64_t>(at + 16);
  if (out.header.channels != shape->channels)
    return bad("kind " + std::to_string(kind) + " has " + std::to_string(shape->channels) + " channels, not " + std::to_string(out.header.channels));
  if (out.header.frames < shape->min_frames || out.header.frames > shape->max_frames)
    return bad("kind " + std::to_string(kind) + " cannot have " + std::to_string(out.header.frames) + " frames");
  if (out.header.frames == 0 && !out.header.is_last) return bad("it holds no frames and is not the last piece");
  const std::uint64_t samples = std::uint64_t{out.header.channels} * out.header.frames;
  if (bytes.size() != kFrameHeaderBytes + samples * sizeof(float))
    return bad("its header speaks of " + std::to_string(samples) + " samples, its length is " + size + " bytes");
  out.samples.resize(static_cast<std::size_t>(samples));
  const std::byte* from = at + kFrameHeaderBytes;
  for (float& sample : out.samples) {
    sample = take_float(from);
    from += sizeof(float);
  }
  return out;
}

std::variant<SongAudio, ProtocolError> parse_song_audio(std::span<const std::byte> bytes) {
  std::variant<Frame, ProtocolError> read = decode(bytes);
  if (auto* const error = std::get_if<ProtocolError>(&read)) return std::move(*error);
  Frame& frame = std::get<Frame>(read);
  const FrameHeader& header = frame.header;
  if (header.kind != FrameKind::song_audio)
    return bad("kind " + std::to_string(static_cast<int>(header.kind)) + " is sent by the bridge, not by clients");
  if (header.sample_rate_hz < kMinSongRateHz || header.sample_rate_hz > kMaxSongRateHz)
    return bad("a sample rate of " + std::to_string(header.sample_rate_hz) + " Hz is outside 8000 to 192000 Hz");
  if (header.sample_time > kMaxSongFrame - header.frames) return bad("its first frame lies beyond any song");
  for (std::size_t i = 0; i < frame.samples.size(); ++i)
    if (!std::isfinite(frame.samples[i]))
      return ProtocolError{ErrorCode::not_finite, "binary frame: sample " + std::to_string(i) + " is no finite number", {}};
  return SongAudio{header.sequence, header.sample_rate_hz, header.sample_time, header.is_last, std::move(frame.samples)};
}

}  // namespace ag06::bridge::protocol
