#include "live/auto_models.h"

#include <algorithm>
#include <vector>

#include "live/each_block.h"
#include "native/model_error.h"

namespace ag06::bridge {

std::optional<assist::Opinion> AutoModels::hear(std::span<const float> interleaved, double sample_rate_hz) {
  if (!models_) return std::nullopt;
  if (sample_rate_hz != ear_rate_hz_) {
    forget();
    if (ear_.prepare({sample_rate_hz, 2, kEachBlockFrames}) != Status::ok) return std::nullopt;
    ear_rate_hz_ = sample_rate_hz;
  }
  const auto excerpt = 2 * static_cast<std::size_t>(assist::excerpt_frames(sample_rate_hz));
  ear_.reset();
  each_block(interleaved.last(std::min(interleaved.size(), excerpt)), [&](ConstAudioBlock block) { ear_.process(block); });
  std::vector<float> mel(models_->features().mel_numbers()), heard(models_->features().heard_numbers());
  ear_.finish(mel.data(), heard.data());
  try {
    answers_.push_back(models_->ask(mel, heard, 1));
  } catch (const inference::ModelError&) {
    models_.reset();   // the rule goes on, and the state says so
    return std::nullopt;
  }
  if (answers_.size() > kAutoHearings) answers_.pop_front();
  inference::SongModels::Answers all;
  for (const inference::SongModels::Answers& answer : answers_) inference::SongModels::append(all, answer);
  return models_->opinion_of(all);
}

}  // namespace ag06::bridge
