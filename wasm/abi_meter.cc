// Measuring a whole stream.
#include "abi.h"
#include "abi_support.h"
#include "analysis/stream_meter.h"

namespace {
struct FileMeter {
  ag06::analysis::StreamMeter meter;
  ag06::analysis::StreamReport report{};
  ag06::abi::PlanarBuffer buffer;
};
FileMeter& file_meter(std::uintptr_t handle) { return ag06::abi::from_handle<FileMeter>(handle); }
}  // namespace

std::uintptr_t ag06_meter_create(double sample_rate_hz, int channels, int max_block_frames) {
  return ag06::abi::make<FileMeter>([&](FileMeter& made) {
    const ag06::Status status = made.meter.prepare({sample_rate_hz, channels, max_block_frames});
    if (status == ag06::Status::ok) made.buffer.prepare(channels, max_block_frames);
    return status;
  });
}
void ag06_meter_destroy(std::uintptr_t meter) { delete &file_meter(meter); }
float* ag06_meter_buffer(std::uintptr_t meter, int channel) { return file_meter(meter).buffer.channel(channel); }
void ag06_meter_process(std::uintptr_t meter, int frames) {
  FileMeter& m = file_meter(meter);
  m.meter.process(m.buffer.block(frames));
}
const double* ag06_meter_finish(std::uintptr_t meter) {
  FileMeter& m = file_meter(meter);
  m.report = m.meter.finish();
  return reinterpret_cast<const double*>(&m.report);
}
