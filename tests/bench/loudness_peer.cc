#include "bench/loudness_peer.h"

#include <ebur128.h>
#include <sndfile.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <vector>

#include "analysis/stream_meter.h"
#include "support/measure.h"

namespace ag06::bench {
namespace {

constexpr int kBlockFrames = 4096;
constexpr Figures kNothing{1e9, 0.0, 0.0, 0.0};

double processor_seconds_of(const auto& work) {
  const std::clock_t from = std::clock();
  work();
  return static_cast<double>(std::clock() - from) / CLOCKS_PER_SEC;
}

// Calls use(first frame, frames) until `left` frames are through, the material from its beginning again at its end.
void in_blocks(int frames, std::int64_t left, const auto& use) {
  for (int at = 0; left > 0; at = at < frames ? at : 0) {
    const int count = static_cast<int>(std::min<std::int64_t>({kBlockFrames, frames - at, left}));
    use(at, count);
    at += count;
    left -= count;
  }
}

bool measure_ours(Material& material, std::int64_t song_frames, Figures& figures) {
  analysis::StreamMeter meter;
  const int channels = static_cast<int>(material.planes.samples.size()), frames = static_cast<int>(material.planes.samples[0].size());
  if (meter.prepare({material.sample_rate_hz, channels, kBlockFrames}) != Status::ok) return false;
  analysis::StreamReport report{};
  const double processor_s = processor_seconds_of([&] {
    in_blocks(frames, song_frames, [&](int at, int count) { meter.process(material.planes.slice(at, count)); });
    report = meter.finish();
  });
  figures = {std::min(figures.processor_s, processor_s), report.integrated_lufs, report.true_peak_dbtp, report.range_lu};
  return true;
}

bool measure_theirs(const std::vector<float>& interleaved, int channels, double sample_rate_hz, std::int64_t song_frames, Figures& figures) {
  ebur128_state* state = ebur128_init(static_cast<unsigned>(channels), static_cast<unsigned long>(sample_rate_hz),
                                      EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_TRUE_PEAK);
  if (!state) return false;
  const int frames = static_cast<int>(interleaved.size()) / channels;
  bool fed = true;
  Figures read{};
  read.processor_s = processor_seconds_of([&] {
    in_blocks(frames, song_frames, [&](int at, int count) {
      const float* from = interleaved.data() + static_cast<std::ptrdiff_t>(at) * channels;
      fed = fed && ebur128_add_frames_float(state, from, static_cast<std::size_t>(count)) == EBUR128_SUCCESS;
    });
    fed = fed && ebur128_loudness_global(state, &read.integrated_lufs) == EBUR128_SUCCESS;
    fed = fed && ebur128_loudness_range(state, &read.range_lu) == EBUR128_SUCCESS;
  });
  double peak_lin = 0.0;
  for (unsigned c = 0; c < static_cast<unsigned>(channels); ++c) {
    double channel_lin = 0.0;
    fed = fed && ebur128_true_peak(state, c, &channel_lin) == EBUR128_SUCCESS;
    peak_lin = std::max(peak_lin, channel_lin);
  }
  read.true_peak_dbtp = test::to_db(peak_lin);
  ebur128_destroy(&state);
  read.processor_s = std::min(figures.processor_s, read.processor_s);
  figures = read;
  return fed;
}

}  // namespace

Material material_of(const std::string& path) {
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(sf_open(path.c_str(), SFM_READ, &info), sf_close);
  if (!file) return {};
  std::vector<float> interleaved(static_cast<std::size_t>(info.channels) * kBlockFrames);
  Material material{test::Planes(info.channels, 0), static_cast<double>(info.samplerate)};
  for (sf_count_t got = 0; (got = sf_readf_float(file.get(), interleaved.data(), kBlockFrames)) > 0;)
    for (sf_count_t i = 0; i < got * info.channels; ++i)
      material.planes.samples[static_cast<std::size_t>(i % info.channels)].push_back(interleaved[static_cast<std::size_t>(i)]);
  return material;
}

LoudnessDuel against_libebur128(Material& material, double song_s, int repeats) {
  const auto channels = static_cast<int>(material.planes.samples.size());
  std::vector<float> interleaved;
  for (std::size_t i = 0; i < material.planes.samples[0].size(); ++i)
    for (const auto& plane : material.planes.samples) interleaved.push_back(plane[i]);
  LoudnessDuel duel{song_s, kNothing, kNothing};
  const auto song_frames = static_cast<std::int64_t>(song_s * material.sample_rate_hz);
  for (int repeat = 0; repeat < repeats; ++repeat)
    if (!measure_ours(material, song_frames, duel.ours) || !measure_theirs(interleaved, channels, material.sample_rate_hz, song_frames, duel.theirs))
      return {0.0, kNothing, kNothing};
  return duel;
}

}  // namespace ag06::bench
