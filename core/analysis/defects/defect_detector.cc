#include "analysis/defects/defect_detector.h"

#include <algorithm>

namespace ag06::analysis {

Status DefectDetector::prepare(const StftGrid& grid, double max_duration_s) {
  const StreamSpec spec{grid.sample_rate_hz, grid.channels, 512};
  if (const Status status = validate(spec); status != Status::ok) return status;
  sample_rate_hz_ = grid.sample_rate_hz;
  cutter_.prepare(spec);
  clips_.prepare(grid.channels);
  clicks_.prepare(grid.channels);
  channels_.prepare(spec);
  hum_.prepare(grid, max_duration_s);
  cutoff_.prepare(grid);
  reset();
  return Status::ok;
}

void DefectDetector::reset() noexcept {
  frames_ = 0.0;
  slots_ = 0;
  cutter_.reset();
  clips_.reset();
  clicks_.reset();
  channels_.reset();
  hum_.reset();
  cutoff_.reset();
}

void DefectDetector::process(ConstAudioBlock in) noexcept {
  frames_ += in.frames;
  cutter_.process(in, [this](const float* const* planes, int frames) {
    const double time_s = static_cast<double>(slots_++) / kSlotsPerSecond;
    clips_.take_slot(planes, frames, time_s);
    clicks_.take_slot(planes, frames, time_s);
    channels_.take_slot(planes, frames, time_s);
  });
}

void DefectDetector::process(const SpectrumFrame& frame) noexcept {
  hum_.process(frame);
  cutoff_.process(frame);
}

std::vector<Defect> find_defects(const DefectDetector& heard) {
  const double duration_s = heard.frames_ / heard.sample_rate_hz_;
  std::vector<Defect> found;
  heard.clips_.find(heard.sample_rate_hz_, duration_s, found);
  heard.clicks_.find(duration_s, found);
  heard.channels_.find(duration_s, found);
  heard.hum_.find(found);
  heard.cutoff_.find(found);
  std::stable_sort(found.begin(), found.end(), [](const Defect& a, const Defect& b) { return a.severity > b.severity; });
  return found;
}

}  // namespace ag06::analysis
