// A short burst of pseudo-random noise played through the device to see whether, when and how loud it comes back. Not for finding it (probe_echo.h).
// Source: maximum-length sequences, S. W. Golomb, Shift Register Sequences, 1967; measuring with them: M. R. Schroeder, JASA 66(2), 1979.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

namespace ag06::bridge {

// What a probe is played like.
struct ProbeForm {
  double level_dbfs = -50.0;   // every sample is plus or minus this
  double listen_ms = 150.0;    // behind the burst, for its echo
  int repeats = 1;             // of the burst, without a gap: more of them are found under louder sound
  bool mutes = true;           // everything else is faded out before the burst and in again once its echo is over; false: the burst is added to it
};

// Guarantee: outside of a probe nothing is touched.
class Probe {
 public:
  static constexpr double kLeastBurstMs = 150.0;
  static constexpr double kFadeMs = 10.0;

  // Control thread, while no audio runs; allocates. A probe that was under way is forgotten.
  void prepare(double sample_rate_hz);
  // Control thread; a probe under way goes on and this one is not played: false.
  bool start(const ProbeForm& form) noexcept;
  // Audio thread, on what the device is about to be given. tap_frame: the place of the first of these frames in the output's history.
  void render(float* const* planes, int frames, std::uint64_t tap_frame) noexcept;
  // Control thread: burst and silence have been played to their end.
  [[nodiscard]] bool is_over() const noexcept { return state_.load(std::memory_order_acquire) == State::over; }
  // Of the latest probe that is over.
  [[nodiscard]] std::uint64_t burst_tap_frame() const noexcept { return burst_tap_frame_; }
  [[nodiscard]] int listen_frames() const noexcept { return listen_frames_; }
  // The latest probe's chips of plus and minus one, repeats and all.
  [[nodiscard]] std::vector<float> played() const;
  [[nodiscard]] const ProbeForm& form() const noexcept { return form_; }
  [[nodiscard]] const std::vector<float>& burst() const noexcept { return burst_; }

 private:
  enum class State { over, asked, playing };

  std::vector<float> burst_;
  double sample_rate_hz_ = 0.0;
  int fade_frames_ = 1;
  ProbeForm form_;
  float level_lin_ = 0.0f;
  int listen_frames_ = 0;
  std::uint64_t burst_tap_frame_ = 0;
  int at_ = 0;                      // frames since the fade-out began
  std::atomic<State> state_{State::over};
};

}  // namespace ag06::bridge
