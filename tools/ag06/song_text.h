// A song report as lines for people. Not for programs: they read JSON.
#pragma once

#include "assist/song_report.h"

namespace ag06::cli {

// To stdout, one indented line per subject; what cannot be told is left out.
void print_song(const assist::SongReport& report);

}  // namespace ag06::cli
