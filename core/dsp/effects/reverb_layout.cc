#include "dsp/effects/reverb_layout.h"

#include <algorithm>

#include "base/stream_spec.h"

namespace ag06::dsp {
namespace {

constexpr ReverbLayout kRoom = {
    .lines = 16,
    .line_ms = {11.9f, 28.1f, 19.7f, 36.1f, 24.7f, 13.3f, 33.9f, 21.1f, 16.3f, 30.1f, 38.9f, 22.9f, 31.7f, 18.1f, 26.3f, 14.9f},
    .excursion = {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0},
    .smallest_scale = 0.45f,
    .largest_scale = 1.35f,
    .lane_tap_ms = {{0.0f, 7.9f, 14.3f}, {0.0f, 9.1f, 16.7f}, {2.3f, 10.3f, 19.1f}, {3.7f, 12.7f, 21.7f}},
    .lane_tap_lin = {1.0f, 0.7f, 0.5f},
    .diffuser_ms = {{0.23f, 0.57f, 0.91f, 1.27f}, {0.37f, 1.03f, 1.73f, 2.47f}, {0.61f, 1.89f, 3.13f, 4.31f}, {0.97f, 2.83f, 5.21f, 7.69f}},
    .early_lin = 0.354f,
    .early_energy = 2.75f,
    .tank_energy = 0.344f};

constexpr ReverbLayout kHall = {
    .lines = 16,
    .line_ms = {23.3f, 71.9f, 47.3f, 94.7f, 61.1f, 27.1f, 88.3f, 51.7f, 35.3f, 77.3f, 101.3f, 56.3f, 82.9f, 39.1f, 66.7f, 31.1f},
    .excursion = {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0},
    .smallest_scale = 0.5f,
    .largest_scale = 1.2f,
    .lane_tap_ms = {{0.0f, 8.9f, 19.1f}, {0.7f, 10.3f, 21.7f}, {3.1f, 12.1f, 24.9f}, {4.3f, 14.3f, 27.7f}},
    .lane_tap_lin = {1.0f, 0.7f, 0.5f},
    .diffuser_ms = {{0.23f, 0.61f, 0.97f, 1.31f}, {0.41f, 1.09f, 1.87f, 2.59f}, {0.67f, 2.03f, 3.37f, 4.67f}, {1.03f, 3.07f, 5.59f, 8.23f}},
    .early_lin = 0.22f,
    .early_energy = 3.06f,
    .tank_energy = 0.383f};

// Lines in the order of the figure-of-eight: allpass, delay, allpass, delay, left then right; the first of each half moves.
constexpr ReverbLayout kPlate = {
    .lines = 8,
    .line_ms = {672 * kDattorroMs, 4453 * kDattorroMs, 1800 * kDattorroMs, 3720 * kDattorroMs, 908 * kDattorroMs, 4217 * kDattorroMs,
                2656 * kDattorroMs, 3163 * kDattorroMs},
    .excursion = {1, 0, 0, 0, 1, 0, 0, 0},
    .smallest_scale = 0.55f,
    .largest_scale = 1.3f,
    .lane_tap_ms = {},
    .lane_tap_lin = {1.0f, 0.0f, 0.0f},
    .diffuser_ms = {{0.23f, 0.57f, 0.91f, 1.27f}, {0.37f, 1.03f, 1.73f, 2.47f}, {0.61f, 1.89f, 3.13f, 4.31f}, {0.97f, 2.83f, 5.21f, 7.69f}},
    .early_lin = 0.14f,
    .early_energy = 2.0f,
    .tank_energy = 0.6f};

constexpr ReverbLayout kChamber = {
    .lines = 16,
    .line_ms = {42.4f, 66.7f, 50.5f, 74.1f, 58.1f, 47.1f, 81.1f, 55.1f, 63.2f, 45.5f, 72.3f, 52.8f, 76.7f, 59.8f, 48.6f, 68.1f},
    .excursion = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
    .smallest_scale = 0.5f,
    .largest_scale = 1.2f,
    .lane_tap_ms = {{5.3f, 15.1f, 29.9f}, {6.7f, 16.9f, 32.3f}, {9.1f, 20.3f, 35.7f}, {11.9f, 24.7f, 39.1f}},
    .lane_tap_lin = {1.0f, 0.7f, 0.5f},
    .diffuser_ms = {},
    .early_lin = 0.354f,
    .early_energy = 2.75f,
    .tank_energy = 0.344f};

}  // namespace

const ReverbLayout& reverb_layout(ReverbType type) noexcept {
  switch (type) {
    case ReverbType::room: return kRoom;
    case ReverbType::plate: return kPlate;
    case ReverbType::chamber: return kChamber;
    case ReverbType::hall: break;
  }
  return kHall;
}

int shortest_line_frames(double sample_rate_hz) noexcept {
  return kReverbGridFrames + 8 + frames_for_ms(static_cast<double>(kReverbExcursionMs), sample_rate_hz);
}

int longest_line_frames(ReverbType type, double sample_rate_hz) noexcept {
  const ReverbLayout& layout = reverb_layout(type);
  float longest_ms = 0.0f;
  for (const float line_ms : layout.line_ms) longest_ms = std::max(longest_ms, line_ms);
  const int longest = frames_for_ms(static_cast<double>(longest_ms * layout.largest_scale), sample_rate_hz);
  return std::max(shortest_line_frames(sample_rate_hz) + 2 * kReverbLines, longest) + shortest_line_frames(sample_rate_hz);
}

}  // namespace ag06::dsp
