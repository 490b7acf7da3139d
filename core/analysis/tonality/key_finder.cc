#include "analysis/tonality/key_finder.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/math.h"

namespace ag06::analysis {
namespace {
using KeyScores = std::array<double, kKeys>;

// Weight of the pitch classes from the tonic upwards, major then minor.
struct Profile {
  PitchClasses major, minor;
};
// Shares of segments that hold a class in the Kostka-Payne corpus: D. Temperley, "Music and Probability", 2007, ch. 6.
// Probe tones: C. L. Krumhansl and E. J. Kessler, Psychological Review 89(4), 1982.
// Electronic dance music (bgate): A. Faraldo, S. Jorda and P. Herrera, "A Multi-Profile Method for Key Estimation in EDM", AES Semantic Audio, 2017.
constexpr Profile kProfiles[] = {
    {{0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400},
     {0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330}},
    {{6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88},
     {6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17}},
    {{1.00, 0.00, 0.42, 0.00, 0.53, 0.37, 0.00, 0.77, 0.00, 0.38, 0.21, 0.30},
     {1.00, 0.00, 0.36, 0.39, 0.00, 0.38, 0.00, 0.74, 0.27, 0.00, 0.42, 0.23}},
};
constexpr int kProfileCount = 3;

// How well a chord on each degree speaks for a key, in [-1, 1]; chosen by us after T. de Clercq and D. Temperley, "A Corpus Analysis of Rock
// Harmony", Popular Music 30(1), 2011 (IV is the commonest chord after I, above all before I), and the functions of common-practice harmony.
// Rows: degree; columns: major chord, minor chord.
constexpr double kInMajor[12][2] = {{1.0, -0.4}, {-0.5, -0.7}, {-0.1, 0.45}, {-0.2, -0.7}, {-0.2, 0.25}, {0.6, 0.0},
                                    {-0.7, -0.7}, {0.7, -0.2}, {-0.2, -0.7}, {-0.2, 0.5}, {0.3, -0.7}, {-0.5, -0.4}};
constexpr double kInMinor[12][2] = {{-0.3, 1.0}, {0.0, -0.7}, {-0.4, 0.0}, {0.45, -0.7}, {-0.7, -0.7}, {0.1, 0.55},
                                    {-0.7, -0.7}, {0.6, 0.35}, {0.5, -0.7}, {-0.7, -0.7}, {0.5, -0.4}, {-0.6, -0.7}};

// Natural logarithms of odds; chosen by us on the progressions and renderings that docs and tests name.
constexpr double kProfileFit = 4.0;
constexpr double kChordFit = 2.0;
constexpr double kBassFit = 0.8;
constexpr double kCadence = 0.8;
constexpr double kFirstChord = 2.0, kLastChord = 1.6;
constexpr double kModulation = 6.0;
constexpr double kBlockS = 4.0;
// A song says the same thing again and again: all its blocks together weigh no more than so many.
constexpr double kBlocksWorth = 5.0;

[[nodiscard]] double mean_of(const PitchClasses& x) noexcept {
  double sum = 0.0;
  for (const double value : x) sum += value;
  return sum / 12.0;
}

// Pearson's correlation of the chroma with a profile set on a tonic; 0 for a flat chroma.
[[nodiscard]] double correlation(const PitchClasses& chroma, const PitchClasses& profile, int tonic) noexcept {
  const double chroma_mean = mean_of(chroma), profile_mean = mean_of(profile);
  double xy = 0.0, xx = 0.0, yy = 0.0;
  for (int p = 0; p < 12; ++p) {
    const double x = chroma[static_cast<std::size_t>((p + tonic) % 12)] - chroma_mean, y = profile[static_cast<std::size_t>(p)] - profile_mean;
    xy += x * y;
    xx += x * x;
    yy += y * y;
  }
  return xx > 1e-18 ? xy / std::sqrt(xx * yy) : 0.0;
}

[[nodiscard]] double fit(const PitchClasses& chroma, int key) noexcept {
  double sum = 0.0;
  for (const Profile& profile : kProfiles) sum += correlation(chroma, key < 12 ? profile.major : profile.minor, key % 12);
  return sum / kProfileCount;
}

[[nodiscard]] double speaks_for(int chord, int key) noexcept {
  const int degree = (chord % 12 - key % 12 + 12) % 12;
  return key < 12 ? kInMajor[degree][chord / 12] : kInMinor[degree][chord / 12];
}

// A fourth-wards chord, the major chord on the fifth degree, the tonic: the cadence that only one key has.
[[nodiscard]] bool is_cadence(int before, int dominant, int tonic) noexcept {
  if (dominant >= 12 || (tonic + 7) % 12 != dominant) return false;
  const int step = (before % 12 - tonic % 12 + 12) % 12;
  const bool minor = before >= 12;
  return step == 5 || (step == 2 && minor) || (step == 8 && !minor) || (step == 9 && minor);
}

struct Blocks {
  std::vector<KeyScores> evidence, openings;
  std::vector<double> weights;
};

[[nodiscard]] Blocks weigh(const std::vector<HarmonicSpan>& spans, const std::vector<HeardChord>& chords) {
  Blocks blocks;
  int before_last = -1, last = -1;
  bool first = true;
  std::size_t i = 0;
  while (i < spans.size()) {
    KeyScores scores{};
    PitchClasses chroma{}, bass{};
    double weight = 0.0, chord_weight = 0.0;
    KeyScores chord_scores{}, moves{}, opening{};
    const double start_s = spans[i].start_s;
    for (; i < spans.size() && spans[i].start_s - start_s < kBlockS; ++i) {
      const HarmonicSpan& span = spans[i];
      const double its = span.weight * span.length_s();
      weight += its;
      for (std::size_t p = 0; p < 12; ++p) {
        chroma[p] += its * span.chroma[p];
        bass[p] += its * span.bass[p];
      }
      const int chord = chords[i].state;
      if (chord == kNoChord) continue;
      chord_weight += its;
      for (int k = 0; k < kKeys; ++k) chord_scores[static_cast<std::size_t>(k)] += its * speaks_for(chord, k);
      if (chord == last) continue;
      if (first) opening[static_cast<std::size_t>(chord)] += kFirstChord;
      first = false;
      if (before_last >= 0 && is_cadence(before_last, last, chord)) moves[static_cast<std::size_t>(chord)] += kCadence;
      before_last = last;
      last = chord;
    }
    if (!(weight > 0.0)) continue;
    for (int k = 0; k < kKeys; ++k) {
      const auto at = static_cast<std::size_t>(k);
      scores[at] = kProfileFit * fit(chroma, k) + kBassFit * bass[static_cast<std::size_t>(k % 12)] / weight;
      if (chord_weight > 0.0) scores[at] += kChordFit * chord_scores[at] / weight;
      scores[at] += moves[at];
    }
    blocks.evidence.push_back(scores);
    blocks.openings.push_back(opening);
    blocks.weights.push_back(weight);
  }
  const double worth = std::min(1.0, kBlocksWorth / std::max<double>(1.0, static_cast<double>(blocks.evidence.size())));
  for (std::size_t b = 0; b < blocks.evidence.size(); ++b)
    for (std::size_t k = 0; k < kKeys; ++k) blocks.evidence[b][k] = worth * blocks.evidence[b][k] + blocks.openings[b][k];
  if (last >= 0 && !blocks.evidence.empty()) blocks.evidence.back()[static_cast<std::size_t>(last)] += kLastChord;
  return blocks;
}

void normalise(KeyScores& probabilities) noexcept {
  double sum = 0.0;
  for (const double p : probabilities) sum += p;
  for (double& p : probabilities) p /= sum;
}

// Expected share of the time in each key: forward and backward through the blocks, a change of key being rare.
[[nodiscard]] KeyScores shares_of(const Blocks& blocks) {
  const double change = exp_exact(-kModulation) / (kKeys - 1), stay = 1.0 - exp_exact(-kModulation);
  const std::size_t count = blocks.evidence.size();
  std::vector<KeyScores> likelihood(count), forward(count);
  const auto step = [change, stay](const KeyScores& from) {
    double sum = 0.0;
    for (const double p : from) sum += p;
    KeyScores to{};
    for (std::size_t k = 0; k < kKeys; ++k) to[k] = stay * from[k] + change * (sum - from[k]);
    return to;
  };
  for (std::size_t b = 0; b < count; ++b) {
    const double most = *std::max_element(blocks.evidence[b].begin(), blocks.evidence[b].end());
    for (std::size_t k = 0; k < kKeys; ++k) likelihood[b][k] = exp_exact(std::max(-600.0, blocks.evidence[b][k] - most));
    KeyScores reached{};
    reached.fill(1.0 / kKeys);
    if (b > 0) reached = step(forward[b - 1]);
    for (std::size_t k = 0; k < kKeys; ++k) forward[b][k] = reached[k] * likelihood[b][k];
    normalise(forward[b]);
  }
  KeyScores shares{}, backward{};
  backward.fill(1.0);
  for (std::size_t b = count; b-- > 0;) {
    KeyScores now{};
    for (std::size_t k = 0; k < kKeys; ++k) now[k] = forward[b][k] * backward[k];
    normalise(now);
    for (std::size_t k = 0; k < kKeys; ++k) {
      shares[k] += blocks.weights[b] * now[k];
      now[k] = backward[k] * likelihood[b][k];
    }
    backward = step(now);
    normalise(backward);
  }
  normalise(shares);
  return shares;
}
}  // namespace

HeardKey find_key(const std::vector<HarmonicSpan>& spans, const std::vector<HeardChord>& chords) {
  HeardKey key;
  const Blocks blocks = weigh(spans, chords);
  if (blocks.evidence.empty()) return key;
  PitchClasses chroma{};
  for (const HarmonicSpan& span : spans)
    for (std::size_t p = 0; p < 12; ++p) chroma[p] += span.weight * span.length_s() * span.chroma[p];
  double sum = 0.0, squares = 0.0;
  for (const double x : chroma) {
    sum += x;
    squares += x * x;
  }
  if (!(sum > 0.0)) return key;
  const KeyScores shares = shares_of(blocks);
  key.state = 0;
  for (int k = 1; k < kKeys; ++k)
    if (shares[static_cast<std::size_t>(k)] > shares[static_cast<std::size_t>(key.state)]) key.state = k;
  key.share_01 = shares[static_cast<std::size_t>(key.state)];
  key.clarity_01 = clamp_to(fit(chroma, key.state), 0.0, 1.0);
  key.classes = sum * sum / squares;
  for (std::size_t p = 0; p < 12; ++p) key.chroma[p] = chroma[p] / sum;
  return key;
}

}  // namespace ag06::analysis
