#include "finished.h"

#include <algorithm>
#include <cmath>

namespace ag06::examples {

Finished finished_of(const Line& line) {
  // An excerpt at the very start of a file moves back as far as the lead-in needs.
  Finished finished{read_sound(line.file, std::max(line.start_s - kLeadIn_s, 0.0), kLeadIn_s + kExample_s, line.rate_factor, line.swap), 0};
  finished.lead_frames = finished.sound.frames() - static_cast<int>(std::lround(kExample_s * finished.sound.sample_rate_hz));
  return finished;
}

Degraded degraded_of(const Line& line, Finished& finished) {
  if (line.settings) return degrade(finished.sound, *line.settings, finished.lead_frames);
  assist::ModelSettings neutral{};
  for (std::size_t i = 0; i < neutral.size(); ++i) neutral[i] = assist::kSettings[i].neutral_01;
  return {finished.sound, neutral, -200.0};
}

}  // namespace ag06::examples
