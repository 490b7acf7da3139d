#include "analysis/defects/clip_watch.h"

#include <algorithm>
#include <cmath>

#include "analysis/level/sample_sums.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr float kEqualLin = 1.5f / 32768.0f;
constexpr float kLeastLevelLin = 0.01f;
constexpr int kLeastRun = 3;
// The flanks of a parabola that is flat within one step for three samples lie 9 steps lower two samples further on.
constexpr float kFlankSteps = 12.0f;
constexpr float kFlankRatio = 0.004f;
constexpr float kFlankGoesOn = 0.2f;  // share of a flank's fall that lies beyond its first sample: edges of square waves have none
constexpr float kLeastOfOtherSign = 0.3f;
constexpr int kSlotsPerSecondOfContext = 100;
constexpr int kLeastTops = 3;
constexpr double kSpoiledRatio = 0.005;  // 0.5 % of all samples clipped: heard by everyone
}  // namespace

void ClipWatch::prepare(int channels) noexcept {
  channels_ = channels;
  reset();
}

void ClipWatch::reset() noexcept {
  slots_ = 0;
  for (Channel& state : states_) state = {};
}

void ClipWatch::take_slot(const float* const* planes, int frames, double time_s) noexcept {
  for (int c = 0; c < channels_; ++c) scan(states_[c], planes[c], frames, static_cast<float>(time_s));
  if (++slots_ < kSlotsPerSecondOfContext) return;
  slots_ = 0;
  for (int c = 0; c < channels_; ++c)
    for (Side& side : states_[c].sides) end_second(side);
}

void ClipWatch::scan(Channel& channel, const float* x, int frames, float time_s) noexcept {
  // Peaks, and the smallest difference of neighbours, first: what counts as a ceiling and as steep depends on them.
  f32x4 highest{}, lowest{}, least = splat4(channel.step_lin);
  for (int i = 1; i + 4 <= frames; i += 4) {
    const f32x4 v = load4(x + i), difference = magnitude4(v - load4(x + i - 1));
    highest = max4(highest, v);
    lowest = min4(lowest, v);
    least = select4((difference > splat4(0.0f)) & (difference < least), difference, least);
  }
  float high = largest_of(highest), low = largest_of(-lowest);
  for (int i = 0; i < frames; i = i == 0 ? std::max(1, frames - 4) : i + 1) {
    high = std::max(high, x[i]);
    low = std::max(low, -x[i]);
  }
  channel.step_lin = -largest_of(-least);
  raise(channel.sides[0], high);
  raise(channel.sides[1], low);

  Channel state = channel;
  const float worth_lin = std::max(kLeastLevelLin, 0.5f * std::min(state.sides[0].ceiling_lin, state.sides[1].ceiling_lin));
  for (int i = 0; i < frames;) {
    if (state.run == 0 && state.closing == 0 && i > 0 && i + 4 <= frames) {
      const f32x4 v = load4(x + i);
      const i32x4 flat = (magnitude4(v - load4(x + i - 1)) <= splat4(kEqualLin)) & (magnitude4(v) >= splat4(worth_lin));
      if ((flat[0] | flat[1] | flat[2] | flat[3]) == 0) {
        state.last[0] = x[i + 3];
        state.last[1] = x[i + 2];
        state.last[2] = x[i + 1];
        i += 4;
        continue;
      }
    }
    step(state, x[i++], time_s);
  }
  channel = state;
}

void ClipWatch::step(Channel& s, float x, float time_s) noexcept {
  if (s.closing > 0) judge(s, x, time_s);
  const bool equal = std::fabs(x - s.last[0]) <= kEqualLin && std::fabs(x) >= kLeastLevelLin;
  if (equal && (s.run == 0 || std::fabs(x - s.level_lin) <= 2.0f * kEqualLin)) {
    if (s.run == 0) {
      s.run = 1;
      s.level_lin = s.last[0];
      s.before[0] = s.last[1];
      s.before[1] = s.last[2];
    }
    ++s.run;
  } else {
    if (s.run >= kLeastRun) {
      s.closing = s.run;
      s.closing_level_lin = s.level_lin;
      s.closing_before[0] = s.before[0];
      s.closing_before[1] = s.before[1];
      s.after = x;
    }
    s.run = 0;
  }
  s.last[2] = s.last[1];
  s.last[1] = s.last[0];
  s.last[0] = x;
}

