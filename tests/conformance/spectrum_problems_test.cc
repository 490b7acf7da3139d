// Real songs, held against their own octave levels: finished they have no problems, and what an equaliser adds is found where it was added.
#include "analysis/spectral/problems.h"

#include <cmath>
#include <cstdio>
#include <memory>

#include "analysis/octave_bands.h"
#include "core/analysis/spectral/listening.h"
#include "dsp/eq/parametric_eq.h"
#include "songs.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

constexpr int kFrames = 44100 * 100;

// Band and guitar track together, as the song was released.
[[nodiscard]] std::vector<Song> songs() {
  std::vector<Song> all;
  const std::vector<std::string> files = song_files();
  for (std::size_t i = 0; i + 1 < files.size(); i += 2) {
    Song song = read_song(files[i], kFrames);
    const Song other = read_song(files[i + 1], kFrames);
    for (std::size_t c = 0; c < song.planes.samples.size(); ++c)
      for (std::size_t n = 0; n < std::min(song.planes.samples[c].size(), other.planes.samples[c].size()); ++n)
        song.planes.samples[c][n] += other.planes.samples[c][n];
    all.push_back(std::move(song));
  }
  return all;
}

[[nodiscard]] dsp::ParametricEqParams bell(float freq_hz, float gain_db, float q) {
  dsp::ParametricEqParams params;
  params.bands[0] = {true, dsp::EqType::bell, freq_hz, gain_db, q, dsp::EqSlope::db12};
  return params;
}

struct Judged {
  std::array<double, kCurvePoints> excess_db{};  // over the aligned target
  std::vector<SpectrumProblem> problems;
  [[nodiscard]] const SpectrumProblem* find(ProblemKind kind, double near_hz) const {
    const SpectrumProblem* best = nullptr;
    for (const SpectrumProblem& p : problems)
      if (p.kind == kind && (!best || std::fabs(std::log(p.frequency_hz / near_hz)) < std::fabs(std::log(best->frequency_hz / near_hz)))) best = &p;
    return best;
  }
};

[[nodiscard]] Judged judge(Planes planes, double rate_hz, const std::vector<double>& target_db, const dsp::ParametricEqParams& params) {
  dsp::ParametricEq eq;
  EXPECT_EQ(eq.prepare({rate_hz, static_cast<int>(planes.samples.size()), 512}), Status::ok);
  eq.set_params(params);
  eq.reset();
  run(eq, planes, 512);
  const auto heard = std::make_unique<Heard>();
  hear(*heard, planes, rate_hz);
  Judged judged;
  judged.excess_db = find_curve_db(heard->spectrum);
  const auto aligned_db = aligned_target_db(judged.excess_db, target_db);
  for (std::size_t i = 0; i < judged.excess_db.size(); ++i) judged.excess_db[i] -= aligned_db[i];
  judged.problems = find_problems(heard->spectrum, heard->shape, target_db);
  return judged;
}

TEST(SpectrumProblems, OnRealSongs) {
  int rings = 0, count = 0;
  for (Song& song : songs()) {
    ++count;
    const double rate_hz = song.sample_rate_hz;
    OctaveBands octaves;
    ASSERT_EQ(octaves.prepare({rate_hz, 2, 512}), Status::ok);
    run(octaves, song.planes, 512);
    std::vector<double> target_db;
    for (int b = 0; b < kOctaveBands; ++b) target_db.push_back(octaves.level_db(b));
    const Judged finished = judge(song.planes, rate_hz, target_db, {});
    for (const SpectrumProblem& p : finished.problems)
      ADD_FAILURE() << "song " << count << ": kind " << static_cast<int>(p.kind) << " at " << p.frequency_hz << " Hz, " << p.excess_db << " dB";

    struct Hump {
      ProblemKind kind;
      dsp::ParametricEqParams params;
      double freq_hz;
    };
    for (const Hump& hump :
         {Hump{ProblemKind::mud, bell(300.0f, 6.0f, 1.0f), 300.0}, Hump{ProblemKind::harshness, bell(3000.0f, 8.0f, 1.0f), 3000.0}}) {
      const Judged degraded = judge(song.planes, rate_hz, target_db, hump.params);
      const SpectrumProblem* found = degraded.find(hump.kind, hump.freq_hz);
      ASSERT_NE(found, nullptr) << "song " << count << ' ' << hump.freq_hz;
      // The song's own departure there, and what the equaliser added.
      const double point = 6.0 * std::log2(found->frequency_hz / 20.0);
      const auto at = static_cast<std::size_t>(std::lround(point));
      const double own_db = 0.25 * (finished.excess_db[at - 1] + 2.0 * finished.excess_db[at] + finished.excess_db[at + 1]);
      const double expected_db = own_db + dsp::response_db(hump.params, rate_hz, found->frequency_hz);
      EXPECT_NEAR(found->excess_db, expected_db, 1.5) << "song " << count << ' ' << hump.freq_hz;
      std::printf("song %d, bell at %.0f Hz: %.0f Hz %+.1f dB q %.1f, expected %+.1f dB\n", count, hump.freq_hz, found->frequency_hz,
                  found->excess_db, found->q, expected_db);
    }
    const Judged ringing = judge(song.planes, rate_hz, target_db, bell(1234.0f, 12.0f, 30.0f));
    const SpectrumProblem* ring = ringing.find(ProblemKind::resonance, 1234.0);
    if (!ring) continue;
    ++rings;
    EXPECT_NEAR(ring->frequency_hz, 1234.0, 6.0) << "song " << count;
    EXPECT_NEAR(ring->excess_db, 12.0, 1.5) << "song " << count;
    std::printf("song %d, ring: %.1f Hz %+.1f dB q %.0f\n", count, ring->frequency_hz, ring->excess_db, ring->q);
  }
  ASSERT_EQ(count, 4);
  // Feelings is a ballad of sparse tones with nothing between them that could ring.
  EXPECT_GE(rings, 3);
}

}  // namespace
}  // namespace ag06::analysis
