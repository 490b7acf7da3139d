// expect: no known conversion|could not convert|cannot convert|no viable conversion
#include "dsp/dynamics/compressor.h"
#include "dsp/dynamics/gate.h"

void mixes_units_up(ag06::dsp::Compressor& compressor) {
  const ag06::dsp::GateParams gate;
  compressor.set_params(gate);
}
