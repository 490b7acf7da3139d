#include "analysis/defects/hum_watch.h"

#include <algorithm>

#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kStretchS = 4.0;
constexpr double kMainsHz[HumWatch::kMains] = {50.0, 60.0};
constexpr double kPaceRatio = 0.0005;
constexpr double kNeighboursHz[HumWatch::kNeighbours] = {-10.0, -7.5, -6.0, -5.0, -4.0, -3.0, -2.5, -2.25, -2.0, -1.5, -1.25, -1.0, -0.625,
                                                           0.625, 1.0, 1.25, 1.5, 2.0, 2.25, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 10.0};
constexpr double kLeastStretches = 0.6;   // share of the stretches in which a line stands out
constexpr double kLeastProminenceDb = 6.0;
constexpr double kLargestSpreadDb = 8.0;  // between the quarters of a line's levels: a line that comes and goes is music
constexpr int kLeastLines = 3;
constexpr int kLargestSwellPercent = 15;
// Where a line hardly stands above the music, the soft frames are those in which the music happens to take from it, so that they give it too short.
constexpr double kHardlyStandsDb = 14.0;
constexpr int kLargestSwellInMusicPercent = 35;
constexpr double kLoudestHumDbfs = -20.0;  // what is louder was meant
constexpr double kFaintestHumDbfs = -90.0;

// Response of a Hann window to a line that lies offset bins beside the bin's centre.
[[nodiscard]] double hann_response(double offset_bins) noexcept {
  const double x = kPi * offset_bins;
  if (x * x < 1e-6) return 1.0;
  return sin_exact(x) / (x * (1.0 - offset_bins * offset_bins));
}
}  // namespace

void HumWatch::prepare(const StftGrid& grid, double max_duration_s) {
  channels_ = grid.channels;
  frames_per_stretch_ = std::clamp(static_cast<int>(kStretchS / grid.hop_s() + 0.5), 1, kMostFrames);
  most_stretches_ = static_cast<std::size_t>(std::max(0.0, max_duration_s) / (frames_per_stretch_ * grid.hop_s())) + 1;
  stretches_.reserve(most_stretches_);
  lines_.assign(kLines, {});
  for (int index = 0; index < kLines; ++index) {
    Line& line = lines_[static_cast<std::size_t>(index)];
    const double nominal_hz = kMainsHz[index / kHarmonics] * (index % kHarmonics + 1);
    const auto bin_at = [&grid](double freq_hz) { return static_cast<int>(freq_hz / grid.bin_hz() + 0.5); };
    line.first_bin = bin_at(nominal_hz + kNeighboursHz[0]);
    line.bins = std::min(kMostBins, bin_at(nominal_hz + kNeighboursHz[kNeighbours - 1]) - line.first_bin + 1);
    for (int p = 0; p < kProbes; ++p) {
      const double freq_hz = p < kPaces ? nominal_hz * (1.0 + kPaceRatio * (p - kPaces / 2)) : nominal_hz + kNeighboursHz[p - kPaces];
      Probe& probe = line.probes[static_cast<std::size_t>(p)];
      probe.bin = std::min(bin_at(freq_hz) - line.first_bin, line.bins - 1);
      probe.gain = 1.0 / hann_response(freq_hz / grid.bin_hz() - (probe.bin + line.first_bin));
      const double turns = freq_hz * grid.hop_s();
      const SinCos step = sincos_exact(2.0 * kPi * (turns - static_cast<double>(static_cast<std::int64_t>(turns))));
      probe.step_re = step.cos;
      probe.step_im = -step.sin;
    }
  }
  reset();
}

void HumWatch::reset() noexcept {
  stretches_.clear();
  frames_ = 0;
}

void HumWatch::process(const SpectrumFrame& frame) noexcept {
  if (stretches_.size() >= most_stretches_) return;
  const float* const spectra[] = {frame.left, frame.right};
  for (Line& line : lines_)
    for (int c = 0; c < channels_; ++c)
      for (int b = 0; b < line.bins; ++b) {
        const float* bin = spectra[c] + 2 * (line.first_bin + b);
        line.values[c][b][frames_] = {bin[0], bin[1]};
      }
  if (++frames_ == frames_per_stretch_) end_stretch();
}

// Inverse power, but none heavier than that of the quietest fifth: a frame that cancels by chance is no better than its neighbours.
void HumWatch::weigh(Line& line) const noexcept {
  std::array<float, kMostFrames> power{}, sorted{};
  for (int c = 0; c < channels_; ++c)
    for (int b = 0; b < line.bins; ++b) {
      for (int f = 0; f < frames_; ++f) {
        const Value& value = line.values[c][b][f];
        power[static_cast<std::size_t>(f)] = sorted[static_cast<std::size_t>(f)] = value.re * value.re + value.im * value.im + 1e-18f;
      }
      std::sort(sorted.begin(), sorted.begin() + frames_);
      const float quiet = sorted[static_cast<std::size_t>(frames_ / 5)];
      for (int f = 0; f < frames_; ++f) line.weights[c][b][f] = quiet / std::max(quiet, power[static_cast<std::size_t>(f)]);
    }
}

