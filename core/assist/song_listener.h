// Listens to a whole song and says what it heard, how its tone stands against the style it belongs to, and what could be done.
// The same object runs in the command line, in the page's worker and in the bridge.
#pragma once

#include "analysis/song_analyser.h"
#include "assist/song_report.h"

namespace ag06::assist {

class SongListener {
 public:
  // Errors: those of SongAnalyser::prepare().
  [[nodiscard]] Status prepare(const StreamSpec& spec, double max_duration_s) { return analyser_.prepare(spec, max_duration_s); }
  void process(ConstAudioBlock in) noexcept { analyser_.process(in); }
  // Ends the stream; allocates.
  [[nodiscard]] SongReport finish(const analysis::SongOptions& options = {});
  [[nodiscard]] const analysis::Spectrogram& spectrogram() const noexcept { return analyser_.spectrogram(); }

 private:
  analysis::SongAnalyser analyser_;
};

}  // namespace ag06::assist
