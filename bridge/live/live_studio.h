// The whole live side of the bridge put together: devices, engine, recorder, transport, behind LiveDoor.
// Not for sockets and messages (server/), which only call the door.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "live/live_door.h"
#include "native/song_models.h"

namespace ag06::bridge {

struct LiveOptions {
  std::string device;                   // substring of a name or a whole id; empty: AG06, AG03, AG06MK2 first, else the default
  double sample_rate_hz = 48000.0;      // 44100..192000
  int block_frames = 128;               // 32..1024
  bool opens_device = true;             // false: waits for open_device()
  std::string takes_folder;
  bool guards_feedback = true;          // probes the device when it opens; false: for devices that are known
  double auto_target_lufs = -16.0;      // of the output in mode auto
  std::shared_ptr<const inference::SongModels> models;  // that mode auto asks; null: it goes by the Musical rule
};

class LiveStudio final : public LiveDoor {
 public:
  // backends in order of preference. on_change is called from any thread, without locks held, when state() may have changed; it must return soon.
  using MakeBackends = std::function<std::vector<std::unique_ptr<AudioBackend>>(DeviceEvents&)>;
  LiveStudio(LiveOptions options, const MakeBackends& make_backends, std::function<void()> on_change);
  ~LiveStudio() override;   // fades out, closes takes and device

  [[nodiscard]] StudioState state() const override;
  [[nodiscard]] std::vector<DeviceInfo> devices() override;
  [[nodiscard]] std::uint64_t devices_revision() const override;
  void open_device(std::optional<StreamRequest> request) override;
  void close_device() override;
  void set_params(std::span<const std::pair<int, double>> values) override;
  void set_mode(Mode mode) override;
  void set_wet(double wet_ratio) override;
  void set_match_gains(double original_gain_db, double processed_gain_db) override;
  void reset_meters() override;
  void calibrate() override;
  void set_source(Source source) override;
  std::uint32_t start_song(double sample_rate_hz, std::uint64_t first_frame) override;
  void pause_song(bool paused) override;
  void stop_song() override;
  std::size_t push_song(std::uint32_t stream_id, std::span<const float> interleaved, bool is_last) override;
  [[nodiscard]] std::size_t song_room_frames() const override;
  bool read_meters(MeterFrame& into) override;
  TapRead read_tap(Tap tap, TapCursor& cursor, std::span<float> into) override;
  [[nodiscard]] TapCursor tap_now(Tap tap) const override;
  void start_recording(const RecordRequest& request) override;
  void stop_recording() override;
  [[nodiscard]] std::vector<Take> takes() override;
  [[nodiscard]] std::string take_path(const std::string& take_id) override;
  void remove_take(const std::string& take_id) override;
  [[nodiscard]] std::vector<AutoMove> take_moves() override;
  [[nodiscard]] Histogram callback_times() const override;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ag06::bridge
