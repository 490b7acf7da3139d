// Remembers how the level of a stream moved: peak and rms of every 50 ms, attacks, and the loudness it is told every 100 ms. Not a loudness meter.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/level/attack_watch.h"
#include "analysis/level/dynamics_report.h"
#include "analysis/level/slot_cutter.h"
#include "analysis/stream_report.h"

namespace ag06::analysis {

// 440 kB per hour. Guarantee: the same report however the stream is cut into blocks.
class LevelHistory {
 public:
  static constexpr double kPieceS = 0.05;
  static constexpr double kLoudnessStepS = 0.1;
  struct Piece {
    std::int16_t peak_cdb;  // hundredths of a dB re full scale, of the louder channel
    std::int16_t rms_cdb;   // of the same channel
  };
  struct Loudness {
    std::int16_t momentary_clu;
    std::int16_t short_term_clu;
  };
  static constexpr std::int16_t kNothing = -32768;

  // Control thread; allocates. Mono or stereo. Errors: those of validate(). Past the duration it stops remembering.
  [[nodiscard]] Status prepare(const StreamSpec& spec, double max_duration_s);
  void reset() noexcept;
  // in: finite samples.
  void process(ConstAudioBlock in) noexcept;
  // What a LoudnessMeter reads at the end of every 100 ms of the stream; NaN counts as silence.
  void add_loudness(double momentary_lufs, double short_term_lufs) noexcept;

  [[nodiscard]] const std::vector<Piece>& pieces() const noexcept { return pieces_; }
  [[nodiscard]] const std::vector<Loudness>& loudness() const noexcept { return loudness_; }
  [[nodiscard]] const AttackWatch& attacks() const noexcept { return attacks_; }

 private:
  static constexpr int kSlotsPerPiece = 5;

  void take_slot(const float* const* planes, int frames) noexcept;
  void end_piece() noexcept;

  int channels_ = 1;
  std::size_t most_pieces_ = 0;
  std::size_t most_loudness_ = 0;
  SlotCutter cutter_;
  AttackWatch attacks_;
  std::vector<Piece> pieces_;
  std::vector<Loudness> loudness_;
  int slots_in_piece_ = 0;
  double piece_frames_ = 0.0;
  double energy_[kMaxStripChannels]{};
  float peak_lin_[kMaxStripChannels]{};
};

// tempo_bpm: NaN if unknown. Control thread; a few milliseconds for an hour.
[[nodiscard]] DynamicsReport find_dynamics(const LevelHistory& heard, const StreamReport& stream, double tempo_bpm);

}  // namespace ag06::analysis
