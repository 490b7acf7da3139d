#include "analysis/spectral/problems.h"

#include <cmath>

#include "analysis/spectral/line_problems.h"
#include "base/math.h"

namespace ag06::analysis {

std::array<double, kCurvePoints> aligned_target_db(const std::array<double, kCurvePoints>& curve_db, std::span<const double> target_octave_db) {
  AlignedTarget target{target_octave_db};
  std::array<double, kCurvePoints> aligned{};
  aligned.fill(SpectrumReport::kUnknown);
  if (align(target, curve_db))
    for (int i = 0; i < kCurvePoints; ++i) aligned[static_cast<std::size_t>(i)] = target.at_db(curve_point_hz(i));
  return aligned;
}

std::vector<SpectrumProblem> find_problems(const LongTermSpectrum& heard, const SpectralShape& shape, std::span<const double> target_octave_db) {
  std::vector<SpectrumProblem> problems;
  if (heard.silent()) return problems;
  const std::vector<SpectrumProblem> hum = find_hum(heard);
  AlignedTarget target{target_octave_db};
  bool hum_placed = false;
  const auto place_hum = [&] {
    if (!hum_placed) problems.insert(problems.end(), hum.begin(), hum.end());
    hum_placed = true;
  };
  if (align(target, find_curve_db(heard)))
    for (const SpectrumProblem& problem : find_tone_problems(heard, shape, target)) {
      if (problem.kind != ProblemKind::rumble) place_hum();
      problems.push_back(problem);
    }
  place_hum();
  for (const SpectrumProblem& problem : find_resonances(heard)) {
    // A harmonic of the hum is no second problem.
    bool of_hum = false;
    for (const SpectrumProblem& mains : hum) {
      const double order = std::floor(problem.frequency_hz / mains.frequency_hz + 0.5);
      of_hum = of_hum || (order <= 20.0 && std::fabs(problem.frequency_hz - order * mains.frequency_hz) < 3.0);
    }
    if (!of_hum) problems.push_back(problem);
  }
  return problems;
}

}  // namespace ag06::analysis
