#include "server/song_desk.h"

#include <algorithm>

#include "server/client.h"
#include "server/limits.h"

namespace ag06::bridge::server {
namespace {

using protocol::ErrorCode;
using protocol::ProtocolError;
using protocol::SongEnd;

// A grant smaller than this part of what may wait is not worth a message.
constexpr std::uint64_t kSmallestGrantPart = 16;

}  // namespace

void SongDesk::need_owner(const Client& who) const {
  if (!song_) throw LiveError("not_playing", "no song is there to be paused, resumed or stopped");
  if (song_->owner != &who) throw LiveError("not_owner", "another client's song plays");
}

std::uint32_t SongDesk::start(Client& owner, double sample_rate_hz, std::uint64_t first_frame) {
  const std::uint32_t stream_id = door_.start_song(sample_rate_hz, first_frame);
  if (song_ && song_->owner != &owner) end(SongEnd::replaced);
  Song song;
  song.owner = &owner;
  song.stream_id = stream_id;
  song.sample_rate_hz = sample_rate_hz;
  song.device_rate_hz = door_.state().device.sample_rate_hz;
  song.next_frame = first_frame;
  song_ = std::move(song);
  return stream_id;
}

void SongDesk::pause(const Client& who, bool paused) {
  need_owner(who);
  door_.pause_song(paused);
  song_->is_paused = paused;
  song_->was_playing = false;   // until the state says so again
}

void SongDesk::stop(const Client& who) {
  need_owner(who);
  door_.stop_song();
  end(SongEnd::stopped);
}

std::optional<ProtocolError> SongDesk::push(const Client& who, const protocol::SongAudio& piece) {
  if (!song_ || song_->owner != &who || piece.stream_id != song_->stream_id) {
    metrics_.count_dropped("song_audio", 1);
    return std::nullopt;
  }
  Song& song = *song_;
  const std::uint64_t frames = piece.interleaved.size() / 2;
  const auto refuse = [](ErrorCode code, std::string why) { return ProtocolError{code, "song audio: " + std::move(why), {}}; };
  if (song.is_last) return refuse(ErrorCode::bad_frame, "the last piece was sent already");
  if (static_cast<double>(piece.sample_rate_hz) != song.sample_rate_hz) {
    return refuse(ErrorCode::bad_frame, "its rate is " + std::to_string(piece.sample_rate_hz) + " Hz, not that which the song was started with");
  }
  if (piece.first_frame != song.next_frame) {
    return refuse(ErrorCode::bad_frame, "frame " + std::to_string(song.next_frame) + " comes next, not " + std::to_string(piece.first_frame));
  }
  if (frames > song.granted_frames) {
    return refuse(ErrorCode::bad_frame, "it holds " + std::to_string(frames) + " frames, but only " + std::to_string(song.granted_frames) + " were granted");
  }
  song.granted_frames -= frames;
  song.next_frame += frames;
  song.is_last = piece.is_last;
  song.waiting.insert(song.waiting.end(), piece.interleaved.begin(), piece.interleaved.end());
  metrics_.count_song_frames(frames);
  hand_on();
  return std::nullopt;
}

void SongDesk::hand_on() {
  Song& song = *song_;
  if (song.last_was_handed_on) return;
  const std::size_t waits = song.waiting.size() / 2, frames = std::min(waits, door_.song_room_frames());
  const bool is_last = song.is_last && frames == waits;
  if (frames == 0 && !is_last) return;
  const std::size_t taken = std::min(frames, door_.push_song(song.stream_id, std::span(song.waiting).first(2 * frames), is_last));
  song.waiting.erase(song.waiting.begin(), song.waiting.begin() + static_cast<std::ptrdiff_t>(2 * taken));
  song.last_was_handed_on = is_last && taken == waits;
}

void SongDesk::tick() {
  if (!song_) return;
  Song& song = *song_;
  hand_on();
  if (song.is_last) return;
  const std::size_t room = door_.song_room_frames();
  song.capacity_frames = std::max(song.capacity_frames, room);
  const auto ahead_limit = std::min<std::uint64_t>(static_cast<std::uint64_t>(kSongAheadS * song.sample_rate_hz), song.capacity_frames);
  const std::uint64_t ahead = song.capacity_frames - room + song.waiting.size() / 2 + song.granted_frames;
  if (ahead >= ahead_limit) return;
  const std::uint64_t grant = ahead_limit - ahead;
  if (grant < std::max<std::uint64_t>(1, ahead_limit / kSmallestGrantPart)) return;
  song.granted_frames += grant;
  song.owner->send(protocol::write_credit(song.stream_id, grant));
}

void SongDesk::client_gone(const Client& who) {
  if (!song_ || song_->owner != &who) return;
  song_.reset();
  door_.stop_song();
}

void SongDesk::state_changed(const StudioState& state) {
  if (!song_ || state.transport.stream_id != song_->stream_id) return;
  Song& song = *song_;
  if (state.transport.is_playing) {
    song.was_playing = true;
    return;
  }
  if (!song.was_playing || song.is_paused) return;
  const bool runs = state.device.phase == DevicePhase::running;
  const bool same_rate = state.device.sample_rate_hz == song.device_rate_hz;
  end(!runs ? SongEnd::device_lost : !same_rate ? SongEnd::rate_changed : song.is_last ? SongEnd::finished : SongEnd::stopped);
}

void SongDesk::end(SongEnd reason) {
  Client& owner = *song_->owner;
  const std::uint32_t stream_id = song_->stream_id;
  song_.reset();
  owner.send(protocol::write_song_ended(stream_id, reason));
}

}  // namespace ag06::bridge::server
