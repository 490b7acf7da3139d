#include "assist/opinion.h"

#include <cmath>
#include <cstddef>

#include "base/math.h"

namespace ag06::assist {
namespace {

double finite_or(double x, double otherwise) noexcept { return is_finite(x) ? x : otherwise; }
double magnitude(double x) noexcept { return x < 0.0 ? -x : x; }

bool speaks(const ModelOutputs& model, int excerpts) noexcept {
  const auto numbers = static_cast<std::size_t>(excerpts) * kModelSettings;
  if (excerpts < 1 || model.settings.size() < numbers || model.spreads.size() < numbers) return false;
  for (std::size_t i = 0; i < numbers; ++i)
    if (!is_finite(model.settings[i]) || !is_finite(model.spreads[i]) || model.spreads[i] < 0.0f) return false;
  return true;
}
}  // namespace

Opinion form_opinion(std::span<const ModelOutputs> models, int excerpts, const ModelSettings& fallback, const ModelSettings& prior_spread) noexcept {
  const int count = excerpts > 0 ? excerpts : 1;
  Opinion opinion;
  for (std::size_t k = 0; k < kModelSettings; ++k) {
    const double median = clamp_to(finite_or(fallback[k], kSettings[k].neutral_01), 0.0, 1.0);
    const double prior = finite_or(prior_spread[k], 0.0);
    double weights = 0.0;
    double shares = 0.0;
    for (const ModelOutputs& model : models) {
      weights += finite_or(model.weights[k], 0.0);
      shares += magnitude(finite_or(model.weights[k], 0.0));
    }
    double spreads = 0.0;
    double sum = 0.0;
    double sum_of_squares = 0.0;
    for (int excerpt = 0; excerpt < count; ++excerpt) {
      const std::size_t at = static_cast<std::size_t>(excerpt) * kModelSettings + k;
      double said = 0.0;
      for (const ModelOutputs& model : models) {
        const double weight = finite_or(model.weights[k], 0.0);
        const bool speaking = speaks(model, excerpts);
        said += weight * (speaking ? static_cast<double>(model.settings[at]) : median);
        if (speaking) spreads += magnitude(weight) * static_cast<double>(model.spreads[at]) * magnitude(finite_or(model.calibration[k], 1.0));
        else if (shares > 0.0) spreads += magnitude(weight) / shares * prior;
      }
      sum += said;
      sum_of_squares += said * said;
    }
    const double mean = sum / count;
    const double variance = sum_of_squares / count - mean * mean;
    const double disagreement = variance > 1e-12 ? std::sqrt(variance) : 0.0;  // less is rounding
    const double spread = shares > 0.0 ? spreads / count : prior;
    opinion.setting_01[k] = clamp_to(finite_or(mean + (1.0 - weights) * median, median), 0.0, 1.0);
    opinion.spread_01[k] = clamp_to(finite_or(spread, 1.0), 0.0, 1.0);
    opinion.disagreement_01[k] = clamp_to(finite_or(disagreement, 1.0), 0.0, 1.0);
    const double error = std::sqrt(opinion.spread_01[k] * opinion.spread_01[k] + opinion.disagreement_01[k] * opinion.disagreement_01[k] / count);
    opinion.confidence_01[k] = prior > 0.0 ? clamp_to(1.0 - error / prior, 0.0, 1.0) : 0.0;
  }
  return opinion;
}

Status check(const Opinion& opinion) noexcept {
  for (const ModelSettings* row : {&opinion.setting_01, &opinion.spread_01, &opinion.disagreement_01, &opinion.confidence_01})
    for (const double number : *row) {
      if (!is_finite(number)) return Status::not_finite;
      if (number < 0.0 || number > 1.0) return Status::out_of_range;
    }
  return Status::ok;
}

}  // namespace ag06::assist
