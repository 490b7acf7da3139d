// Hearing excerpts of a song for the trained models.
#include "abi_ear.h"

#include <array>

#include "abi_support.h"
#include "assist/ear.h"

namespace {
struct EarJob {
  ag06::assist::Ear ear;
  ag06::abi::PlanarBuffer buffer;
  std::array<float, ag06::assist::kMelNumbers> mel{};
  std::array<float, ag06::assist::kHeardNumbers> heard{};
};
EarJob& job(std::uintptr_t handle) { return ag06::abi::from_handle<EarJob>(handle); }
std::int64_t whole(double frames) { return static_cast<std::int64_t>(frames); }
}  // namespace

int ag06_excerpt_count(double song_frames, double sample_rate_hz) { return ag06::assist::excerpt_count(whole(song_frames), sample_rate_hz); }
double ag06_excerpt_start(double song_frames, double sample_rate_hz, int index) {
  return static_cast<double>(ag06::assist::excerpt_start(whole(song_frames), sample_rate_hz, index));
}
int ag06_excerpt_frames(double sample_rate_hz) { return ag06::assist::excerpt_frames(sample_rate_hz); }

std::uintptr_t ag06_ear_create(double sample_rate_hz, int channels, int max_block_frames) {
  return ag06::abi::make<EarJob>([&](EarJob& made) {
    const ag06::Status status = made.ear.prepare({sample_rate_hz, channels, max_block_frames});
    if (status == ag06::Status::ok) made.buffer.prepare(channels, max_block_frames);
    return status;
  });
}
void ag06_ear_destroy(std::uintptr_t ear) { delete &job(ear); }
void ag06_ear_reset(std::uintptr_t ear) { job(ear).ear.reset(); }
float* ag06_ear_buffer(std::uintptr_t ear, int channel) { return job(ear).buffer.channel(channel); }
void ag06_ear_process(std::uintptr_t ear, int frames) { job(ear).ear.process(job(ear).buffer.block(frames)); }
void ag06_ear_finish(std::uintptr_t ear) { job(ear).ear.finish(job(ear).mel.data(), job(ear).heard.data()); }
const float* ag06_ear_mel(std::uintptr_t ear) { return job(ear).mel.data(); }
const float* ag06_ear_heard(std::uintptr_t ear) { return job(ear).heard.data(); }
int ag06_ear_mel_numbers() { return ag06::assist::kMelNumbers; }
int ag06_ear_heard_numbers() { return ag06::assist::kHeardNumbers; }
