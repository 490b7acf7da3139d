#include "analysis/structure/song_vectors.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "base/simd.h"

namespace ag06::analysis {
namespace {
constexpr double kRangeDb = 50.0;  // below the loudest band of the loudest steps: what lies deeper is not heard beside it
// Traits join the bands as further coordinates: what is one unit of each beside 6 dB of all bands together was chosen by us.
constexpr std::array<Trait, 4> kTraitAxes = {Trait::percussive, Trait::fullness, Trait::activity_db, Trait::tonal};
constexpr std::array<double, 4> kTraitUnits = {0.1, 0.2, 0.8, 0.25};
constexpr double kBandUnitDb = 6.0;
// A song that strays less than this from its centre never changes: its vectors are not blown up.
constexpr double kLeastSpread = 0.15;
static_assert(kTimbreSize % 4 == 0);

double loudest_db(const std::vector<TextureStep>& steps, int first, int last) {
  std::vector<std::int16_t> peaks;
  for (int i = first; i < last; ++i) {
    const auto& bands = steps[static_cast<std::size_t>(i)].band_centibel;
    peaks.push_back(*std::max_element(bands.begin(), bands.end()));
  }
  std::sort(peaks.begin(), peaks.end());
  return peaks[static_cast<std::size_t>(0.95 * static_cast<double>(peaks.size() - 1))] / 10.0;
}

float dot12(const std::array<float, 12>& x, const std::array<float, 12>& y) noexcept {
  const float* a = x.data();
  const float* b = y.data();
  return sum4(load4(a) * load4(b) + load4(a + 4) * load4(b + 4) + load4(a + 8) * load4(b + 8));
}
}  // namespace

float SongVectors::timbre_distance2(int i, int j) const noexcept {
  const float* a = timbre[static_cast<std::size_t>(i)].data();
  const float* b = timbre[static_cast<std::size_t>(j)].data();
  f32x4 sum = splat4(0.0f);
  for (int k = 0; k < kTimbreSize; k += 4) {
    const f32x4 apart = load4(a + k) - load4(b + k);
    sum += apart * apart;
  }
  return sum4(sum);
}

float SongVectors::chroma_likeness(int i, int j) const noexcept {
  return dot12(chroma[static_cast<std::size_t>(i)], chroma[static_cast<std::size_t>(j)]);
}
float SongVectors::harmony_dot(int i, int j) const noexcept {
  return dot12(harmony[static_cast<std::size_t>(i)], harmony[static_cast<std::size_t>(j)]);
}

SongVectors song_vectors(const TextureHistory& heard, int first, int last, int max_steps) {
  const std::vector<TextureStep>& steps = heard.steps();
  SongVectors song;
  const int count = last - first;
  if (count == 0 || max_steps < 1) return song;
  const int merged = (count + max_steps - 1) / max_steps;
  song.step_s = heard.step_s() * merged;
  const double floor_db = loudest_db(steps, first, last) - kRangeDb;
  for (int at = first; at < last; at += merged) {
    const int end = std::min(at + merged, last);
    std::array<double, kTimbreSize> timbre{};
    std::array<double, 12> chroma{};
    double power = 0.0;
    for (int i = at; i < end; ++i) {
      const TextureStep& step = steps[static_cast<std::size_t>(i)];
      for (std::size_t b = 0; b < kTextureBands; ++b) timbre[b] += std::max(step.band_centibel[b] / 10.0, floor_db) / kBandUnitDb;
      for (std::size_t t = 0; t < kTraitAxes.size(); ++t) timbre[kTextureBands + t] += step.trait(kTraitAxes[t]) / kTraitUnits[t];
      for (std::size_t p = 0; p < 12; ++p) chroma[p] += step.chroma[p];
      power += static_cast<double>(step.weighted_power);
    }
    double length2 = 0.0;
    for (const double share : chroma) length2 += share * share;
    std::array<float, kTimbreSize> timbre_row;
    std::array<float, 12> chroma_row;
    for (std::size_t k = 0; k < kTimbreSize; ++k) timbre_row[k] = static_cast<float>(timbre[k] / (end - at));
    for (std::size_t p = 0; p < 12; ++p) chroma_row[p] = length2 > 0.0 ? static_cast<float>(chroma[p] / std::sqrt(length2)) : 0.0f;
    song.timbre.push_back(timbre_row);
    song.chroma.push_back(chroma_row);
    song.weighted_power.push_back(static_cast<float>(power / (end - at)));
  }
  std::array<double, kTimbreSize> centre{};
  for (const auto& row : song.timbre)
    for (std::size_t k = 0; k < kTimbreSize; ++k) centre[k] += static_cast<double>(row[k]) / song.size();
  double spread = 0.0;
  for (const auto& row : song.timbre) {
    double distance2 = 0.0;
    for (std::size_t k = 0; k < kTimbreSize; ++k) distance2 += (static_cast<double>(row[k]) - centre[k]) * (static_cast<double>(row[k]) - centre[k]);
    spread += std::sqrt(distance2) / song.size();
  }
  const double scale = 1.0 / std::max(spread, kLeastSpread * std::sqrt(static_cast<double>(kTimbreSize)));
  for (auto& row : song.timbre)
    for (std::size_t k = 0; k < kTimbreSize; ++k) row[k] = static_cast<float>((static_cast<double>(row[k]) - centre[k]) * scale);
  std::array<double, 12> mean{};
  int pitched = 0;
  for (const auto& row : song.chroma) {
    pitched += *std::max_element(row.begin(), row.end()) > 0.0f ? 1 : 0;
    for (std::size_t p = 0; p < 12; ++p) mean[p] += static_cast<double>(row[p]);
  }
  song.harmony = song.chroma;
  for (auto& row : song.harmony) {
    if (*std::max_element(row.begin(), row.end()) <= 0.0f) continue;
    for (std::size_t p = 0; p < 12; ++p) row[p] -= static_cast<float>(mean[p] / pitched);
  }
  for (int i = 0; i < song.size(); ++i) song.harmony_power.push_back(song.harmony_dot(i, i));
  return song;
}

}  // namespace ag06::analysis
