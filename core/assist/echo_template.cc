#include "assist/echo_template.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/math.h"
#include "base/simd_math.h"
#include "dsp/effects/delay.h"
#include "dsp/effects/reverb.h"

namespace ag06::assist {
namespace {
using Pairs = std::vector<float>;

constexpr double kLowestHz = 150.0, kSplitHz = 1500.0, kHighestHz = 7000.0;
constexpr double kHighestToRateRatio = 0.45;
constexpr double kAverageHz = 100.0;
constexpr double kSends[EchoTemplates::kAmounts] = {0.1, 0.25, 0.45};
constexpr int kMiddle = 1;         // of kSends: for the fits of both units
constexpr double kUnitSend = 0.25; // what reads 1
// Nulls and the gaps between notes would count for more than all the rest: they are held at this share of the power around them.
constexpr float kFloorRatio = 0.02f;
constexpr float kNothing = 1e-30f;
// Wet responses: after this the delay's echoes are 66 dB, the reverb 83 dB down.
constexpr double kResponseS[EchoTemplates::kUnits] = {2.6, 2.5};
constexpr float kImpulseLin = 0.25f;
constexpr int kBlockFrames = 512;
// Echo times that the white fit weighs, and how wide their spread is averaged.
constexpr double kFirstTimeS = 0.018, kLastTimeS = 2.2;
constexpr double kSpreadRatio = 0.06;

template <class Unit>
void run_impulse(Unit& unit, int frames, std::vector<float>* wet) {
  for (int c = 0; c < 2; ++c) {
    wet[c].assign(static_cast<std::size_t>(frames), 0.0f);
    wet[c][0] = kImpulseLin;
  }
  for (int at = 0; at < frames; at += kBlockFrames) {
    float* planes[2] = {wet[0].data() + at, wet[1].data() + at};
    unit.process({planes, 2, std::min(kBlockFrames, frames - at)});
  }
  for (int c = 0; c < 2; ++c) {
    wet[c][0] -= kImpulseLin;
    for (float& x : wet[c]) x *= 1.0f / kImpulseLin;
  }
}

// Natural logarithm of every number, all of them positive and normal.
void take_logs(float* x, int count) noexcept {
  constexpr float scale = static_cast<float>(kLn2);
  int i = 0;
  for (; i + 4 <= count; i += 4) store4(x + i, splat4(scale) * log2_fast4(load4(x + i)));
  for (; i < count; ++i) x[i] = scale * log2_fast(x[i]);
}

struct Products {
  double low = 0.0, high = 0.0;
  [[nodiscard]] double of(int range) const noexcept { return range == 0 ? low + high : (range == 1 ? low : high); }
};
void add_products(const std::vector<float>& a, const std::vector<float>& b, int split, Products& to) noexcept {
  const auto run = [&](int from, int end) {
    f64x2 even{}, odd{};
    int i = from;
    for (; i + 4 <= end; i += 4) {
      const f32x4 p = load4(a.data() + i) * load4(b.data() + i);
      even += f64x2{static_cast<double>(p[0]), static_cast<double>(p[1])};
      odd += f64x2{static_cast<double>(p[2]), static_cast<double>(p[3])};
    }
    double sum = (even[0] + odd[0]) + (even[1] + odd[1]);
    for (; i < end; ++i) sum += static_cast<double>(a[static_cast<std::size_t>(i)] * b[static_cast<std::size_t>(i)]);
    return sum;
  };
  to.low += run(0, split);
  to.high += run(split, static_cast<int>(a.size()));
}

// The amounts of two shapes that together come nearest.
void solve(double aa, double ab, double bb, double xa, double xb, double* amounts) noexcept {
  const double determinant = aa * bb - ab * ab;
  amounts[0] = determinant > 1e-9 * aa * bb ? (xa * bb - xb * ab) / determinant : 0.0;
  amounts[1] = determinant > 1e-9 * aa * bb ? (xb * aa - xa * ab) / determinant : 0.0;
}

int power_of_two_from(int least) noexcept {
  int size = 32;
  while (size < least) size *= 2;
  return size;
}
}  // namespace

void EchoTemplates::render(int unit, double sample_rate_hz, std::vector<float>* wet) const {
  const StreamSpec spec{sample_rate_hz, 2, kBlockFrames};
  const int frames = static_cast<int>(kResponseS[unit] * sample_rate_hz);
  if (unit == 0) {
    dsp::Delay delay;
    dsp::DelayParams params;
    params.level_lin = 1.0f;
    if (delay.prepare(spec) != Status::ok) return;
    delay.set_params(params);
    delay.reset();
    run_impulse(delay, frames, wet);
  } else {
    dsp::Reverb reverb;
    dsp::ReverbParams params;
    params.level_lin = 1.0f;
    params.modulation_ratio = 0.0f;
    if (reverb.prepare(spec) != Status::ok) return;
    reverb.set_params(params);
    reverb.reset();
    run_impulse(reverb, frames, wet);
  }
}

Status EchoTemplates::prepare(double sample_rate_hz, analysis::RealFft& fft) {
  const double bin_hz = sample_rate_hz / fft.size();
  const double highest_hz = std::min(kHighestHz, kHighestToRateRatio * sample_rate_hz);
  margin_ = static_cast<int>(0.5 * kAverageHz / bin_hz);
  first_ = static_cast<int>(kLowestHz / bin_hz);
  count_ = static_cast<int>(highest_hz / bin_hz) - first_;
  split_ = clamp_to(static_cast<int>(kSplitHz / bin_hz) - first_, 0, count_);
  const auto wide = static_cast<std::size_t>(count_ + 2 * margin_);
  power_.assign(wide, 0.0f);
  log_.assign(wide, 0.0f);
  sums_.assign(wide + 1, 0.0);
  if (const Status status = time_fft_.prepare(power_of_two_from(count_)); status != Status::ok) return status;
  const double step_s = 1.0 / (bin_hz * time_fft_.size());
  first_time_ = static_cast<int>(kFirstTimeS / step_s);
  last_time_ = std::min(static_cast<int>(kLastTimeS / step_s), time_fft_.size() / 2);
  for (int c = 0; c < 2; ++c) {
    fine_[c].assign(static_cast<std::size_t>(count_), 0.0f);
    pairs_[c].assign(static_cast<std::size_t>(2 * (last_time_ + 1)), 0.0f);
  }

  std::vector<float> wet[2];
  for (int unit = 0; unit < kUnits; ++unit) {
    render(unit, sample_rate_hz, wet);
    for (int c = 0; c < 2; ++c) {
      if (unit == 0 && c == 1) {  // the delay keeps both sides alike
        for (Shape& shape : shapes_[0]) {
          shape.fine[1] = shape.fine[0];
          shape.times[1] = shape.times[0];
        }
        continue;
      }
      const int filled = std::min(fft.size(), static_cast<int>(wet[c].size()));
      std::memcpy(fft.input(), wet[c].data(), sizeof(float) * static_cast<std::size_t>(filled));
      std::fill(fft.input() + filled, fft.input() + fft.size(), 0.0f);
      const float* response = fft.forward();
      for (int amount = 0; amount < kAmounts; ++amount) {
        const auto send = static_cast<float>(kSends[amount]);
        for (int i = 0; i < count_ + 2 * margin_; ++i) {
          const float* bin = response + 2 * (first_ - margin_ + i);
          const float re = 1.0f + send * bin[0], im = send * bin[1];
          power_[static_cast<std::size_t>(i)] = re * re + im * im;
        }
        Shape& shape = shapes_[unit][amount];
        make_fine(power_, shape.fine[c]);
        if (amount == kMiddle) transform(shape.fine[c], shape.times[c]);
      }
    }
  }
  return Status::ok;
}

// power: the range with its margins. fine: log of the power against the moving average of that log.
void EchoTemplates::make_fine(const std::vector<float>& power, std::vector<float>& fine) noexcept {
  const int wide = count_ + 2 * margin_, span = 2 * margin_ + 1;
  fine.resize(static_cast<std::size_t>(count_));
  double sum = 0.0;
  for (int i = 0; i < wide; ++i) {
    sums_[static_cast<std::size_t>(i)] = sum;
    sum += static_cast<double>(power[static_cast<std::size_t>(i)]);
  }
  sums_[static_cast<std::size_t>(wide)] = sum;
  for (int i = 0; i < wide; ++i) {
    const int from = std::max(0, i - margin_), to = std::min(wide, i + margin_ + 1);
    const double mean = (sums_[static_cast<std::size_t>(to)] - sums_[static_cast<std::size_t>(from)]) / (to - from);
    log_[static_cast<std::size_t>(i)] = power[static_cast<std::size_t>(i)] + kFloorRatio * static_cast<float>(mean) + kNothing;
  }
  take_logs(log_.data(), wide);
  sum = 0.0;
  for (int i = 0; i < wide; ++i) {
    sums_[static_cast<std::size_t>(i)] = sum;
    sum += static_cast<double>(log_[static_cast<std::size_t>(i)]);
  }
  sums_[static_cast<std::size_t>(wide)] = sum;
  for (int i = 0; i < count_; ++i) {
    const double mean = (sums_[static_cast<std::size_t>(i + span)] - sums_[static_cast<std::size_t>(i)]) / span;
    fine[static_cast<std::size_t>(i)] = static_cast<float>(static_cast<double>(log_[static_cast<std::size_t>(i + margin_)]) - mean);
  }
}

void EchoTemplates::transform(const std::vector<float>& fine, std::vector<float>& pairs) noexcept {
  std::memcpy(time_fft_.input(), fine.data(), sizeof(float) * fine.size());
  std::fill(time_fft_.input() + fine.size(), time_fft_.input() + time_fft_.size(), 0.0f);
  const float* from = time_fft_.forward();
  pairs.assign(from, from + 2 * (last_time_ + 1));
}

void EchoTemplates::fit_white(const std::vector<float>* fine, float* out) noexcept {
  double aa = 0.0, ab = 0.0, bb = 0.0, xa = 0.0, xb = 0.0;
  for (int c = 0; c < 2; ++c) {
    transform(fine[c], pairs_[c]);
    const float* x = pairs_[c].data();
    double sum = 0.0;
    for (int j = 0; j <= last_time_; ++j) {
      sums_[static_cast<std::size_t>(j)] = sum;
      sum += static_cast<double>(x[2 * j] * x[2 * j] + x[2 * j + 1] * x[2 * j + 1]);
    }
    const float* a = shapes_[0][kMiddle].times[c].data();
    const float* b = shapes_[1][kMiddle].times[c].data();
    for (int j = first_time_; j < last_time_; ++j) {
      const int half = 1 + static_cast<int>(kSpreadRatio * j);
      const int from = std::max(0, j - half), to = std::min(last_time_, j + half + 1);
      const double spread = (sums_[static_cast<std::size_t>(to)] - sums_[static_cast<std::size_t>(from)]) / (to - from) + 1e-6;
      const auto product = [j](const float* p, const float* q) { return static_cast<double>(p[2 * j] * q[2 * j] + p[2 * j + 1] * q[2 * j + 1]); };
      aa += product(a, a) / spread;
      ab += product(a, b) / spread;
      bb += product(b, b) / spread;
      xa += product(x, a) / spread;
      xb += product(x, b) / spread;
    }
  }
  double amounts[2];
  solve(aa, ab, bb, xa, xb, amounts);
  out[0] = static_cast<float>(amounts[0]);
  out[1] = static_cast<float>(amounts[1]);
  out[2] = static_cast<float>(0.1 * amounts[0] * std::sqrt(aa));
  out[3] = static_cast<float>(0.1 * amounts[1] * std::sqrt(bb));
}

void EchoTemplates::measure(const float* left, const float* right, float* out) noexcept {
  for (int c = 0; c < 2; ++c) {
    const float* pairs = (c == 0 ? left : right) + 2 * (first_ - margin_);
    for (int i = 0; i < count_ + 2 * margin_; ++i) power_[static_cast<std::size_t>(i)] = pairs[2 * i] * pairs[2 * i] + pairs[2 * i + 1] * pairs[2 * i + 1];
    make_fine(power_, fine_[c]);
  }
  Products with[kUnits], own[kUnits], across;
  for (int unit = 0; unit < kUnits; ++unit) {
    for (int amount = 0; amount < kAmounts; ++amount) {
      const Shape& shape = shapes_[unit][amount];
      Products x, t;
      for (int c = 0; c < 2; ++c) {
        add_products(fine_[c], shape.fine[c], split_, x);
        add_products(shape.fine[c], shape.fine[c], split_, t);
      }
      for (int range = 0; range < kRanges; ++range) {
        const double square = t.of(range);
        *out++ = square > 0.0 ? static_cast<float>(kSends[amount] / kUnitSend * x.of(range) / square) : 0.0f;
      }
      if (amount != kMiddle) continue;
      with[unit] = x;
      own[unit] = t;
    }
  }
  for (int c = 0; c < 2; ++c) add_products(shapes_[0][kMiddle].fine[c], shapes_[1][kMiddle].fine[c], split_, across);
  double amounts[2];
  solve(own[0].of(0), across.of(0), own[1].of(0), with[0].of(0), with[1].of(0), amounts);
  for (const double amount : amounts) *out++ = static_cast<float>(amount);
  fit_white(fine_, out);
}

}  // namespace ag06::assist
