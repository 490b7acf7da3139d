#include "live/song_feed.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/stream_spec.h"

namespace ag06::bridge {

void SongFeed::prepare(double device_rate_hz, int latency_frames) {
  const std::lock_guard lock(mutex_);
  in_chain_.assign(static_cast<std::size_t>(std::max(latency_frames, 0)), 0);
  in_chain_at_ = 0;
  unheard_frames_ = 0;
  if (device_rate_hz == device_rate_hz_) {
    fade_.prepare(fade_.frames());
    if (step_ == Step::playing || step_ == Step::closing) step_ = Step::buffering;
    return;
  }
  device_rate_hz_ = device_rate_hz;
  const auto capacity_frames =
      static_cast<std::size_t>(2.0 * frames_for_ms(kCapacityMs, device_rate_hz));   // half of it may be kept for the converter's rest
  ring_.assign(2 * std::bit_ceil(capacity_frames), 0.0f);
  mask_ = ring_.size() / 2 - 1;
  written_.store(0, std::memory_order_relaxed);
  read_.store(0, std::memory_order_relaxed);
  start_frames_ = frames_for_ms(kStartMs, device_rate_hz);
  fade_.prepare(std::max(1, frames_for_ms(kFadeMs, device_rate_hz)));
  is_interrupted_ = asked_.is_on && !(has_ended_ && current_.stream_id == asked_.stream_id);
  asked_.is_on = false;
  static_cast<void>(wishes_.take());
  wanted_ = asked_;
  current_ = {.stream_id = current_.stream_id};   // no rate: the position stays where it was last heard
  limit_ = kNotKnown;
  step_ = Step::idle;
}

bool SongFeed::begin(std::uint32_t stream_id, double sample_rate_hz, std::uint64_t first_frame) {
  const std::lock_guard lock(mutex_);
  if (device_rate_hz_ == 0.0) return false;
  if (sample_rate_hz != prepared_song_rate_hz_ || device_rate_hz_ != prepared_device_rate_hz_) {
    if (resampler_.prepare({sample_rate_hz, device_rate_hz_, 2}) != Status::ok) return false;
    prepared_song_rate_hz_ = sample_rate_hz;
    prepared_device_rate_hz_ = device_rate_hz_;
    drain_frames_ = static_cast<std::size_t>(std::ceil(resampler_.latency_in_frames() * device_rate_hz_ / sample_rate_hz)) + 2;
    for (auto& plane : piece_) plane.resize(kPieceFrames);
    for (auto& plane : converted_) plane.resize(static_cast<std::size_t>(resampler_.max_output_frames(kPieceFrames)));
  } else {
    resampler_.reset();
  }
  asked_ = {.stream_id = stream_id,
            .is_on = true,
            .is_paused = false,
            .start = written_.load(std::memory_order_relaxed),
            .end = kNotKnown,
            .first_frame = first_frame,
            .song_rate_hz = sample_rate_hz};
  is_interrupted_ = false;
  wishes_.publish(asked_);
  return true;
}

std::size_t SongFeed::push(std::uint32_t stream_id, std::span<const float> interleaved, bool is_last) {
  const std::lock_guard lock(mutex_);
  if (!asked_.is_on || stream_id != asked_.stream_id || asked_.end != kNotKnown) return 0;
  const std::size_t offered = interleaved.size() / 2;
  const std::size_t taken = std::min(offered, room_song_frames());
  append(interleaved.first(2 * taken));
  if (is_last && taken == offered) finish();
  return taken;
}

std::size_t SongFeed::room_frames() const {
  const std::lock_guard lock(mutex_);
  return asked_.is_on && asked_.end == kNotKnown ? room_song_frames() : 0;
}

void SongFeed::set_paused(bool paused) {
  const std::lock_guard lock(mutex_);
  if (!asked_.is_on) return;
  asked_.is_paused = paused;
  wishes_.publish(asked_);
}

void SongFeed::stop() {
  const std::lock_guard lock(mutex_);
  asked_.is_on = false;
  is_interrupted_ = false;
  wishes_.publish(asked_);
}

SongStatus SongFeed::status() const {
  const std::lock_guard lock(mutex_);
  SongStatus status{.stream_id = asked_.stream_id, .sample_rate_hz = asked_.song_rate_hz, .position_frames = static_cast<double>(asked_.first_frame)};
  const bool is_reported = asked_.stream_id == reported_stream_.load(std::memory_order_acquire);
  if (is_reported) {
    status.position_frames = reported_position_.load(std::memory_order_relaxed);
    status.underruns = underruns_.load(std::memory_order_relaxed);
  }
  if (is_interrupted_) {
    status.phase = SongPhase::interrupted;
  } else if (asked_.is_on) {
    status.phase = is_reported ? reported_phase_.load(std::memory_order_relaxed) : SongPhase::buffering;
    if (asked_.is_paused && status.phase != SongPhase::ended) status.phase = SongPhase::paused;
    const std::uint64_t from = std::max(read_.load(std::memory_order_acquire), asked_.start);
    const std::uint64_t to = std::max(written_.load(std::memory_order_relaxed), from);
    status.buffered_ms = static_cast<double>(to - from) * 1000.0 / device_rate_hz_;
  }
  return status;
}

std::size_t SongFeed::room_device_frames() const noexcept {
  const std::uint64_t used = written_.load(std::memory_order_relaxed) - read_.load(std::memory_order_acquire);
  const std::uint64_t held = used + drain_frames_;
  return held < mask_ + 1 ? static_cast<std::size_t>(mask_ + 1 - held) : 0;
}

// The converter gives at most frames * out / in + 2 for every piece it is handed.
std::size_t SongFeed::room_song_frames() const noexcept {
  const double out_per_in = device_rate_hz_ / asked_.song_rate_hz;
  const double out_per_piece = kPieceFrames * out_per_in + 2.0;
  const auto room = static_cast<double>(room_device_frames());
  const double pieces = std::floor(room / out_per_piece);
  const double rest = std::floor((room - pieces * out_per_piece - 2.0) / out_per_in);
  return static_cast<std::size_t>(std::max(0.0, pieces * kPieceFrames + std::max(0.0, rest)));
}

void SongFeed::append(std::span<const float> interleaved) {
  float* in_planes[2] = {piece_[0].data(), piece_[1].data()};
  float* out_planes[2] = {converted_[0].data(), converted_[1].data()};
  for (std::size_t at = 0; at < interleaved.size() / 2; at += kPieceFrames) {
    const std::size_t frames = std::min<std::size_t>(kPieceFrames, interleaved.size() / 2 - at);
    for (std::size_t i = 0; i < frames; ++i)
      for (std::size_t c = 0; c < 2; ++c) piece_[c][i] = interleaved[2 * (at + i) + c];
    write_converted(
        resampler_.process(AudioBlock{in_planes, 2, static_cast<int>(frames)}, AudioBlock{out_planes, 2, static_cast<int>(converted_[0].size())}));
  }
}

void SongFeed::finish() {
  float* out_planes[2] = {converted_[0].data(), converted_[1].data()};
  for (;;) {
    const int frames = resampler_.drain(AudioBlock{out_planes, 2, static_cast<int>(converted_[0].size())});
    if (frames == 0) break;
    write_converted(frames);
  }
  asked_.end = written_.load(std::memory_order_relaxed);
  wishes_.publish(asked_);
}

void SongFeed::write_converted(int frames) noexcept {
  const std::uint64_t start = written_.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < static_cast<std::size_t>(frames); ++i) {
    const std::size_t at = 2 * static_cast<std::size_t>((start + i) & mask_);
    ring_[at] = converted_[0][i];
    ring_[at + 1] = converted_[1][i];
  }
  written_.store(start + static_cast<std::uint64_t>(frames), std::memory_order_release);
}

