#include "finished.h"

#include <algorithm>

#include "assist/ear.h"
#include "assist/opinion.h"

namespace ag06::examples {

Finished finished_of(const Line& line) {
  // An excerpt at the very start of a file moves back as far as the lead-in needs.
  Finished finished{read_sound(line.file, std::max(line.start_s - kLeadIn_s, 0.0), kLeadIn_s + assist::kExcerptS, line.rate_factor, line.swap), 0};
  finished.lead_frames = finished.sound.frames() - assist::excerpt_frames(finished.sound.sample_rate_hz);
  return finished;
}

Degraded degraded_of(const Line& line, Finished& finished) {
  if (line.settings) return degrade(finished.sound, *line.settings, finished.lead_frames);
  return {finished.sound, assist::neutral_settings(), -200.0};
}

}  // namespace ag06::examples
