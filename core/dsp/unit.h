// The shape every processing unit has; a concept, so that a unit that drifts from it does not compile.
#pragma once

#include <concepts>

#include "base/audio_block.h"
#include "base/stream_spec.h"

namespace ag06::dsp {

template <class U>
concept DspUnit = requires(U unit, const U& fixed, const StreamSpec& spec, const typename U::Params& params, AudioBlock io) {
  { unit.prepare(spec) } -> std::same_as<Status>;  // control thread; allocates
  { unit.reset() } noexcept;                       // equals a fresh prepare() with the same spec and parameters
  { unit.set_params(params) } noexcept;            // audio thread, between blocks; clamped to the domain, smoothed
  { unit.process(io) } noexcept;                   // audio thread; in place; result independent of block cuts
  { fixed.latency_frames() } noexcept -> std::same_as<int>;  // constant between prepare() calls
};

}  // namespace ag06::dsp
