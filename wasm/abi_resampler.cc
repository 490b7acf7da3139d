// A song at another sample rate, for exports.
#include "abi.h"
#include "abi_support.h"
#include "dsp/resample/resampler.h"

namespace {
struct RateConverter {
  ag06::dsp::Resampler resampler;
  ag06::abi::PlanarBuffer input;
  ag06::abi::PlanarBuffer output;
  int output_frames = 0;
};
RateConverter& converter_of(std::uintptr_t handle) { return ag06::abi::from_handle<RateConverter>(handle); }
}  // namespace

std::uintptr_t ag06_resampler_create(double in_rate_hz, double out_rate_hz, int channels, int max_block_frames) {
  return ag06::abi::make<RateConverter>([&](RateConverter& made) {
    if (max_block_frames < 1 || max_block_frames > ag06::kMaxBlockFrames) return ag06::Status::bad_block_size;
    const ag06::Status status = made.resampler.prepare({in_rate_hz, out_rate_hz, channels});
    if (status != ag06::Status::ok) return status;
    made.output_frames = made.resampler.max_output_frames(max_block_frames);
    made.input.prepare(channels, max_block_frames);
    made.output.prepare(channels, made.output_frames);
    return status;
  });
}
void ag06_resampler_destroy(std::uintptr_t resampler) { delete &converter_of(resampler); }
float* ag06_resampler_input(std::uintptr_t resampler, int channel) { return converter_of(resampler).input.channel(channel); }
const float* ag06_resampler_output(std::uintptr_t resampler, int channel) { return converter_of(resampler).output.channel(channel); }
int ag06_resampler_output_capacity(std::uintptr_t resampler) { return converter_of(resampler).output_frames; }
int ag06_resampler_process(std::uintptr_t resampler, int frames) {
  RateConverter& c = converter_of(resampler);
  return c.resampler.process(c.input.block(frames), c.output.block(c.output_frames));
}
int ag06_resampler_drain(std::uintptr_t resampler) {
  RateConverter& c = converter_of(resampler);
  return c.resampler.drain(c.output.block(c.output_frames));
}