void SongFeed::pull(float* const* planes, int frames) noexcept {
  follow_wishes();
  for (int at = 0; at < frames;) {
    if (step_ == Step::playing && (!is_current() || wanted_.is_paused || is_short_of(frames - at))) {
      closes_for_more_ = is_current() && !wanted_.is_paused;
      if (closes_for_more_) underruns_.fetch_add(1, std::memory_order_relaxed);
      fade_.set_open(false);
      step_ = Step::closing;
    } else if (step_ == Step::closing && is_current() && !wanted_.is_paused && !closes_for_more_) {
      fade_.set_open(true);   // resumed before it was quiet
      step_ = Step::playing;
    }
    if (step_ == Step::closing && (fade_.is_closed() || available() == 0)) leave_closed();
    if (step_ == Step::idle || step_ == Step::buffering) {
      if (wanted_.is_on && !is_current()) adopt();
      if (step_ == Step::buffering && !is_current()) step_ = Step::idle;
      const bool is_ready =
          step_ == Step::buffering && !wanted_.is_paused && (is_whole() || available() >= static_cast<std::uint64_t>(start_frames_));
      if (!is_ready) {
        at = rest(planes, at, frames);
        continue;
      }
      fade_.set_open(true);
      if (read_.load(std::memory_order_relaxed) == current_.start && current_.first_frame == 0) fade_.snap();
      step_ = Step::playing;
    }
    at = play(planes, at, frames);
    if (step_ == Step::playing && is_whole() && available() == 0) end_song();
  }
  report();
}

