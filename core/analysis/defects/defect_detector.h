// Listens for the faults of a recording: in the samples for clipping, clicks and faults of whole channels, in the spectrum for hum and for what
// lossy encoders left. Not a repair.
// tests/core/analysis/defects/detection_rates_test.cc asserts the rates of detection and of false alarms, and prints them.
#pragma once

#include <vector>

#include "analysis/defects/channel_watch.h"
#include "analysis/defects/click_watch.h"
#include "analysis/defects/clip_watch.h"
#include "analysis/defects/cutoff_watch.h"
#include "analysis/defects/hum_watch.h"
#include "analysis/level/slot_cutter.h"

namespace ag06::analysis {

// 120 kB per hour. Guarantee: the same findings however the stream is cut into blocks.
class DefectDetector {
 public:
  // Control thread; allocates. The grid is the long one. Mono or stereo. Errors: those of validate().
  [[nodiscard]] Status prepare(const StftGrid& grid, double max_duration_s);
  void reset() noexcept;
  // in: finite samples.
  void process(ConstAudioBlock in) noexcept;
  void process(const SpectrumFrame& frame) noexcept;

 private:
  friend std::vector<Defect> find_defects(const DefectDetector& heard);

  double sample_rate_hz_ = 48000.0;
  double frames_ = 0.0;
  std::int64_t slots_ = 0;
  SlotCutter cutter_;
  ClipWatch clips_;
  ClickWatch clicks_;
  ChannelWatch channels_;
  HumWatch hum_;
  CutoffWatch cutoff_;
};

// Worst first. Control thread; milliseconds.
[[nodiscard]] std::vector<Defect> find_defects(const DefectDetector& heard);

}  // namespace ag06::analysis
