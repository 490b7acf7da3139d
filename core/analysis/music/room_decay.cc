#include "analysis/music/room_decay.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kLowestEdgeHz = 88.4;  // an octave around 125 Hz
constexpr float kSilentDb = -100.0f;
constexpr float kRiseDb = 3.0f;          // over the lowest level so far: something new sounds
constexpr double kShortestRegionS = 0.12;
constexpr double kShortestLineS = 0.10;
constexpr double kSmallestDropDb = 9.0;
constexpr double kAfterPeakS = 0.05;     // the window still holds the note itself
constexpr double kSearchStepS = 0.03;
constexpr double kHalvesRatio = 1.5;     // the slopes of both halves of a line
constexpr int kFewestDecays = 8;          // of two or three bands together
constexpr double kLeastAgreement = 0.4;   // decays spread evenly over two octaves have 0.33
constexpr int kReach = 4;                 // a third of an octave
constexpr double kSlowerMustBeLarger = 1.05;
constexpr double kBinsPerOctave = 12.0;

// Sums up to a frame, from which the line through any stretch follows.
struct Sums {
  double y = 0.0, ty = 0.0, yy = 0.0;
};
struct Line {
  double slope_db = 0.0;    // per frame
  double residue_db = 0.0;  // rms
};

Line line_through(const Sums& upto, const Sums& before, int first, int count) noexcept {
  const double n = count, sy = upto.y - before.y, sty = upto.ty - before.ty - first * sy, syy = upto.yy - before.yy;
  const double st = 0.5 * n * (n - 1.0), stt = n * (n - 1.0) * (2.0 * n - 1.0) / 6.0;
  const double spread = n * stt - st * st;
  Line line;
  line.slope_db = (n * sty - st * sy) / spread;
  const double around = syy - sy * sy / n - line.slope_db * line.slope_db * spread / n;
  line.residue_db = std::sqrt(std::max(0.0, around / n));
  return line;
}
}  // namespace

Status RoomDecay::prepare(const StftGrid& grid) {
  if (const Status status = validate({grid.sample_rate_hz, grid.channels}); status != Status::ok) return status;
  grid_ = grid;
  double edge_hz = kLowestEdgeHz;
  for (int& edge : edges_) {
    edge = std::min(grid.bins() - 1, static_cast<int>(edge_hz / grid.bin_hz() + 0.5));
    edge_hz *= 2.0;
  }
  for (std::size_t b = 0; b < kRoomBands; ++b) {
    // Power of Gaussian noise over n independent bins strays by 4.34 / sqrt(n) dB; a Hann window leaves one of 1.5 independent, channels add some.
    const double independent = std::max(1.0, (edges_[b + 1] - edges_[b]) / 1.5 * (grid.channels == 2 ? 1.5 : 1.0));
    ripple_db_[b] = 4.34 / std::sqrt(independent);
  }
  reset();
  return Status::ok;
}

void RoomDecay::reset() noexcept {
  for (Region& region : regions_) region.frames = 0;
  bands_ = {};
}

void RoomDecay::process(const SpectrumFrame& frame) noexcept {
  for (int b = 0; b < kRoomBands; ++b) {
    const auto at = static_cast<std::size_t>(b);
    if (edges_[at + 1] - edges_[at] < 2) continue;
    float power = 0.0f;
    for (int k = edges_[at]; k < edges_[at + 1]; ++k) power += frame.power[k];
    hear(b, static_cast<float>(0.5 * kDbPerLog2) * log2_fast(std::max(power, 1e-20f)));
  }
}

void RoomDecay::hear(int band, float level_db) noexcept {
  Region& region = regions_[static_cast<std::size_t>(band)];
  if (region.frames > 0) {
    const auto lowest = static_cast<std::size_t>(region.lowest);
    const float rise_db = kRiseDb + static_cast<float>(ripple_db_[static_cast<std::size_t>(band)]);
    const bool ends = level_db > region.level_db[lowest] + rise_db || level_db < kSilentDb || region.frames == kMaxRegion;
    if (ends) end_region(band);
    // Louder than where the region began: the decay has yet to begin.
    else if (level_db >= region.level_db[0]) region.frames = 0;
  }
  if (level_db < kSilentDb) {
    region.frames = 0;
    return;
  }
  if (region.frames == 0) region.lowest = 0;
  region.level_db[static_cast<std::size_t>(region.frames)] = level_db;
  if (level_db < region.level_db[static_cast<std::size_t>(region.lowest)]) region.lowest = region.frames;
  ++region.frames;
}