void ClipWatch::judge(Channel& s, float second_after, float time_s) noexcept {
  const int length = s.closing;
  s.closing = 0;
  const float sign = s.closing_level_lin < 0.0f ? -1.0f : 1.0f;
  const float level_lin = sign * s.closing_level_lin;
  Side& side = s.sides[sign < 0.0f ? 1 : 0];
  if (level_lin < side.ceiling_lin - 2.0f * kEqualLin || level_lin < kLeastOfOtherSign * s.sides[sign < 0.0f ? 0 : 1].ceiling_lin) return;
  const float steep_lin = std::max(kFlankSteps * std::max(kEqualLin, s.step_lin), kFlankRatio * level_lin);
  const auto is_flank = [&](float near, float far) {
    const float fall_lin = level_lin - sign * far;
    return level_lin - sign * near > kEqualLin && sign * (near - far) > std::max(kEqualLin, kFlankGoesOn * fall_lin) && fall_lin >= steep_lin;
  };
  if (!is_flank(s.closing_before[0], s.closing_before[1]) || !is_flank(s.after, second_after)) return;
  if (side.tops++ == 0) side.first_s = time_s;
  side.samples += length;
}

// What lay below the new ceiling was not cut off by it.
void ClipWatch::raise(Side& side, float peak_lin) noexcept {
  if (peak_lin <= side.ceiling_lin) return;
  if (peak_lin > side.ceiling_lin + 2.0f * kEqualLin) {
    side.tops = 0;
    side.samples = 0.0;
  }
  side.ceiling_lin = peak_lin;
}

void ClipWatch::end_second(Side& side) noexcept {
  add(side, side.levels);
  side.ceiling_lin = 0.0f;
  side.tops = 0;
  side.samples = 0.0;
}

void ClipWatch::add(Side& side, std::array<Level, kLevels>& levels) noexcept {
  if (side.tops == 0) return;
  // The level's own entry, else the least used one.
  Level* entry = &levels[0];
  for (Level& level : levels) {
    if (level.tops > 0 && std::fabs(level.level_lin - side.ceiling_lin) <= 2.0f * kEqualLin) {
      entry = &level;
      break;
    }
    if (level.tops < entry->tops) entry = &level;
  }
  if (entry->tops > 0 && std::fabs(entry->level_lin - side.ceiling_lin) > 2.0f * kEqualLin) *entry = {};
  entry->level_lin = side.ceiling_lin;
  entry->tops += side.tops;
  entry->samples += side.samples;
  if (entry->places < kMaxDefectPlaces) entry->place_s[static_cast<std::size_t>(entry->places++)] = side.first_s;
}

void ClipWatch::find(double sample_rate_hz, double duration_s, std::vector<Defect>& found) const {
  double samples = 0.0;
  float loudest_lin = 0.0f;
  std::vector<double> places_s;
  for (int c = 0; c < channels_; ++c) {
    for (const Side& side : states_[c].sides) {
      std::array<Level, kLevels> levels = side.levels;
      Side unfinished = side;
      add(unfinished, levels);
      for (const Level& level : levels) {
        if (level.tops < kLeastTops) continue;
        samples += level.samples;
        loudest_lin = std::max(loudest_lin, level.level_lin);
        for (int k = 0; k < level.places; ++k) places_s.push_back(static_cast<double>(level.place_s[static_cast<std::size_t>(k)]));
      }
    }
  }
  if (samples == 0.0) return;
  std::sort(places_s.begin(), places_s.end());
  Defect defect;
  defect.kind = DefectKind::clipping;
  defect.value = samples;
  defect.level_db = lin_to_db(static_cast<double>(loudest_lin));
  const double share = samples / std::max(1.0, sample_rate_hz * duration_s * channels_);
  defect.severity = clamp_to(0.1 + 0.9 * std::sqrt(share / kSpoiledRatio), 0.0, 1.0);
  for (const double place_s : places_s)
    if (defect.places_s.size() < kMaxDefectPlaces && (defect.places_s.empty() || place_s - defect.places_s.back() >= 1.0))
      defect.places_s.push_back(place_s);
  found.push_back(defect);
}

}  // namespace ag06::analysis
