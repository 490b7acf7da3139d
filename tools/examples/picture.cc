#include "picture.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "analysis/loudness.h"
#include "analysis/spectral/stft.h"

namespace ag06::examples {
namespace {
constexpr double kFloor_db = -80.0;
constexpr double kSilence_lufs = -70.0;

[[nodiscard]] double third_hz(int third) { return 1000.0 * std::pow(10.0, (third - 16) / 10.0); }  // IEC 61260-1, base ten

[[nodiscard]] double decibels(double power) { return 10.0 * std::log10(power + 1e-20); }
}  // namespace

Picture picture_of(Sound& sound, int first_frame) {
  analysis::LoudnessMeter meter;
  if (meter.prepare({sound.sample_rate_hz, 2, kMaxBlockFrames}) != Status::ok) throw std::runtime_error("the sample rate cannot be metered");
  each_block(sound, first_frame, [&](AudioBlock block) { meter.process(block); });
  Picture picture;
  picture.lufs = std::isfinite(meter.integrated_lufs()) ? meter.integrated_lufs() : kSilence_lufs;
  const double range_lu = meter.block_percentile_lufs(0.95, kSilence_lufs) - meter.block_percentile_lufs(0.1, kSilence_lufs);
  picture.range_lu = std::isfinite(range_lu) ? range_lu : 0.0;

  double mid = 0.0, side = 0.0, peak = 0.0;
  for (std::size_t i = static_cast<std::size_t>(first_frame); i < sound.channels[0].size(); ++i) {
    const double l = sound.channels[0][i], r = sound.channels[1][i];
    mid += (l + r) * (l + r);
    side += (l - r) * (l - r);
    peak = std::max({peak, std::fabs(l), std::fabs(r)});
  }
  const double mean_square = 0.25 * (mid + side) / std::max(1, sound.frames() - first_frame);
  picture.crest_db = mean_square > 0.0 ? decibels(peak * peak) - decibels(mean_square) : 0.0;
  picture.width_db = std::max(decibels(side) - decibels(mid), -60.0);

  analysis::Stft stft;
  const analysis::StftGrid grid{sound.sample_rate_hz, 2, 8192, 4096};
  if (stft.prepare(grid) != Status::ok) return picture;
  std::vector<double> power(static_cast<std::size_t>(grid.bins()), 0.0);
  const auto sum = [&](const analysis::SpectrumFrame& frame) {
    for (std::size_t bin = 0; bin < power.size(); ++bin) power[bin] += frame.power[bin];
  };
  each_block(sound, first_frame, [&](AudioBlock block) { stft.process(block, sum); });
  stft.finish(sum);
  double loudest_db = -300.0;
  for (int third = 0; third < kThirds; ++third) {
    const double low_hz = third_hz(third) * std::pow(10.0, -0.05), high_hz = third_hz(third) * std::pow(10.0, 0.05);
    double in_band = 0.0;
    for (std::size_t bin = 1; bin < power.size(); ++bin) {
      // A bin counts with the share of it that lies in the band.
      const double from = std::max((static_cast<double>(bin) - 0.5) * grid.bin_hz(), low_hz), to = std::min((static_cast<double>(bin) + 0.5) * grid.bin_hz(), high_hz);
      if (to > from) in_band += power[bin] * (to - from) / grid.bin_hz();
    }
    picture.third_db[static_cast<std::size_t>(third)] = decibels(in_band);
    loudest_db = std::max(loudest_db, decibels(in_band));
  }
  for (double& level_db : picture.third_db) level_db = std::max(level_db, loudest_db + kFloor_db);
  return picture;
}

Distances distance(const Picture& wanted, const Picture& got) noexcept {
  Distances apart;
  const double level_db = wanted.lufs - got.lufs;
  double squares = 0.0;
  for (std::size_t third = 0; third < kThirds; ++third) {
    const double difference_db = wanted.third_db[third] - (got.third_db[third] + level_db);
    squares += difference_db * difference_db;
  }
  apart.spectrum_db = std::sqrt(squares / kThirds);
  apart.range_lu = std::fabs(wanted.range_lu - got.range_lu);
  apart.crest_db = std::fabs(wanted.crest_db - got.crest_db);
  apart.width_db = std::fabs(wanted.width_db - got.width_db);
  apart.lufs_lu = std::fabs(level_db);
  return apart;
}

assist::ModelSettings rule_targets(const Picture& heard) noexcept {
  const auto band_db = [&heard](int first, int last) {
    double power = 0.0;
    for (int third = first; third <= last; ++third) power += std::pow(10.0, 0.1 * heard.third_db[static_cast<std::size_t>(third)]);
    return decibels(power);
  };
  // Each band against the whole from 63 Hz to 16 kHz, and where it usually lies there.
  const double whole_db = band_db(4, 28);
  const double low_db = band_db(4, 9) - whole_db, mid_db = band_db(13, 18) - whole_db, high_db = band_db(20, 23) - whole_db, air_db = band_db(25, 28) - whole_db;
  const auto at = [](double x) { return std::clamp(x, 0.0, 1.0); };
  return {at(0.5 + (-18.0 - heard.lufs) / 30.0),  // input gain: to -18 LUFS
          at((heard.crest_db - 8.0) / 16.0),      // compression: the more crest, the more
          at(0.5 - (high_db + 14.0) / 30.0),      // high, mid, low, air: what is weak is raised
          at(0.5 - (mid_db + 7.0) / 30.0),
          at(0.5 - (low_db + 3.0) / 30.0),
          at(0.5 - (air_db + 24.0) / 40.0),
          at(1.0 - heard.crest_db / 24.0),        // reverb: the drier and spikier, the less
          at(1.0 - heard.range_lu / 16.0),        // delay: the steadier, the more
          at(0.5 - (heard.width_db + 12.0) / 40.0),
          at(0.5 + (-14.0 - heard.lufs) / 60.0)};  // output: half of the way to -14 LUFS
}

}  // namespace ag06::examples
