// Whose song plays: one client at a time sends audio, as far as it was granted, and only its pieces reach the live side. Not for the audio itself (live/song_feed.h).
// One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "live/live_door.h"
#include "protocol/frames.h"
#include "protocol/messages.h"
#include "server/metrics.h"

namespace ag06::bridge::server {

class Client;

// Guarantee: pieces reach the live side in order and without gaps, or not at all; at most kSongAheadS of the song wait in the bridge.
class SongDesk {
 public:
  SongDesk(LiveDoor& door, Metrics& metrics) : door_(door), metrics_(metrics) {}

  // Throw LiveError as the door does, and not_playing, not_owner.
  std::uint32_t start(Client& owner, double sample_rate_hz, std::uint64_t first_frame);
  void pause(const Client& who, bool paused);
  void stop(const Client& who);
  // nullopt: taken, or of a stream that has ended, which is no mistake: the client could not know yet.
  [[nodiscard]] std::optional<protocol::ProtocolError> push(const Client& who, const protocol::SongAudio& piece);
  // The song of a client that went away fades out.
  void client_gone(const Client& who);
  // Looks whether the song has ended by itself.
  void state_changed(const StudioState& state);
  // Hands on what waited and grants more. Often enough: every 20 ms.
  void tick();

 private:
  struct Song {
    Client* owner = nullptr;
    std::uint32_t stream_id = 0;
    double sample_rate_hz = 0.0;
    double device_rate_hz = 0.0;
    std::uint64_t next_frame = 0;          // of the song, that the client has to send
    std::uint64_t granted_frames = 0;      // and not yet sent
    std::size_t capacity_frames = 0;       // the largest room seen
    std::vector<float> waiting;            // taken from the client, not yet by the live side
    bool is_last = false;                  // the client sends no more
    bool last_was_handed_on = false;
    bool was_playing = false;
    bool is_paused = false;
  };
  void hand_on();
  void end(protocol::SongEnd reason);
  void need_owner(const Client& who) const;

  LiveDoor& door_;
  Metrics& metrics_;
  std::optional<Song> song_;
};

}  // namespace ag06::bridge::server
