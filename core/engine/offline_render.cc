#include "engine/offline_render.h"

#include <algorithm>

namespace ag06::engine {

Status OfflineRender::prepare(const StreamSpec& spec) {
  if (const Status status = session_.prepare(spec); status != Status::ok) return status;
  spec_ = spec;
  for (int c = 0; c < kMaxStripChannels; ++c) silence_[c].assign(c < spec.channels ? static_cast<std::size_t>(spec.max_block_frames) : 0, 0.0f);
  begin();
  return Status::ok;
}

void OfflineRender::begin() noexcept {
  session_.reset();
  skip_frames_ = rest_frames_ = session_.latency_frames();
}

ConstAudioBlock OfflineRender::push(AudioBlock io) noexcept {
  mix(io);
  return push_mix(io);
}

ConstAudioBlock OfflineRender::push_mix(AudioBlock io) noexcept {
  session_.process_output(io);
  const int skipped = std::min(skip_frames_, io.frames);
  skip_frames_ -= skipped;
  for (int c = 0; c < io.channel_count; ++c) kept_[c] = io.channel(c) + skipped;
  return {kept_, io.channel_count, io.frames - skipped};
}

ConstAudioBlock OfflineRender::pull_rest() noexcept {
  // A stream shorter than the latency still has frames to skip here, so a piece may come out empty before the last.
  for (AudioBlock silence = next_silence(); silence.frames > 0; silence = next_silence())
    if (const ConstAudioBlock kept = push(silence); kept.frames > 0) return kept;
  return {kept_, spec_.channels, 0};
}

AudioBlock OfflineRender::next_silence() noexcept {
  const int frames = std::min(rest_frames_, spec_.max_block_frames);
  for (int c = 0; c < spec_.channels; ++c) {
    silent_[c] = silence_[c].data();
    std::fill_n(silent_[c], frames, 0.0f);
  }
  rest_frames_ -= frames;
  return {silent_, spec_.channels, frames};
}

}  // namespace ag06::engine
