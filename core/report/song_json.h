// A song report as JSON: the same text from the page, the command line and the bridge. Not for what only a file has (name, codec).
#pragma once

#include "assist/song_report.h"
#include "report/stream_json.h"

namespace ag06::report {

// Keys as `ag06 analyze --json` has them.
[[nodiscard]] Json song_json(const assist::SongReport& report);

}  // namespace ag06::report
