#include "server/client.h"

#include <algorithm>

#include "live/meter_queue.h"
#include "server/hub.h"
#include "server/rows.h"

namespace ag06::bridge::server {
namespace {

using protocol::ErrorCode;
using protocol::ProtocolError;
using protocol::RequestId;
using protocol::Stream;

constexpr std::uint16_t kPolicyViolation = 1008, kTryAgainLater = 1013;   // RFC 6455, 7.4.1, and the IANA registry of close codes
// A client whose credentials came with the upgrade has nothing to prove, only to begin.
constexpr std::chrono::milliseconds kKnownClientHelloTimeout{15000};

constexpr std::array<Stream, 3> kPictures = {Stream::spectrum, Stream::scope, Stream::features};

[[nodiscard]] std::string error_text(const LiveError& error, const RequestId& id) {
  return protocol::write_error(protocol::error_code_named(error.code).value_or(ErrorCode::internal), error.what(), id);
}

}  // namespace

Client::Client(Hub& hub, std::string address, bool is_authorised, std::function<void()> wake)
    : hub_(hub), address_(std::move(address)), is_authorised_(is_authorised), wake_(std::move(wake)), outbox_(hub.metrics()) {
  const Time now = hub.now();
  hello_by_ = now + (is_authorised ? std::max(kKnownClientHelloTimeout, hub.options().hello_timeout) : hub.options().hello_timeout);
  next_due_ = allowance_at_ = now;
}

void Client::send(std::string text) {
  if (closing_) return;
  if (!outbox_.put_control(std::move(text))) {
    hub_.metrics().count_refusal("slow_client");
    close(kTryAgainLater, "reads too slowly", true);
  }
  wake_();
}

void Client::close(std::uint16_t code, std::string reason, bool at_once) {
  if (closing_ && !at_once) return;
  closing_ = CloseReason{code, std::move(reason), at_once};
  for (int i = 0; i < protocol::kStreamCount; ++i) outbox_.forget(static_cast<Stream>(i));
  if (at_once) outbox_.clear();
  subscribed_ = {};
  wake_();
}

std::optional<OutMessage> Client::take() {
  auto message = outbox_.take();
  if (message) hub_.metrics().count_message_out(message->bytes.size());
  return message;
}

void Client::refuse(const ProtocolError& error) {
  hub_.metrics().count_refusal(protocol::name_of(error.code));
  send(protocol::write_error(error));
}

bool Client::spend_message(Time now) {
  const double elapsed_s = std::chrono::duration<double>(now - allowance_at_).count();
  allowance_at_ = now;
  message_allowance_ = std::min(kControlBurst, message_allowance_ + elapsed_s * kControlRatePerS);
  if (message_allowance_ < 1.0) return false;
  message_allowance_ -= 1.0;
  return true;
}

void Client::receive_text(std::string_view text) {
  if (closing_) return;
  hub_.metrics().count_message_in(text.size());
  const bool may_speak = spend_message(hub_.now());
  auto parsed = protocol::parse(text);
  if (auto* const error = std::get_if<ProtocolError>(&parsed)) {
    refuse(*error);
    if (!is_ready_) close(kPolicyViolation, "the first message must be a valid hello");
    return;
  }
  auto& message = std::get<protocol::ClientMessage>(parsed);
  const bool is_hello = std::holds_alternative<protocol::Hello>(message.body);
  if (is_ready_ == is_hello) {
    refuse({ErrorCode::hello_expected, is_hello ? "hello was said already" : "the first message must be hello", message.id});
    if (!is_ready_) close(kPolicyViolation, "the first message must be hello");
    return;
  }
  if (!may_speak) return refuse({ErrorCode::rate_limited, "too many messages: at most " + std::to_string(static_cast<int>(kControlRatePerS)) + " a second", message.id});
  handle(message);
}

void Client::receive_binary(std::span<const std::byte> bytes) {
  if (closing_) return;
  hub_.metrics().count_message_in(bytes.size());
  if (!is_ready_) {
    refuse({ErrorCode::hello_expected, "the first message must be hello", {}});
    return close(kPolicyViolation, "the first message must be hello");
  }
  if (!spend_message(hub_.now())) return refuse({ErrorCode::rate_limited, "too many messages", {}});
  auto parsed = protocol::parse_song_audio(bytes);
  if (auto* const error = std::get_if<ProtocolError>(&parsed)) return refuse(*error);
  if (const auto error = hub_.song().push(*this, std::get<protocol::SongAudio>(parsed))) refuse(*error);
}

// One call per kind of request; what it returns is the answer, empty when the answer comes later.
struct Client::Handler {
  Client& client;
  const RequestId& id;
  Hub& hub = client.hub_;
  LiveDoor& door = hub.door();

