// libebur128 as second opinion, fed the same blocks as our meter. Not the standard: where the two disagree, the standard's text decides.
#pragma once

#include <ebur128.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "base/audio_block.h"
#include "base/stream_spec.h"

namespace ag06::test {

class Oracle {
 public:
  // Channel order as in WAV files. libebur128 takes six channels as 5.1 in that order and four as L R Ls Rs by itself.
  explicit Oracle(const StreamSpec& spec)
      : state_(ebur128_init(static_cast<unsigned>(spec.channels), static_cast<unsigned long>(spec.sample_rate_hz), EBUR128_MODE_I | EBUR128_MODE_S)) {}
  ~Oracle() { ebur128_destroy(&state_); }
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;

  void process(ConstAudioBlock in) {
    interleaved_.resize(static_cast<std::size_t>(in.channel_count) * static_cast<std::size_t>(in.frames));
    for (int c = 0; c < in.channel_count; ++c)
      for (int i = 0; i < in.frames; ++i) interleaved_[static_cast<std::size_t>(i * in.channel_count + c)] = in.channel(c)[i];
    ASSERT_EQ(ebur128_add_frames_float(state_, interleaved_.data(), static_cast<std::size_t>(in.frames)), EBUR128_SUCCESS);
  }
  [[nodiscard]] double momentary_lufs() const { return ask(ebur128_loudness_momentary); }
  [[nodiscard]] double short_term_lufs() const { return ask(ebur128_loudness_shortterm); }
  [[nodiscard]] double integrated_lufs() const { return ask(ebur128_loudness_global); }

 private:
  [[nodiscard]] double ask(int (*question)(ebur128_state*, double*)) const {
    double answer_lufs = 0.0;
    EXPECT_EQ(question(state_, &answer_lufs), EBUR128_SUCCESS);
    return answer_lufs;
  }
  ebur128_state* state_;
  std::vector<float> interleaved_;
};

// Tech 3342 v4 section 3 to the letter, over short-term loudness values taken ten times a second. libebur128's own range takes one value a second.
[[nodiscard]] inline double range_by_the_letter_lu(const std::vector<double>& short_term_lufs) {
  std::vector<double> kept;
  const auto gate = [&kept](const std::vector<double>& from, double gate_lufs) {
    std::vector<double> above;
    for (const double level_lufs : from)
      if (level_lufs >= gate_lufs) above.push_back(level_lufs);
    kept = above;
  };
  gate(short_term_lufs, -70.0);
  double power = 0.0;
  for (const double level_lufs : kept) power += std::pow(10.0, level_lufs / 10.0);
  gate(kept, 10.0 * std::log10(power / static_cast<double>(kept.size())) - 20.0);
  std::sort(kept.begin(), kept.end());
  const auto percentile = [&kept](double percent) { return kept[static_cast<std::size_t>(std::round(static_cast<double>(kept.size() - 1) * percent / 100.0 + 1.0)) - 1]; };
  return percentile(95.0) - percentile(10.0);
}

}  // namespace ag06::test
