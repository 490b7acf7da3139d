// expect: constraints? not satisfied|static assertion failed
#include "dsp/unit.h"

struct Unit {
  struct Params {};
  ag06::Status prepare(const ag06::StreamSpec&);
  void reset() noexcept;
  void set_params(const Params&) noexcept;
  void process(float*, int) noexcept;
  int latency_frames() const noexcept;
};
static_assert(ag06::dsp::DspUnit<Unit>);
