// What the trained models say of a song, put together into one opinion: the ten settings, and how sure they are. Not for running the models, which
// happens outside the core, nor for what becomes of the settings (model_rule.h).
#pragma once

#include <array>
#include <span>

#include "assist/model_settings.h"
#include "base/status.h"

namespace ag06::assist {

// One model's word on every excerpt of a song.
struct ModelOutputs {
  std::span<const float> settings;  // excerpts x kModelSettings, row by row, 0..1
  std::span<const float> spreads;   // alike: standard deviation, before calibration
  ModelSettings weights{};          // its share in each setting
  ModelSettings calibration{};      // factor from spread to the error that was measured
};

[[nodiscard]] constexpr ModelSettings neutral_settings() noexcept {
  ModelSettings neutral{};
  for (std::size_t i = 0; i < neutral.size(); ++i) neutral[i] = kSettings[i].neutral_01;
  return neutral;
}

// All 0..1. By default: nothing heard.
struct Opinion {
  ModelSettings setting_01 = neutral_settings();
  ModelSettings spread_01{};        // calibrated standard deviation
  ModelSettings disagreement_01{};  // standard deviation over the excerpts
  ModelSettings confidence_01{};
};
static_assert(sizeof(Opinion) == 4 * kModelSettings * sizeof(double), "read as a table by the WebAssembly ABI");

// Per setting:
//   setting       sum of weight * mean over the excerpts, and fallback (the training median) for what the weights leave to one
//   spread        sum of |weight| * mean spread * calibration; the share of a model that says nothing counts with prior_spread
//   disagreement  standard deviation of the weighted sum over the excerpts; 0 for a single one
//   confidence    1 - sqrt(spread^2 + disagreement^2 / excerpts) / prior_spread, at least 0: what is left of the ignorance before listening
//                 (prior_spread, the standard deviation of the training targets). The excerpts' disagreement counts as the error of their mean.
// A model with any number that is not finite, a negative spread or too few numbers says nothing: in each setting it counts as the fallback.
// A setting of which no model says anything has confidence 0. Deterministic: sums in the order given, no libm. Reads excerpts x kModelSettings numbers.
[[nodiscard]] Opinion form_opinion(std::span<const ModelOutputs> models, int excerpts, const ModelSettings& fallback, const ModelSettings& prior_spread) noexcept;

// Errors: not_finite, out_of_range for a number outside 0..1.
[[nodiscard]] Status check(const Opinion& opinion) noexcept;

}  // namespace ag06::assist
