// How much of anything a stranger may ask of the server, and for how long. Named once; tests shorten the times.
#pragma once

#include <chrono>
#include <cstddef>

namespace ag06::bridge::server {

inline constexpr std::size_t kMaxHeaderBytes = 8 * 1024;
inline constexpr std::size_t kMaxBodyBytes = 64 * 1024;
inline constexpr std::size_t kMaxMessageBytes = 1024 * 1024;   // one WebSocket message
inline constexpr std::size_t kMaxConnections = 128;

// What waits for one WebSocket client at most. Beyond it control traffic closes the client; audio loses its oldest pieces.
inline constexpr std::size_t kMaxControlMessages = 1024;
inline constexpr std::size_t kMaxControlBytes = 2 * 1024 * 1024;
inline constexpr std::size_t kMaxAudioPieces = 64;             // of at most kPieceFrames
inline constexpr int kPieceFrames = 512;
// A client that does not read its answers is not asked for more: reading pauses while this many wait.
inline constexpr std::size_t kPauseReadingMessages = 256;
// Requests of one client that may be waiting for the disk or for a look at the devices.
inline constexpr int kMaxSlowRequests = 8;

// Control messages of one client; eight such clients may send more than 10 000 a second in all.
inline constexpr double kControlRatePerS = 4000.0;
inline constexpr double kControlBurst = 8000.0;

// Failed attempts with a token or pairing code, per address: so many at once, then one each interval.
inline constexpr int kFailedAttemptsBurst = 10;
inline constexpr std::chrono::milliseconds kFailedAttemptsInterval{6000};
inline constexpr std::size_t kMaxTrackedAddresses = 1024;

// How far the song of a client may be ahead of what is heard.
inline constexpr double kSongAheadS = 1.5;

struct Timeouts {
  std::chrono::milliseconds header{10000};       // a request's header, and its body
  std::chrono::milliseconds keep_alive{60000};   // between requests
  std::chrono::milliseconds write{15000};        // one write to a socket: longer means that nobody reads
  std::chrono::milliseconds handshake{5000};     // TLS and WebSocket
  std::chrono::milliseconds idle{30000};         // WebSocket without a sign of life; pinged at half of it
  std::chrono::milliseconds hello{2000};         // from the upgrade to a hello that may stay
};

}  // namespace ag06::bridge::server
