#include "analysis/defects/hum_watch.h"

#include <algorithm>

#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kStretchS = 4.0;
constexpr double kMainsHz[HumWatch::kMains] = {50.0, 60.0};
constexpr double kPaceRatio = 0.0005;
constexpr double kNeighboursHz[HumWatch::kNeighbours] = {-2.5, -2.0, -1.5, -1.25, -1.0, -0.625, 0.625, 1.0, 1.25, 1.5, 2.0, 2.5};
constexpr double kLeastStretches = 0.6;   // share of the stretches in which a line stands out
constexpr double kLeastProminenceDb = 3.0;
constexpr double kLargestSpreadDb = 8.0;  // between the quarters of a line's levels: a line that comes and goes is music
constexpr int kLeastLines = 3;
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
  frames_per_stretch_ = std::max(1, static_cast<int>(kStretchS / grid.hop_s() + 0.5));
  most_stretches_ = static_cast<std::size_t>(std::max(0.0, max_duration_s) / (frames_per_stretch_ * grid.hop_s())) + 1;
  stretches_.reserve(most_stretches_);
  for (int line = 0; line < kLines; ++line) {
    const double nominal_hz = kMainsHz[line / kHarmonics] * (line % kHarmonics + 1);
    for (int p = 0; p < kProbes; ++p) {
      const double freq_hz = p < kPaces ? nominal_hz * (1.0 + kPaceRatio * (p - kPaces / 2)) : nominal_hz + kNeighboursHz[p - kPaces];
      Probe& probe = probes_[static_cast<std::size_t>(line)][static_cast<std::size_t>(p)];
      probe = {};
      probe.bin = static_cast<int>(freq_hz / grid.bin_hz() + 0.5);
      probe.gain = 1.0 / hann_response(freq_hz / grid.bin_hz() - probe.bin);
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
  begin_stretch();
}

void HumWatch::begin_stretch() noexcept {
  frames_ = 0;
  for (auto& line : probes_)
    for (Probe& probe : line) {
      probe.turn_re = 1.0;
      probe.turn_im = 0.0;
      for (auto& sum : probe.sum) sum[0] = sum[1] = 0.0;
    }
}

void HumWatch::process(const SpectrumFrame& frame) noexcept {
  if (stretches_.size() >= most_stretches_) return;
  const float* const spectra[] = {frame.left, frame.right};
  for (auto& line : probes_)
    for (Probe& probe : line) {
      for (int c = 0; c < channels_; ++c) {
        const double re = static_cast<double>(spectra[c][2 * probe.bin]), im = static_cast<double>(spectra[c][2 * probe.bin + 1]);
        probe.sum[c][0] += re * probe.turn_re - im * probe.turn_im;
        probe.sum[c][1] += re * probe.turn_im + im * probe.turn_re;
      }
      const double re = probe.turn_re * probe.step_re - probe.turn_im * probe.step_im;
      probe.turn_im = probe.turn_re * probe.step_im + probe.turn_im * probe.step_re;
      probe.turn_re = re;
    }
  if (++frames_ == frames_per_stretch_) end_stretch();
}

void HumWatch::end_stretch() noexcept {
  std::array<Stretch, kLines> stretch{};
  for (std::size_t line = 0; line < kLines; ++line) {
    double neighbour_db = -127.0;
    for (std::size_t p = 0; p < kProbes; ++p) {
      const Probe& probe = probes_[line][p];
      double power = 0.0;
      for (int c = 0; c < channels_; ++c) power += probe.sum[c][0] * probe.sum[c][0] + probe.sum[c][1] * probe.sum[c][1];
      // Mean over the channels of a sine's mean square.
      power *= 0.5 * probe.gain * probe.gain / (static_cast<double>(channels_) * frames_ * frames_);
      const double level_db = power > 1e-13 ? std::max(-127.0, 0.5 * lin_to_db(power)) : -127.0;
      if (p < kPaces) {
        stretch[line].level_db[p] = static_cast<std::int8_t>(std::min(level_db, 100.0));
      } else {
        neighbour_db = std::max(neighbour_db, level_db);
      }
    }
    stretch[line].level_db[kPaces] = static_cast<std::int8_t>(std::min(neighbour_db, 100.0));
  }
  stretches_.push_back(stretch);
  begin_stretch();
}

HumWatch::Match HumWatch::match(int mains, int pace) const {
  Match match;
  std::vector<int> levels_db, prominences_db;
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
  }
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
  if (best.lines < kLeastLines) return;
  const double level_dbfs = 0.5 * lin_to_db(best.power);
  if (level_dbfs > kLoudestHumDbfs || level_dbfs < kFaintestHumDbfs) return;
  found.push_back({DefectKind::hum, clamp_to((level_dbfs + 90.0) / 60.0, 0.05, 1.0), best_hz, level_dbfs, {}});
}

}  // namespace ag06::analysis
