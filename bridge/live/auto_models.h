// What the trained models say of the latest seconds of the input, for mode auto: hears them through core/assist/ear.h and keeps the last few answers, so that
// an opinion rests on more than one excerpt. Not for deciding settings (auto_mixer.h).
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "assist/ear.h"
#include "assist/opinion.h"
#include "native/song_models.h"

namespace ag06::bridge {

inline constexpr std::size_t kAutoHearings = 4;

// One thread uses it. Without models it never has an opinion.
class AutoModels {
 public:
  explicit AutoModels(std::shared_ptr<const inference::SongModels> models) : models_(std::move(models)) {}

  // interleaved: the latest seconds, stereo; the last excerpt's length of them is heard. Takes about a tenth of a second and allocates. Empty: no models, or they failed, for good.
  [[nodiscard]] std::optional<assist::Opinion> hear(std::span<const float> interleaved, double sample_rate_hz);
  // What was heard so far no longer counts.
  void forget() noexcept { answers_.clear(); }
  // "ensemble", or "musical" where the rule decides.
  [[nodiscard]] std::string decides() const { return models_ ? models_->version() : "musical"; }

 private:
  std::shared_ptr<const inference::SongModels> models_;
  assist::Ear ear_;
  double ear_rate_hz_ = 0.0;
  std::deque<inference::SongModels::Answers> answers_;
};

}  // namespace ag06::bridge
