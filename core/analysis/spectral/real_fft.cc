#include "analysis/spectral/real_fft.h"

#include <algorithm>

#include "base/math.h"
#include "pffft.h"

extern "C" {
double ag06_fft_cos(double angle_rad) { return ag06::cos_exact(angle_rad); }
double ag06_fft_sin(double angle_rad) { return ag06::sin_exact(angle_rad); }
}

namespace ag06::analysis {

void RealFft::FreeSetup::operator()(PFFFT_Setup* setup) const noexcept { pffft_destroy_setup(setup); }
void RealFft::FreeFloats::operator()(float* floats) const noexcept { pffft_aligned_free(floats); }

RealFft::Floats RealFft::make_floats(int count) {
  auto* floats = static_cast<float*>(pffft_aligned_malloc(sizeof(float) * static_cast<std::size_t>(count)));
  if (floats) std::fill_n(floats, count, 0.0f);
  return Floats(floats);
}

Status RealFft::prepare(int size) {
  if (size < kMinSize || size > kMaxSize || (size & (size - 1)) != 0) return Status::out_of_range;
  setup_.reset(pffft_new_setup(size, PFFFT_REAL));
  time_ = make_floats(size);
  spectrum_ = make_floats(size + 2);
  work_ = make_floats(size);
  if (!setup_ || !time_ || !spectrum_ || !work_) return Status::out_of_memory;
  size_ = size;
  return Status::ok;
}

const float* RealFft::forward() noexcept {
  float* x = spectrum_.get();
  pffft_transform_ordered(setup_.get(), time_.get(), x, work_.get(), PFFFT_FORWARD);
  // pffft packs the two real bins, 0 and size/2, into the first pair.
  x[size_] = x[1];
  x[size_ + 1] = 0.0f;
  x[1] = 0.0f;
  return x;
}

}  // namespace ag06::analysis