void RoomDecay::end_region(int band) noexcept {
  Region& region = regions_[static_cast<std::size_t>(band)];
  const double hop_s = grid_.hop_s();
  const int frames = region.lowest + 1;
  region.frames = 0;
  if (frames * hop_s < kShortestRegionS || region.level_db[0] - region.level_db[static_cast<std::size_t>(frames - 1)] < kSmallestDropDb) return;
  std::array<Sums, kMaxRegion + 1> sums;
  sums[0] = {};
  for (int i = 0; i < frames; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const double y = static_cast<double>(region.level_db[at]) - static_cast<double>(region.level_db[0]);
    sums[at + 1] = {sums[at].y + y, sums[at].ty + i * y, sums[at].yy + y * y};
  }
  const auto line = [&sums](int from, int to) {
    return line_through(sums[static_cast<std::size_t>(to)], sums[static_cast<std::size_t>(from)], from, to - from);
  };
  const double most_residue_db = 0.6 + 1.2 * ripple_db_[static_cast<std::size_t>(band)];
  const int step = std::max(1, static_cast<int>(kSearchStepS / hop_s + 0.5));
  const int shortest = std::max(6, static_cast<int>(kShortestLineS / hop_s + 0.5));
  double best_drop_db = kSmallestDropDb, best_slope_db = 0.0;
  for (int from = static_cast<int>(kAfterPeakS / hop_s + 0.5); from + shortest <= frames; from += step) {
    for (int to = frames; to - from >= shortest; to -= step) {
      const Line whole = line(from, to);
      const double drop_db = -whole.slope_db * (to - from);
      if (drop_db <= best_drop_db) continue;
      if (whole.residue_db > most_residue_db) continue;
      const int middle = (from + to) / 2;
      const double early_db = -line(from, middle).slope_db, late_db = -line(middle, to).slope_db;
      if (early_db > kHalvesRatio * late_db || late_db > kHalvesRatio * early_db) continue;
      best_drop_db = drop_db;
      best_slope_db = whole.slope_db;
    }
  }
  if (best_slope_db >= 0.0) return;
  const double decay_s = -60.0 / best_slope_db * hop_s;
  const double bin = kBinsPerOctave * log2_exact(decay_s / kShortestDecayS);
  if (bin < 0.0 || bin >= kHistogramBins) return;
  Band& heard = bands_[static_cast<std::size_t>(band)];
  heard.weight[static_cast<std::size_t>(bin)] += static_cast<float>(best_drop_db);
  ++heard.decays;
}

namespace {
struct PooledDecay {
  double decay_s = RoomReport::kUnknown;
  double agreement = 0.0;  // share of the decays within a third of an octave of it
};

// Of bands [from, to) together: the centre of the third of an octave to either side in which most decays lie.
PooledDecay pooled(const RoomDecay& heard, std::size_t from, std::size_t to) noexcept {
  std::array<double, RoomDecay::kHistogramBins> weight{};
  int decays = 0;
  double total = 0.0;
  for (std::size_t b = from; b < to; ++b) {
    decays += heard.bands()[b].decays;
    for (std::size_t i = 0; i < weight.size(); ++i) weight[i] += static_cast<double>(heard.bands()[b].weight[i]);
  }
  PooledDecay found;
  if (decays < kFewestDecays) return found;
  for (const double w : weight) total += w;
  const auto around = [&weight](int centre, auto&& use) {
    for (int j = std::max(0, centre - kReach); j <= std::min(RoomDecay::kHistogramBins - 1, centre + kReach); ++j)
      use(j, weight[static_cast<std::size_t>(j)]);
  };
  double best = 0.0;
  int at = 0;
  for (int i = 0; i < RoomDecay::kHistogramBins; ++i) {
    double sum = 0.0;  // under a triangle
    around(i, [&sum, i](int j, double w) { sum += w * (1.0 - std::fabs(static_cast<double>(j - i)) / (kReach + 1)); });
    // Where two heaps are about as large the faster one is the room: the slower one is a room and an instrument.
    if (sum > best * kSlowerMustBeLarger) {
      best = sum;
      at = i;
    }
  }
  double inside = 0.0, moment = 0.0;
  around(at, [&](int j, double w) {
    inside += w;
    moment += w * (j + 0.5);
  });
  found.agreement = inside / total;
  if (found.agreement >= kLeastAgreement) found.decay_s = RoomDecay::kShortestDecayS * exp2_exact(moment / inside / kBinsPerOctave);
  return found;
}
}  // namespace

RoomReport find_room(const RoomDecay& heard) noexcept {
  const PooledDecay middle = pooled(heard, 2, 5);
  RoomReport report;
  if (!is_finite(middle.decay_s)) return report;
  report.decay_s = middle.decay_s;
  report.low_ratio = pooled(heard, 0, 2).decay_s / middle.decay_s;
  report.high_ratio = pooled(heard, 5, 7).decay_s / middle.decay_s;
  report.confidence = middle.agreement;
  return report;
}

}  // namespace ag06::analysis
