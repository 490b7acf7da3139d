// expect: ignoring return value|unused-result
#include "dsp/dynamics/compressor.h"

void forgets_the_status(ag06::dsp::Compressor& compressor) { compressor.prepare({}); }
