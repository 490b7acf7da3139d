// What the trained models are given of a song.
#include <vector>

#include "abi_analyser.h"
#include "abi_support.h"
#include "assist/ear.h"

namespace {
using namespace ag06::assist;

struct EarJob {
  Ear ear;
  ag06::abi::PlanarBuffer buffer;
  std::vector<float> mel;
  std::vector<float> heard;
};
EarJob& job(std::uintptr_t handle) { return ag06::abi::from_handle<EarJob>(handle); }
}  // namespace

int ag06_excerpt_count(double frames, double rate_hz) { return excerpt_count(static_cast<std::int64_t>(frames), rate_hz); }
double ag06_excerpt_start(double frames, double rate_hz, int index) { return static_cast<double>(excerpt_start(static_cast<std::int64_t>(frames), rate_hz, index)); }
int ag06_excerpt_frames(double rate_hz) { return excerpt_frames(rate_hz); }

std::uintptr_t ag06_ear_create(double sample_rate_hz, int channels, int max_block_frames) {
  return ag06::abi::make<EarJob>([&](EarJob& made) {
    const ag06::Status status = made.ear.prepare({sample_rate_hz, channels, max_block_frames});
    if (status != ag06::Status::ok) return status;
    made.buffer.prepare(channels, max_block_frames);
    made.mel.assign(kMelNumbers, 0.0f);
    made.heard.assign(kHeardNumbers, 0.0f);
    return status;
  });
}
void ag06_ear_destroy(std::uintptr_t ear) { delete &job(ear); }
void ag06_ear_reset(std::uintptr_t ear) { job(ear).ear.reset(); }
float* ag06_ear_buffer(std::uintptr_t ear, int channel) { return job(ear).buffer.channel(channel); }
void ag06_ear_process(std::uintptr_t ear, int frames) {
  EarJob& j = job(ear);
  j.ear.process(j.buffer.block(frames));
}
void ag06_ear_finish(std::uintptr_t ear) {
  EarJob& j = job(ear);
  j.ear.finish(j.mel.data(), j.heard.data());
}
const float* ag06_ear_mel(std::uintptr_t ear) { return job(ear).mel.data(); }
const float* ag06_ear_heard(std::uintptr_t ear) { return job(ear).heard.data(); }
int ag06_ear_mel_numbers() { return kMelNumbers; }
int ag06_ear_heard_numbers() { return kHeardNumbers; }