void SongFeed::follow_wishes() noexcept {
  const Wanted* wish = wishes_.take();
  if (wish == nullptr) return;
  wanted_ = *wish;
  if (is_current()) {
    current_.end = wanted_.end;
  } else if (wanted_.is_on && limit_ == kNotKnown) {
    limit_ = wanted_.start;   // the old stream must not run into the new one's frames
  }
}

std::uint64_t SongFeed::available() const noexcept {
  const std::uint64_t end = std::min({written_.load(std::memory_order_acquire), current_.end, limit_});
  const std::uint64_t at = read_.load(std::memory_order_relaxed);
  return end > at ? end - at : 0;
}

// The last 5 ms before the buffer runs dry are what the song fades out with.
bool SongFeed::is_short_of(int frames) const noexcept {
  return !is_whole() && available() < static_cast<std::uint64_t>(frames) + static_cast<std::uint64_t>(fade_.frames()) + 1;
}

void SongFeed::adopt() noexcept {
  current_ = wanted_;
  limit_ = kNotKnown;
  read_.store(current_.start, std::memory_order_release);
  fade_.set_open(false);
  fade_.snap();
  std::fill(in_chain_.begin(), in_chain_.end(), std::uint8_t{0});
  unheard_frames_ = 0;
  closes_for_more_ = false;
  has_ended_ = false;
  underruns_.store(0, std::memory_order_relaxed);
  step_ = Step::buffering;
}

void SongFeed::leave_closed() noexcept {
  fade_.set_open(false);
  fade_.snap();
  closes_for_more_ = false;
  step_ = Step::buffering;
}

void SongFeed::end_song() noexcept {
  has_ended_ = true;
  fade_.set_open(false);
  fade_.snap();
  step_ = Step::idle;
}

int SongFeed::play(float* const* planes, int at, int frames) noexcept {
  const auto room = static_cast<std::uint64_t>(frames - at);
  int run = static_cast<int>(std::min(room, available()));
  if (step_ == Step::closing) run = std::min(run, fade_.frames_left());
  const std::uint64_t start = read_.load(std::memory_order_relaxed);
  for (int i = 0; i < run; ++i) {
    const std::size_t from = 2 * static_cast<std::size_t>((start + static_cast<std::uint64_t>(i)) & mask_);
    const float gain = fade_.is_open() ? 1.0f : fade_.next();
    planes[0][at + i] = ring_[from] * gain;
    planes[1][at + i] = ring_[from + 1] * gain;
  }
  read_.store(start + static_cast<std::uint64_t>(run), std::memory_order_release);
  count_through_chain(true, run);
  return at + run;
}

int SongFeed::rest(float* const* planes, int at, int frames) noexcept {
  for (int c = 0; c < 2; ++c) std::fill(planes[c] + at, planes[c] + frames, 0.0f);
  count_through_chain(false, frames - at);
  return frames;
}

void SongFeed::count_through_chain(bool plays, int frames) noexcept {
  if (in_chain_.empty()) return;
  for (int i = 0; i < frames; ++i) {
    std::uint8_t& frame = in_chain_[in_chain_at_];
    unheard_frames_ += (plays ? 1u : 0u);
    unheard_frames_ -= frame;
    frame = plays ? 1 : 0;
    if (++in_chain_at_ == in_chain_.size()) in_chain_at_ = 0;
  }
}

void SongFeed::report() noexcept {
  const std::uint64_t pulled = read_.load(std::memory_order_relaxed) - current_.start;
  if (current_.song_rate_hz > 0.0) {
    const double heard_frames = static_cast<double>(pulled - std::min(pulled, unheard_frames_));
    reported_position_.store(static_cast<double>(current_.first_frame) + heard_frames * current_.song_rate_hz / device_rate_hz_,
                             std::memory_order_relaxed);
  }
  SongPhase phase = SongPhase::none;
  if (has_ended_) phase = SongPhase::ended;
  else if (step_ == Step::buffering) phase = SongPhase::buffering;
  else if (step_ == Step::playing || step_ == Step::closing) phase = SongPhase::playing;
  reported_phase_.store(phase, std::memory_order_relaxed);
  reported_stream_.store(current_.stream_id, std::memory_order_release);
}

}  // namespace ag06::bridge