HumWatch::Fit HumWatch::fit(const Line& line, const Probe& probe) const noexcept {
  double weighted_power = 0.0, common = 0.0;
  for (int c = 0; c < channels_; ++c) {
    const Value* values = line.values[c][probe.bin];
    const float* weights = line.weights[c][probe.bin];
    double weighted_re = 0.0, weighted_im = 0.0, plain_re = 0.0, plain_im = 0.0, sum = 0.0, turn_re = 1.0, turn_im = 0.0;
    for (int f = 0; f < frames_; ++f) {
      const double weight = static_cast<double>(weights[f]), re = static_cast<double>(values[f].re), im = static_cast<double>(values[f].im);
      const double turned_re = re * turn_re - im * turn_im, turned_im = re * turn_im + im * turn_re;
      sum += weight;
      weighted_re += weight * turned_re;
      weighted_im += weight * turned_im;
      plain_re += turned_re;
      plain_im += turned_im;
      const double next_re = turn_re * probe.step_re - turn_im * probe.step_im;
      turn_im = turn_re * probe.step_im + turn_im * probe.step_re;
      turn_re = next_re;
    }
    weighted_power += (weighted_re * weighted_re + weighted_im * weighted_im) / (sum * sum);
    common += (weighted_re * plain_re + weighted_im * plain_im) / (sum * frames_);
  }
  Fit fit;
  if (weighted_power > 0.0) fit.swell = common / weighted_power;
  const double power = 0.5 * probe.gain * probe.gain * weighted_power / channels_;  // mean over the channels of a sine's mean square
  if (power > 1e-13) fit.level_db = clamp_to(0.5 * lin_to_db(power), -127.0, 100.0);
  return fit;
}

void HumWatch::end_stretch() noexcept {
  std::array<Stretch, kLines> stretch{};
  for (std::size_t index = 0; index < kLines; ++index) {
    Line& line = lines_[index];
    weigh(line);
    double neighbour_db = -127.0;
    for (std::size_t p = 0; p < kProbes; ++p) {
      const Fit here = fit(line, line.probes[p]);
      if (p < kPaces) {
        stretch[index].level_db[p] = static_cast<std::int8_t>(here.level_db);
        stretch[index].swell_percent[p] = static_cast<std::int8_t>(clamp_to(100.0 * (here.swell - 1.0), -100.0, 100.0));
      } else {
        neighbour_db = std::max(neighbour_db, here.level_db);
      }
    }
    stretch[index].level_db[kPaces] = static_cast<std::int8_t>(neighbour_db);
  }
  stretches_.push_back(stretch);
  frames_ = 0;
}

HumWatch::Match HumWatch::match(int mains, int pace) const {
  Match match;
  std::vector<int> levels_db, prominences_db, swells_percent;
  for (int h = 0; h < kHarmonics; ++h) {
    levels_db.clear();
    prominences_db.clear();
    int standing = 0;
    for (const auto& stretch : stretches_) {
      const auto& level_db = stretch[static_cast<std::size_t>(mains * kHarmonics + h)].level_db;
      const int here_db = level_db[static_cast<std::size_t>(pace)], neighbour_db = level_db[kPaces];
      if (here_db <= -120) continue;  // digital silence says nothing
      levels_db.push_back(here_db);
      prominences_db.push_back(here_db - neighbour_db);
      if (here_db - neighbour_db >= kLeastProminenceDb) ++standing;
    }
    if (levels_db.empty() || standing < kLeastStretches * static_cast<double>(levels_db.size())) continue;
    std::sort(levels_db.begin(), levels_db.end());
    std::sort(prominences_db.begin(), prominences_db.end());
    const std::size_t quarter = levels_db.size() / 4, middle = levels_db.size() / 2;
    if (levels_db[levels_db.size() - 1 - quarter] - levels_db[quarter] > kLargestSpreadDb) continue;
    ++match.lines;
    match.prominence_db += prominences_db[middle];
    match.power += db_to_lin(2.0 * levels_db[middle]);
    for (const auto& stretch : stretches_)
      swells_percent.push_back(stretch[static_cast<std::size_t>(mains * kHarmonics + h)].swell_percent[static_cast<std::size_t>(pace)]);
  }
  if (match.lines == 0) return match;
  std::sort(swells_percent.begin(), swells_percent.end());
  match.swell_percent = swells_percent[swells_percent.size() / 2];
  return match;
}

void HumWatch::find(std::vector<Defect>& found) const {
  if (stretches_.empty()) return;
  Match best;
  double best_hz = 0.0;
  for (int mains = 0; mains < kMains; ++mains)
    for (int pace = 0; pace < kPaces; ++pace) {
      const Match candidate = match(mains, pace);
      if (candidate.lines < best.lines || (candidate.lines == best.lines && candidate.prominence_db <= best.prominence_db)) continue;
      best = candidate;
      best_hz = kMainsHz[mains] * (1.0 + kPaceRatio * (pace - kPaces / 2));
    }
  if (best.lines < kLeastLines ||
      best.swell_percent > (best.prominence_db < kHardlyStandsDb * best.lines ? kLargestSwellInMusicPercent : kLargestSwellPercent))
    return;
  const double level_dbfs = 0.5 * lin_to_db(best.power);
  if (level_dbfs > kLoudestHumDbfs || level_dbfs < kFaintestHumDbfs) return;
  found.push_back({DefectKind::hum, clamp_to((level_dbfs + 90.0) / 60.0, 0.05, 1.0), best_hz, level_dbfs, {}});
}

}  // namespace ag06::analysis
