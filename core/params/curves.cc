#include "params/curves.h"

#include "base/math.h"

namespace ag06::params {
namespace {
double whole_half_up(double x) noexcept {
  const auto down = static_cast<double>(static_cast<std::int64_t>(x));
  const double floored = down > x ? down - 1.0 : down;
  return x - floored >= 0.5 ? floored + 1.0 : floored;
}
bool is_stepped(const Parameter& p) noexcept { return p.curve == Curve::choice || p.curve == Curve::toggle; }
}  // namespace

double from_norm(const Parameter& p, double position_norm) noexcept {
  const double x = clamp_to(position_norm, 0.0, 1.0);
  if (x == 0.0) return p.min;
  if (x == 1.0) return p.max;
  if (p.curve == Curve::log) return clamp_to(p.min * pow_exact(p.max / p.min, x), p.min, p.max);
  const double value = p.min + (p.max - p.min) * x;
  return is_stepped(p) ? whole_half_up(value) : value;
}

double to_norm(const Parameter& p, double value) noexcept {
  const double v = clamp_to(value, p.min, p.max);
  if (p.curve == Curve::log) return log2_exact(v / p.min) / log2_exact(p.max / p.min);
  return (v - p.min) / (p.max - p.min);
}

double snap_to_step(const Parameter& p, double value) noexcept {
  return clamp_to(p.min + whole_half_up((clamp_to(value, p.min, p.max) - p.min) / p.step) * p.step, p.min, p.max);
}

Status check(const Parameter& p, double value) noexcept {
  if (!is_finite(value)) return Status::not_finite;
  if (value < p.min || value > p.max) return Status::out_of_range;
  return Status::ok;
}

int index_of_id(int id) noexcept {
  for (int i = 0; i < kCount; ++i)
    if (kTable[i].id == id) return i;
  return -1;
}

int index_of_key(std::string_view key) noexcept {
  for (int i = 0; i < kCount; ++i)
    if (key == kTable[i].key) return i;
  return -1;
}

}  // namespace ag06::params