  std::string operator()(const protocol::Hello& hello) const {
    client.say_hello(hello, id);
    return {};
  }
  std::string operator()(const protocol::SetParams& request) const { return done([&] { door.set_params(request.values); }); }
  std::string operator()(const protocol::SetMode& request) const { return done([&] { door.set_mode(request.mode); }); }
  std::string operator()(const protocol::SetWet& request) const { return done([&] { door.set_wet(request.wet_ratio); }); }
  std::string operator()(const protocol::SetMonitor& request) const {
    return done([&] { door.set_match_gains(request.original_gain_db, request.processed_gain_db); });
  }
  std::string operator()(const protocol::ListDevices&) const {
    return later([&hub_door = door, request_id = id] { return protocol::write_ok_devices(request_id, rows_of(hub_door.devices())); });
  }
  std::string operator()(const protocol::OpenDevice& request) const {
    std::optional<StreamRequest> wanted;
    if (request.device_id || request.sample_rate_hz || request.block_frames) {
      wanted = StreamRequest{request.device_id.value_or(""), request.sample_rate_hz.value_or(hub.options().default_sample_rate_hz),
                             request.block_frames.value_or(hub.options().default_block_frames)};
    }
    return done([&] { door.open_device(wanted); });
  }
  std::string operator()(const protocol::CloseDevice&) const { return done([&] { door.close_device(); }); }
  std::string operator()(const protocol::Calibrate&) const { return done([&] { door.calibrate(); }); }
  std::string operator()(const protocol::ResetMeters&) const { return done([&] { door.reset_meters(); }); }
  std::string operator()(const protocol::SetSource& request) const { return done([&] { door.set_source(request.source); }); }
  std::string operator()(const protocol::StartSong& request) const {
    const std::uint32_t stream_id = hub.song().start(client, request.sample_rate_hz, request.first_frame);
    hub.refresh();
    return protocol::write_ok_stream(id, stream_id);
  }
  std::string operator()(const protocol::PauseSong& request) const { return done([&] { hub.song().pause(client, request.paused); }); }
  std::string operator()(const protocol::StopSong&) const { return done([&] { hub.song().stop(client); }); }
  std::string operator()(const protocol::StartRecording& request) const {
    return later([&hub_door = door, request_id = id, wanted = RecordRequest{request.input, request.processed, request.format}] {
      hub_door.start_recording(wanted);
      return protocol::write_ok_take(request_id, hub_door.state().recorder.take_id);
    });
  }
  std::string operator()(const protocol::StopRecording&) const {
    return later([&hub_door = door, request_id = id] {
      const std::string take_id = hub_door.state().recorder.take_id;
      hub_door.stop_recording();
      return protocol::write_ok_take(request_id, take_id);
    });
  }
  std::string operator()(const protocol::ListTakes&) const {
    return later([&hub_door = door, request_id = id] { return protocol::write_ok_takes(request_id, rows_of(hub_door.takes())); });
  }
  std::string operator()(const protocol::RemoveTake& request) const {
    return later([&the_hub = hub, &hub_door = door, request_id = id, take_id = request.take_id] {
      hub_door.remove_take(take_id);
      the_hub.takes_have_changed();
      return protocol::write_ok(request_id);
    });
  }
  std::string operator()(const protocol::Subscribe& request) const { return done([&] { client.subscribe(request); }); }
  std::string operator()(const protocol::Ping&) const { return protocol::write_ok(id); }

