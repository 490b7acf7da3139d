// Float to integer PCM.
#include "abi.h"
#include "abi_support.h"
#include "dsp/dither/quantiser.h"

namespace {
struct ExportQuantiser {
  ag06::dsp::Quantiser quantiser;
  ag06::abi::PlanarBuffer input;
  std::vector<std::int32_t> output;
};
ExportQuantiser& quantiser_of(std::uintptr_t handle) { return ag06::abi::from_handle<ExportQuantiser>(handle); }
}  // namespace

std::uintptr_t ag06_quantiser_create(int bits, int channels, int max_block_frames, std::uint32_t seed, int shaped, double sample_rate_hz) {
  return ag06::abi::make<ExportQuantiser>([&](ExportQuantiser& made) {
    if (max_block_frames < 1 || max_block_frames > ag06::kMaxBlockFrames) return ag06::Status::bad_block_size;
    const ag06::Status status = made.quantiser.prepare(bits, channels, seed, shaped == 1 ? ag06::dsp::DitherShape::shaped : ag06::dsp::DitherShape::none_flat, sample_rate_hz);
    if (status != ag06::Status::ok) return status;
    made.input.prepare(channels, max_block_frames);
    made.output.assign(static_cast<std::size_t>(channels) * static_cast<std::size_t>(max_block_frames), 0);
    return status;
  });
}
void ag06_quantiser_destroy(std::uintptr_t quantiser) { delete &quantiser_of(quantiser); }
float* ag06_quantiser_input(std::uintptr_t quantiser, int channel) { return quantiser_of(quantiser).input.channel(channel); }
void ag06_quantiser_process(std::uintptr_t quantiser, int frames) {
  ExportQuantiser& q = quantiser_of(quantiser);
  q.quantiser.process(q.input.block(frames), q.output.data());
}
const std::int32_t* ag06_quantiser_output(std::uintptr_t quantiser) { return quantiser_of(quantiser).output.data(); }
double ag06_quantiser_clipped(std::uintptr_t quantiser) { return static_cast<double>(quantiser_of(quantiser).quantiser.clipped_samples()); }
