#include "hearing/exam.h"

#include <algorithm>
#include <cstdio>

namespace ag06::hearing {

std::vector<std::string> Examiner::listeners() const {
  std::vector<std::string> names = {kOurs};
  for (const Peer& peer : peers_) names.push_back(peer.name);
  return names;
}

void Examiner::note_effort(const std::string& what, double heard_s, double processor_s) {
  if (!(processor_s > 0.0)) return;
  Effort& effort = efforts_[what];
  effort.heard_s += heard_s;
  effort.processor_s += processor_s;
}

std::map<std::string, Heard> Examiner::ask_peers(const std::string& wav_path) const {
  std::map<std::string, Heard> answers;
  for (const Peer& peer : peers_) answers[peer.name] = heard_by(peer, {wav_path}, scratch_path_, memory_path_, Topic::all).front();
  return answers;
}

std::vector<Sitting> Examiner::examine(const std::vector<Case>& cases, Topic topic, Asked asked) {
  constexpr std::size_t kBatch = 24;  // 30 s of 16-bit stereo each: 130 megabytes of files at a time
  std::vector<Sitting> sittings;
  for (std::size_t from = 0; from < cases.size(); from += kBatch) {
    const std::size_t end = std::min(cases.size(), from + kBatch);
    std::vector<std::string> paths;
    for (std::size_t i = from; i < end; ++i) {
      test::tunes::Tune tune = test::tunes::make_tune(cases[i].spec);
      Sitting sitting{cases[i], tune.truth, {}};
      const Heard ours = heard_by_us(tune.audio, cases[i].spec.sample_rate_hz, topic == Topic::rhythm ? tune.truth.tempo_bpm : std::nan(""));
      note_effort(std::string(kOurs) + ", everything", cases[i].spec.duration_s, ours.processor_s);
      sitting.answers[kOurs] = ours;
      sittings.push_back(std::move(sitting));
      if (peers_.empty() || asked == Asked::ours_alone) continue;
      paths.push_back(scratch_path_ + "/" + std::to_string(i) + ".wav");
      write_wav(paths.back(), tune.audio, cases[i].spec.sample_rate_hz);
    }
    for (const Peer& peer : peers_) {
      if (asked == Asked::ours_alone || (topic == Topic::tonality && !peer.knows_tonality) || (asked == Asked::who_know_chords && !peer.knows_chords))
        continue;
      std::fprintf(stderr, "  %s, %zu to %zu of %zu\n", peer.name.c_str(), from + 1, end, cases.size());
      const std::vector<Heard> answers = heard_by(peer, paths, scratch_path_, memory_path_, topic);
      for (std::size_t i = 0; i < answers.size(); ++i) {
        sittings[from + i].answers[peer.name] = answers[i];
        note_effort(peer.name + (topic == Topic::rhythm ? ", tempo, beats and onsets"
                                 : peer.knows_chords    ? ", key, tuning and chords"
                                                        : ", key and tuning"),
                    cases[from + i].spec.duration_s, answers[i].processor_s);
      }
    }
    for (const std::string& path : paths) std::remove(path.c_str());
  }
  return sittings;
}

}  // namespace ag06::hearing
