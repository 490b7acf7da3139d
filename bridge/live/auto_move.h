// One step of mode auto, with its reason. Not for moves on whole songs (core/assist/planner.h).
#pragma once

#include <string>

namespace ag06::bridge {

struct AutoMove {
  int param_index = 0;        // in the parameter table
  double from = 0.0;
  double to = 0.0;
  double confidence_01 = 0.0;
  std::string reason;         // a sentence for people
  std::string evidence;       // the measured figures behind it
};

}  // namespace ag06::bridge
