// Our units over whole signals. Not for peers, which run elsewhere (peers.h).
#pragma once

#include <cstdlib>

#include "dsp/unit.h"
#include "support/signals.h"

namespace ag06::measure {

// The unit as it stands after prepare(), set_params() and reset(), over the whole signal; a spec that it refuses ends the program.
template <class Unit>
[[nodiscard]] test::Planes processed(const test::Planes& in, double sample_rate_hz, const typename Unit::Params& params) {
  Unit unit;
  if (unit.prepare({sample_rate_hz, static_cast<int>(in.samples.size()), 512}) != Status::ok) std::abort();
  unit.set_params(params);
  unit.reset();
  test::Planes out = in;
  test::run(unit, out);
  return out;
}

// The unit's delay at a rate.
template <class Unit>
[[nodiscard]] int latency_frames(double sample_rate_hz) {
  Unit unit;
  if (unit.prepare({sample_rate_hz, 2, 512}) != Status::ok) std::abort();
  return unit.latency_frames();
}

// The same with that delay taken out: frame 0 of the result is frame 0 of the input.
template <class Unit>
[[nodiscard]] test::Planes aligned(const test::Planes& in, double sample_rate_hz, const typename Unit::Params& params) {
  const auto delay = latency_frames<Unit>(sample_rate_hz);
  test::Planes padded = in;
  for (auto& plane : padded.samples) plane.resize(plane.size() + static_cast<std::size_t>(delay));
  test::Planes out = processed<Unit>(padded, sample_rate_hz, params);
  for (auto& plane : out.samples) plane.erase(plane.begin(), plane.begin() + delay);
  return out;
}

}  // namespace ag06::measure
