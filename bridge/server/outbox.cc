#include "server/outbox.h"

#include "live/meter_queue.h"
#include "protocol/messages.h"

namespace ag06::bridge::server {
namespace {

using protocol::Stream;

constexpr std::size_t kSequenceOffset = 4;   // protocol/frames.h

void set_sequence(std::vector<std::byte>& frame, std::uint32_t sequence) {
  for (std::size_t i = 0; i < 4; ++i) frame[kSequenceOffset + i] = static_cast<std::byte>(sequence >> (8 * i) & 0xffu);
}

[[nodiscard]] OutMessage text_message(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {true, {bytes.begin(), bytes.end()}};
}

constexpr std::array<Stream, 3> kPictures = {Stream::features, Stream::spectrum, Stream::scope};

[[nodiscard]] std::size_t at(Stream stream) noexcept { return static_cast<std::size_t>(stream); }

}  // namespace

Outbox::Audio& Outbox::audio_of(Stream stream) noexcept { return audio_[stream == Stream::audio_output ? 1 : 0]; }

bool Outbox::put_control(std::string text) {
  if (control_.size() >= kMaxControlMessages || control_bytes_ + text.size() > kMaxControlBytes) return false;
  control_bytes_ += text.size();
  control_.push_back(std::move(text));
  return true;
}

void Outbox::put_meters(const MeterFrame& meters, std::uint32_t sample_rate_hz) {
  if (meters_) {
    metrics_.count_dropped(name_of(Stream::meters), 1);
    include_later(*meters_, meters);
  } else {
    meters_ = meters;
  }
  meters_rate_hz_ = sample_rate_hz;
}

void Outbox::put_picture(Stream stream, std::shared_ptr<const std::vector<std::byte>> frame) {
  auto& slot = pictures_[at(stream)];
  if (slot) metrics_.count_dropped(name_of(stream), 1);
  slot = std::move(frame);
}

void Outbox::put_audio(Stream stream, const std::vector<std::byte>& frame) {
  Audio& audio = audio_of(stream);
  if (audio.pieces.size() >= kMaxAudioPieces) {
    audio.pieces.pop_front();
    ++audio.lost;
    metrics_.count_dropped(name_of(stream), 1);
  }
  audio.pieces.push_back(frame);
  set_sequence(audio.pieces.back(), audio.sequence++);
}

void Outbox::note_lost_audio(Stream stream, std::uint64_t pieces) {
  Audio& audio = audio_of(stream);
  audio.lost += pieces;
  audio.sequence += static_cast<std::uint32_t>(pieces);
  metrics_.count_dropped(name_of(stream), pieces);
}

void Outbox::forget(Stream stream) {
  if (stream == Stream::meters) meters_.reset();
  if (stream == Stream::audio_input || stream == Stream::audio_output) {
    audio_of(stream).pieces.clear();
    audio_of(stream).lost = 0;
  }
  pictures_[at(stream)].reset();
}

void Outbox::clear() {
  control_.clear();
  control_bytes_ = 0;
  for (int i = 0; i < protocol::kStreamCount; ++i) forget(static_cast<Stream>(i));
}

bool Outbox::is_empty() const noexcept {
  if (!control_.empty() || meters_) return false;
  for (const Audio& audio : audio_) {
    if (!audio.pieces.empty() || audio.lost > 0) return false;
  }
  for (const Stream picture : kPictures) {
    if (pictures_[at(picture)]) return false;
  }
  return true;
}

std::optional<OutMessage> Outbox::take_audio(Stream stream) {
  Audio& audio = audio_of(stream);
  if (audio.lost > 0) {
    OutMessage notice = text_message(protocol::write_lagging(stream, audio.lost));
    audio.lost = 0;
    return notice;
  }
  if (audio.pieces.empty()) return std::nullopt;
  OutMessage piece{false, std::move(audio.pieces.front())};
  audio.pieces.pop_front();
  return piece;
}

std::optional<OutMessage> Outbox::take() {
  if (!control_.empty()) {
    OutMessage message = text_message(control_.front());
    control_bytes_ -= control_.front().size();
    control_.pop_front();
    return message;
  }
  output_first_ = !output_first_;
  for (const bool output : {output_first_, !output_first_}) {
    if (auto message = take_audio(output ? Stream::audio_output : Stream::audio_input)) return message;
  }
  if (meters_) {
    OutMessage message{false, {}};
    protocol::encode_meters(sequences_[at(Stream::meters)]++, meters_rate_hz_, *meters_, message.bytes);
    meters_.reset();
    return message;
  }
  for (const Stream picture : kPictures) {
    auto& slot = pictures_[at(picture)];
    if (!slot) continue;
    OutMessage message{false, *slot};
    slot.reset();
    set_sequence(message.bytes, sequences_[at(picture)]++);
    return message;
  }
  return std::nullopt;
}

}  // namespace ag06::bridge::server
