// The knob law of a parameter: real unit <-> 0..1. Not for the wire, which carries real units.
// The same law stands in web/src/protocol/curves.ts and models/ag06/curves.py, proven equal on curve_vectors.gen.json.
#pragma once

#include <string_view>

#include "base/status.h"
#include "params/params.gen.h"

namespace ag06::params {

// position_norm is clamped to [0, 1]; a choice or toggle rounds half up. Any thread.
[[nodiscard]] double from_norm(const Parameter& parameter, double position_norm) noexcept;
// value is clamped to the parameter's range.
[[nodiscard]] double to_norm(const Parameter& parameter, double value) noexcept;
// Nearest multiple of the step counted from min, inside the range.
[[nodiscard]] double snap_to_step(const Parameter& parameter, double value) noexcept;
// Errors: not_finite, out_of_range. Ranges are closed.
[[nodiscard]] Status check(const Parameter& parameter, double value) noexcept;

// Table index, or -1.
[[nodiscard]] int index_of_id(int id) noexcept;
[[nodiscard]] int index_of_key(std::string_view key) noexcept;

}  // namespace ag06::params
