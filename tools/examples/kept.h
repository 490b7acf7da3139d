// Degraded excerpts kept on disk, so that features can be made anew without degrading anew. A cache: what cannot be read is made again.
#pragma once

#include <optional>
#include <string>

#include "assist/model_settings.h"
#include "sound.h"

namespace ag06::examples {

struct Line {
  std::string file;
  double start_s = 0.0;
  double rate_factor = 1.0;
  bool swap = false;
  std::optional<assist::ModelSettings> settings;  // none: the finished music as it is
};

struct Example {
  Sound sound;  // the excerpt alone
  assist::ModelSettings settings{};
  assist::ModelSettings rules{};
  double error_db = 0.0;
};

// folder empty: nothing is kept.
[[nodiscard]] std::optional<Example> read_kept(const std::string& folder, const Line& line);
void keep(const std::string& folder, const Line& line, const Example& example);

// Degrades what the line says. Throws std::runtime_error when it is no example, naming why.
[[nodiscard]] Example make_example(const Line& line);

}  // namespace ag06::examples
