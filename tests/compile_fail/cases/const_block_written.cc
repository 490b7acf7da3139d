// expect: read-only|const
#include "base/audio_block.h"

void writes_to_a_borrowed_input(ag06::ConstAudioBlock in) { in.channel(0)[0] = 1.0f; }
