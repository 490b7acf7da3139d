// Sits the listeners down to the same recordings and keeps what each heard beside the truth. Not for printing: see tables.h.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hearing/cases.h"
#include "hearing/listener.h"

namespace ag06::hearing {

inline constexpr char kOurs[] = "AG06 Studio";

struct Sitting {
  Case question;
  test::tunes::Truth truth;
  std::map<std::string, Heard> answers;  // by listener
};

class Examiner {
 public:
  // peers may be empty. scratch_path: an existing folder for WAV files, needed with peers; memory_path: see heard_by().
  Examiner(std::vector<Peer> peers, std::string scratch_path, std::string memory_path)
      : peers_(std::move(peers)), scratch_path_(std::move(scratch_path)), memory_path_(std::move(memory_path)) {}

  // Music is made, heard and let go, a few pieces at a time. Peers that know nothing of what is asked are left out.
  enum class Asked { all, who_know_chords, ours_alone };
  [[nodiscard]] std::vector<Sitting> examine(const std::vector<Case>& cases, Topic topic, Asked asked = Asked::all);
  // What the peers say of one file, rhythm and tonality, by name.
  [[nodiscard]] std::map<std::string, Heard> ask_peers(const std::string& wav_path) const;
  [[nodiscard]] const std::string& scratch_path() const { return scratch_path_; }
  // Ours first.
  [[nodiscard]] std::vector<std::string> listeners() const;

  // Music heard and the processor time that it took.
  struct Effort {
    double heard_s = 0.0, processor_s = 0.0;
  };
  // By listener and what it was asked; ours always hears everything.
  [[nodiscard]] const std::map<std::string, Effort>& efforts() const { return efforts_; }

 private:
  void note_effort(const std::string& what, double heard_s, double processor_s);

  std::vector<Peer> peers_;
  std::string scratch_path_, memory_path_;
  std::map<std::string, Effort> efforts_;
};

}  // namespace ag06::hearing
