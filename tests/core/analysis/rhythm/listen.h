// What an OnsetHistory makes of samples, and how well beats agree with the truth. Not for real time.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/rhythm/onset_history.h"

namespace ag06::test {

inline analysis::OnsetHistory listen(const std::vector<float>& samples, double sample_rate_hz, int block_frames = 65536) {
  using namespace analysis;
  const StreamSpec spec{sample_rate_hz, 1, block_frames};
  Stft stft;
  OnsetHistory history;
  EXPECT_EQ(stft.prepare(short_grid(spec)), Status::ok);
  EXPECT_EQ(history.prepare(short_grid(spec), static_cast<double>(samples.size()) / sample_rate_hz + 1.0), Status::ok);
  const auto sink = [&history](const SpectrumFrame& frame) { history.process(frame); };
  for (std::size_t at = 0; at < samples.size(); at += static_cast<std::size_t>(block_frames)) {
    const float* plane = samples.data() + at;
    stft.process(ConstAudioBlock(&plane, 1, static_cast<int>(std::min(samples.size() - at, static_cast<std::size_t>(block_frames)))), sink);
  }
  stft.finish(sink);
  return history;
}

// F measure of MIREX: hits within +-70 ms, the first 5 s left out.
inline double beat_f(const std::vector<double>& found_s, const std::vector<double>& true_s) {
  std::size_t i = 0, j = 0;
  while (i < found_s.size() && found_s[i] < 5.0) ++i;
  while (j < true_s.size() && true_s[j] < 5.0) ++j;
  const double all = static_cast<double>(found_s.size() - i + true_s.size() - j);
  double hits = 0.0;
  while (i < found_s.size() && j < true_s.size()) {
    if (std::fabs(found_s[i] - true_s[j]) <= 0.07) {
      hits += 1.0;
      ++i;
      ++j;
    } else if (found_s[i] < true_s[j]) {
      ++i;
    } else {
      ++j;
    }
  }
  return all > 0.0 ? 2.0 * hits / all : 0.0;
}

// Mean distance of the found beats to the nearest true one: a systematic lateness.
inline double mean_lateness_s(const std::vector<double>& found_s, const std::vector<double>& true_s) {
  double sum = 0.0, count = 0.0;
  for (const double found : found_s) {
    double nearest = 1e9;
    for (const double truth : true_s)
      if (std::fabs(found - truth) < std::fabs(nearest)) nearest = found - truth;
    if (std::fabs(nearest) > 0.07) continue;
    sum += nearest;
    count += 1.0;
  }
  return count > 0.0 ? sum / count : 1e9;
}

}  // namespace ag06::test
