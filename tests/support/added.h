// What a unit that leaves its input as it is adds to it: echoes, voices, rooms. Not for units that are heard in place of their input.
#pragma once

#include <gtest/gtest.h>

#include "support/signals.h"

namespace ag06::test {

template <class Unit>
[[nodiscard]] Planes added_by(const Planes& in, const typename Unit::Params& params, double sample_rate_hz) {
  Unit unit;
  EXPECT_EQ(unit.prepare({sample_rate_hz, static_cast<int>(in.samples.size()), 512}), Status::ok);
  unit.set_params(params);
  unit.reset();
  Planes io = in;
  run(unit, io);
  for (std::size_t c = 0; c < io.samples.size(); ++c)
    for (std::size_t i = 0; i < io.samples[c].size(); ++i) io.samples[c][i] -= in.samples[c][i];
  return io;
}

}  // namespace ag06::test