 private:
  template <class Work>
  [[nodiscard]] std::string done(Work work) const {
    work();
    return protocol::write_ok(id);
  }
  [[nodiscard]] std::string later(std::function<std::string()> work) const {
    client.run_slowly(id, std::move(work));
    return {};
  }
};

void Client::handle(const protocol::ClientMessage& message) {
  try {
    std::string answer = std::visit(Handler{*this, message.id}, message.body);
    if (!answer.empty()) send(std::move(answer));
  } catch (const LiveError& error) {
    hub_.metrics().count_refusal(error.code);
    send(error_text(error, message.id));
  } catch (const std::exception& error) {
    hub_.log().error("request_failed", {{"why", error.what()}});
    refuse({ErrorCode::internal, "the bridge failed at this; its log says more", message.id});
  }
}

void Client::say_hello(const protocol::Hello& hello, const RequestId& id) {
  if (hello.token || !is_authorised_) {
    const Refusal refusal = hello.token ? hub_.access().check_token(*hello.token, address_) : Refusal::unauthorized;
    if (refusal != Refusal::none) {
      hub_.metrics().count_refusal(name_of(refusal));
      hub_.log().warning("client_refused", {{"address", address_}, {"reason", name_of(refusal)}});
      send(protocol::write_error(refusal == Refusal::too_many_attempts ? ErrorCode::rate_limited : ErrorCode::unauthorized,
                                 refusal == Refusal::too_many_attempts ? "too many wrong tokens from this address; wait a moment"
                                 : refusal == Refusal::wrong_token     ? "the token is not the bridge's"
                                                                       : "hello needs the token, or the browser to be paired: run ag06-bridge --pair for a link",
                                 id));
      return close(kPolicyViolation, "unauthorized");
    }
  }
  hub_.refresh();   // so that the snapshot is the newest, and the next delta one more
  send(protocol::write_hello(hub_.options().program_version));
  send(protocol::write_state(hub_.sequence(), hub_.state()));
  send(protocol::write_ok(id));
  is_ready_ = true;
}

void Client::run_slowly(const RequestId& id, std::function<std::string()> work) {
  if (slow_requests_ >= kMaxSlowRequests) {
    return refuse({ErrorCode::rate_limited, "at most " + std::to_string(kMaxSlowRequests) + " requests to devices and disk may wait", id});
  }
  ++slow_requests_;
  auto answer = std::make_shared<std::string>();
  auto refusal = std::make_shared<std::string>();
  hub_.run_slowly()(
      [work = std::move(work), id, answer, refusal, &log = hub_.log()] {
        try {
          *answer = work();
        } catch (const LiveError& error) {
          *refusal = error.code;
          *answer = error_text(error, id);
        } catch (const std::exception& error) {
          log.error("request_failed", {{"why", error.what()}});
          *refusal = name_of(ErrorCode::internal);
          *answer = protocol::write_error(ErrorCode::internal, "the bridge failed at this; its log says more", id);
        }
      },
      [self = weak_from_this(), &hub = hub_, answer, refusal] {
        if (!refusal->empty()) hub.metrics().count_refusal(*refusal);
        hub.refresh();
        const auto client = self.lock();
        if (!client) return;
        --client->slow_requests_;
        client->send(std::move(*answer));
      });
}

void Client::subscribe(const protocol::Subscribe& request) {
  for (int i = 0; i < protocol::kStreamCount; ++i) {
    const auto stream = static_cast<Stream>(i);
    if (!request.has(stream)) {
      outbox_.forget(stream);
      drawn_[static_cast<std::size_t>(i)].reset();
    }
  }
  if (!request.has(Stream::meters)) meters_.reset();
  subscribed_ = request;
  next_due_ = hub_.now();
}

void Client::meters_read(const MeterFrame& meters) {
  if (!wants(Stream::meters)) return;
  if (meters_) {
    include_later(*meters_, meters);
  } else {
    meters_ = meters;
  }
}

void Client::audio_read(Stream stream, const std::vector<std::byte>& piece) {
  outbox_.put_audio(stream, piece);
  wake_();
}

void Client::audio_lost(Stream stream, std::uint64_t pieces) {
  outbox_.note_lost_audio(stream, pieces);
  wake_();
}

void Client::tick(Time now) {
  if (closing_) return;
  if (!is_ready_) {
    if (now < hello_by_) return;
    hub_.metrics().count_refusal("no_hello");
    send(protocol::write_error(ErrorCode::unauthorized, "no hello came in time", {}));
    return close(kPolicyViolation, "no hello came in time");
  }
  if (now < next_due_) return;
  const auto period = std::chrono::duration_cast<Time::duration>(std::chrono::duration<double>(1.0 / subscribed_.rate_hz));
  next_due_ = std::max(next_due_ + period, now);
  if (meters_) {
    outbox_.put_meters(*meters_, hub_.device_rate_hz());
    meters_.reset();
  }
  for (const Stream stream : kPictures) {
    if (!wants(stream)) continue;
    auto picture = hub_.picture(stream);
    auto& drawn = drawn_[static_cast<std::size_t>(stream)];
    if (!picture || picture == drawn) continue;
    drawn = picture;
    outbox_.put_picture(stream, std::move(picture));
  }
  if (!outbox_.is_empty()) wake_();
}

}  // namespace ag06::bridge::server
