// What the models say of a song, put together.
#include <vector>

#include "abi.h"
#include "abi_support.h"
#include "assist/opinion.h"

namespace {
using ag06::assist::kModelSettings;
using ag06::assist::ModelSettings;

struct OpinionJob {
  int excerpts = 0;
  std::vector<float> settings;
  std::vector<float> spreads;
  std::vector<ModelSettings> weights;
  std::vector<ModelSettings> calibration;
  ModelSettings fallback{};
  ModelSettings prior_spread{};
  ag06::assist::Opinion formed;
};
OpinionJob& job(std::uintptr_t handle) { return ag06::abi::from_handle<OpinionJob>(handle); }
}  // namespace

std::uintptr_t ag06_opinion_create(int models, int excerpts) {
  return ag06::abi::make<OpinionJob>([&](OpinionJob& made) {
    if (models < 1 || models > kMaxOpinionModels || excerpts < 1 || excerpts > kMaxOpinionExcerpts) return ag06::Status::out_of_range;
    const auto rows = static_cast<std::size_t>(models);
    const std::size_t numbers = rows * static_cast<std::size_t>(excerpts) * kModelSettings;
    made.excerpts = excerpts;
    made.settings.assign(numbers, 0.0f);
    made.spreads.assign(numbers, 0.0f);
    made.weights.assign(rows, ModelSettings{});
    made.calibration.assign(rows, ModelSettings{});
    for (ModelSettings& row : made.calibration) row.fill(1.0);
    return ag06::Status::ok;
  });
}
void ag06_opinion_destroy(std::uintptr_t opinion) { delete &job(opinion); }
float* ag06_opinion_settings(std::uintptr_t opinion) { return job(opinion).settings.data(); }
float* ag06_opinion_spreads(std::uintptr_t opinion) { return job(opinion).spreads.data(); }
double* ag06_opinion_weights(std::uintptr_t opinion) { return job(opinion).weights[0].data(); }
double* ag06_opinion_calibration(std::uintptr_t opinion) { return job(opinion).calibration[0].data(); }
double* ag06_opinion_fallback(std::uintptr_t opinion) { return job(opinion).fallback.data(); }
double* ag06_opinion_prior_spread(std::uintptr_t opinion) { return job(opinion).prior_spread.data(); }
void ag06_opinion_form(std::uintptr_t opinion) {
  OpinionJob& j = job(opinion);
  std::vector<ag06::assist::ModelOutputs> outputs;
  const std::size_t stride = static_cast<std::size_t>(j.excerpts) * kModelSettings;
  for (std::size_t m = 0; m < j.weights.size(); ++m)
    outputs.push_back({{j.settings.data() + m * stride, stride}, {j.spreads.data() + m * stride, stride}, j.weights[m], j.calibration[m]});
  j.formed = ag06::assist::form_opinion(outputs, j.excerpts, j.fallback, j.prior_spread);
}
const double* ag06_opinion_result(std::uintptr_t opinion) { return reinterpret_cast<const double*>(&job(opinion).formed); }
