// Mixes one file into another. Not for what the command line says or prints.
#pragma once

#include <string>
#include <vector>

#include "export_format.h"
#include "mix_plan.h"

namespace ag06::cli {

struct MixJob {
  std::string input_path;
  std::string output_path;
  const ExportFormat* format = nullptr;
};

struct MixResult {
  analysis::StreamReport input{};   // of the song at the rate it is mixed at
  analysis::StreamReport output{};  // of the samples in the written file
  MixPlan plan;
  int input_rate_hz = 0;
  int output_rate_hz = 0;
  int latency_frames = 0;      // of the chain; taken out of the file
  double realtime_factor = 0.0;  // length of the song / time taken, all passes together
  std::vector<std::string> notes;
};

// Throws Failure, Interrupted; no file of the output's name is made or changed then.
[[nodiscard]] MixResult mix_file(const MixJob& job, const MixSettings& settings, Progress& progress);

}  // namespace ag06::cli
