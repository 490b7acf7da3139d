#include "server/hub.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "live/meter_queue.h"
#include "protocol/messages.h"
#include "server/rows.h"

namespace ag06::bridge::server {
namespace {

using protocol::Json;
using protocol::Stream;

constexpr std::uint16_t kGoingAway = 1001;   // RFC 6455, 7.4.1
// Pictures nearer to each other than this are the same picture.
constexpr std::chrono::milliseconds kPicturePeriod{7};

[[nodiscard]] Json number_or_null(float value) { return std::isfinite(value) ? Json(static_cast<double>(value)) : Json(nullptr); }

[[nodiscard]] Json meters_json(const MeterFrame& meters) {
  const auto values = protocol::values_of(meters);
  Json json = Json::object();
  for (std::size_t i = 0; i < values.size(); ++i) json[std::string(protocol::kMeterNames[i])] = number_or_null(values[i]);
  return json;
}

[[nodiscard]] std::string_view name_of(DevicePhase phase) noexcept {
  switch (phase) {
    case DevicePhase::none: return "none";
    case DevicePhase::opening: return "opening";
    case DevicePhase::running: return "running";
    case DevicePhase::lost: return "lost";
    case DevicePhase::failed: return "failed";
  }
  return "none";
}

}  // namespace

Hub::Hub(LiveDoor& door, Access& access, Metrics& metrics, Log& log, RunSlowly run_slowly, HubOptions options)
    : door_(door), access_(access), metrics_(metrics), log_(log), run_slowly_(std::move(run_slowly)), options_(std::move(options)), song_(door, metrics), state_(door.state()),
      devices_revision_(door.devices_revision()) {
  if (!options_.now) options_.now = [] { return std::chrono::steady_clock::now(); };
}

Hub::~Hub() = default;

std::shared_ptr<Client> Hub::connect(std::string address, bool is_authorised, std::function<void()> wake) {
  auto client = std::make_shared<Client>(*this, std::move(address), is_authorised, std::move(wake));
  clients_.push_back(client);
  metrics_.client_came();
  return client;
}

void Hub::disconnect(const std::shared_ptr<Client>& client) {
  if (std::erase(clients_, client) == 0) return;
  metrics_.client_went();
  song_.client_gone(*client);
  refresh();
}

void Hub::close_all(const std::string& reason) {
  for (const auto& client : clients_) client->close(kGoingAway, reason);
}

void Hub::state_may_have_changed() {
  if (now() - refreshed_at_ >= kDeltaInterval) {
    refresh();
  } else {
    change_waits_ = true;
  }
}

void Hub::refresh() {
  change_waits_ = false;
  refreshed_at_ = now();
  StudioState newer = door_.state();
  std::string delta = protocol::write_delta(sequence_ + 1, state_, newer);
  if (!delta.empty()) {
    if (newer.device.phase != state_.device.phase || newer.device.message != state_.device.message) {
      log_.info("device", {{"phase", name_of(newer.device.phase)}, {"name", newer.device.name}, {"message", newer.device.message}});
    }
    if (!(newer.recorder == state_.recorder)) {
      log_.info("recorder", {{"recording", newer.recorder.is_recording}, {"take", newer.recorder.take_id}, {"message", newer.recorder.message}});
      takes_have_changed();
    }
    if (newer.guard != state_.guard && newer.guard == GuardPhase::loopback) log_.warning("loopback", {{"effect", "the output is limited"}});
    state_ = std::move(newer);
    ++sequence_;
    for (const auto& client : clients_) client->state_changed(delta);
    for (const auto& weak : feed_list_) {
      if (const auto feed = weak.lock()) feed->state_changed = true;
    }
  }
  song_.state_changed(state_);
  announce_moves();
  announce_takes();
  announce_devices();
}

void Hub::announce_moves() {
  const auto moves = door_.take_moves();
  if (moves.empty()) return;
  const std::string text = protocol::write_moves(rows_of(moves));
  for (const auto& client : clients_) {
    if (client->wants(Stream::moves)) client->send(text);
  }
}

void Hub::announce_later(std::function<std::string()> write) {
  auto text = std::make_shared<std::string>();
  run_slowly_(
      [this, write = std::move(write), text] {
        try {
          *text = write();
        } catch (const std::exception& error) {
          log_.error("list_unreadable", {{"why", error.what()}});
        }
      },
      [this, text] {
        if (text->empty()) return;
        for (const auto& client : clients_) client->state_changed(*text);
      });
}

void Hub::announce_takes() {
  if (!takes_changed_.exchange(false, std::memory_order_acq_rel) || clients_.empty()) return;
  announce_later([this] { return protocol::write_takes(rows_of(door_.takes())); });
}

void Hub::announce_devices() {
  const std::uint64_t revision = door_.devices_revision();
  if (revision == devices_revision_) return;
  devices_revision_ = revision;
  if (!clients_.empty()) announce_later([this] { return protocol::write_devices(rows_of(door_.devices())); });
}

void Hub::read_meters() {
  MeterFrame meters;
  if (!door_.read_meters(meters)) return;
  latest_meters_ = meters;
  for (const auto& client : clients_) client->meters_read(meters);
  for (const auto& weak : feed_list_) {
    const auto feed = weak.lock();
    if (!feed) continue;
    if (feed->meters) {
      include_later(*feed->meters, meters);
    } else {
      feed->meters = meters;
    }
  }
}

void Hub::read_audio(Tap tap, Stream stream, TapCursor& cursor, bool& was_read) {
  const auto wants = [&](const auto& client) { return client->wants(stream); };
  if (std::none_of(clients_.begin(), clients_.end(), wants)) {
    was_read = false;
    return;
  }
  if (!was_read) cursor = door_.tap_now(tap);
  was_read = true;
  // Pieces of about 10 ms: fewer messages, at a delay that no ear minds in a recording.
  const std::uint64_t worth_frames = std::min<std::uint64_t>(kPieceFrames, std::max(1u, device_rate_hz() / 100));
  std::array<float, 2 * kPieceFrames> samples;
  std::vector<std::byte> frame;
  while (door_.tap_now(tap).next_frame >= cursor.next_frame + worth_frames) {
    const TapRead read = door_.read_tap(tap, cursor, samples);
    if (read.lost_frames > 0) {
      for (const auto& client : clients_) {
        if (wants(client)) client->audio_lost(stream, (read.lost_frames + kPieceFrames - 1) / kPieceFrames);
      }
    }
    if (read.frames == 0) break;
    const auto kind = tap == Tap::input ? protocol::FrameKind::audio_input : protocol::FrameKind::audio_output;
    protocol::encode_audio(kind, 0, device_rate_hz(), read.first_frame, std::span<const float>(samples).first(2 * static_cast<std::size_t>(read.frames)), frame);
    for (const auto& client : clients_) {
      if (wants(client)) client->audio_read(stream, frame);
    }
  }
}

std::shared_ptr<const std::vector<std::byte>> Hub::picture(Stream stream) {
  Picture& picture = pictures_[static_cast<std::size_t>(stream)];
  const Time at = now();
  if (picture.frame && at - picture.made_at < kPicturePeriod) return picture.frame;
  if (at - looked_at_ >= kPicturePeriod) {
    looked_at_ = at;
    analyser_.look(door_);
  }
  if (picture.frame && picture.end == analyser_.sample_time()) return picture.frame;
  if (analyser_.sample_time() == 0) return nullptr;
  const double elapsed_s = std::chrono::duration<double>(at - picture.made_at).count();
  picture.made_at = at;
  picture.end = analyser_.sample_time();
  auto frame = std::make_shared<std::vector<std::byte>>();
  switch (stream) {
    case Stream::spectrum: protocol::encode_spectrum(0, device_rate_hz(), picture.end, analyser_.spectrum(elapsed_s), *frame); break;
    case Stream::scope: protocol::encode_scope(0, device_rate_hz(), picture.end, analyser_.waves(), *frame); break;
    case Stream::features: protocol::encode_features(0, device_rate_hz(), picture.end, analyser_.features(state_.device.sample_rate_hz), *frame); break;
    default: return nullptr;
  }
  picture.frame = std::move(frame);
  return picture.frame;
}

void Hub::tick() {
  const Time at = now();
  if (change_waits_ && at - refreshed_at_ >= kDeltaInterval) refresh();
  read_meters();
  read_audio(Tap::input, Stream::audio_input, input_cursor_, reads_input_);
  read_audio(Tap::output, Stream::audio_output, output_cursor_, reads_output_);
  song_.tick();
  if (takes_changed_.load(std::memory_order_acquire)) announce_takes();
  // A client may ask to be closed meanwhile, but none is taken from the list here.
  for (const auto& client : clients_) client->tick(at);
}

EventFeed Hub::make_feed() {
  auto feed = std::shared_ptr<Feed>(new Feed, [this](Feed* gone) {
    --feeds_;
    std::erase_if(feed_list_, [](const auto& weak) { return weak.expired(); });
    delete gone;
  });
  ++feeds_;
  feed_list_.push_back(feed);
  return [this, feed] {
    std::string events;
    if (feed->state_changed) {
      feed->state_changed = false;
      events += "event: state\nid: " + std::to_string(sequence_) + "\ndata: " + protocol::text_of(protocol::state_json(state_)) + "\n\n";
    }
    if (feed->meters) {
      events += "event: meters\ndata: " + meters_json(*feed->meters).dump() + "\n\n";
      feed->meters.reset();
    }
    return events;
  };
}

std::string Hub::status_text() const {
  Json json = {{"protocol", protocol::kProtocolVersion}, {"version", options_.program_version}, {"seq", sequence_}, {"state", protocol::state_json(state_)}};
  json["meters"] = state_.device.phase == DevicePhase::running ? meters_json(latest_meters_) : Json(nullptr);
  json["clients"] = metrics_.ws_clients();
  return protocol::text_of(json) + "\n";
}

}  // namespace ag06::bridge::server
