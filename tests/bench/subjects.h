// What is timed: every unit, the whole chain, the meters and a full render, set up once for all hosts. Knows no clock: the host times the calls.
#pragma once

#include <memory>
#include <span>

#include "base/audio_block.h"
#include "engine/session.h"
#include "support/music.h"

namespace ag06::bench {

inline constexpr double kSampleRateHz = 48000.0;
inline constexpr int kQuantumFrames = 128;

class Subject {
 public:
  Subject() = default;
  virtual ~Subject() = default;
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;
  virtual void process(AudioBlock io) noexcept = 0;
  // What a meter reads by now; 0 for units, whose result is their output.
  [[nodiscard]] virtual double reading() noexcept { return 0.0; }
};

// Denormal samples are the least a file can hold without being silent.
enum class Input { music, silence_after_music, denormals_after_music };

// A row of silence or denormals is named after its row of music: "gate", "gate, silence". Hosts print the ratio of the two.
struct Entry {
  const char* name;
  Input input;
  std::unique_ptr<Subject> (*make)();  // null when prepare() failed
};

[[nodiscard]] std::span<const Entry> entries() noexcept;

// Every unit at work, eight steep EQ bands among them. False when a value was refused.
[[nodiscard]] bool turn_everything_on(engine::Session& session);

class Bench {
 public:
  Bench();
  // Makes the subject and runs it warm: delay lines full, fades done. False when it could not be prepared.
  [[nodiscard]] bool prepare(int entry);
  // The next quanta of stereo input, one process() call each; every row pays for the copy of its input. Returns a checksum of the
  // output, equal on every host. Precondition: prepare() was true.
  [[nodiscard]] double run(int quanta) noexcept;
  // Plans the Musical version of song_s seconds, renders it and quantises it to 24 bits. Returns a checksum; NaN when a step failed.
  [[nodiscard]] double render(double song_s);
  // Hears song_s seconds with every listener and draws the conclusions. Returns a checksum; NaN when it failed.
  [[nodiscard]] double analyse(double song_s);

 private:
  test::Planes music_;  // a loop of whole quanta
  test::Planes work_;
  std::unique_ptr<Subject> subject_;
  Input input_ = Input::music;
  int at_ = 0;

  // Calls use(block) for song_s seconds, the loop repeated.
  template <class Use>
  void stream(double song_s, Use&& use);
};

}  // namespace ag06::bench
