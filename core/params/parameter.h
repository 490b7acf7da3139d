// One row of the parameter table: metadata only, no values. Rows are generated from params.json.
#pragma once

#include <cstdint>

namespace ag06::params {

enum class Curve : std::uint8_t { linear, log, db, choice, toggle };

struct Parameter {
  std::uint16_t id;
  const char* key;
  const char* unit;
  double min;
  double max;
  double default_value;
  Curve curve;
  double step;
  int decimals;
  double smoothing_ms;
  const char* group;
  const char* label;
  const char* help;
  bool model_target;
  const char* const* choices;  // one name per value from min to max, or nullptr
};

}  // namespace ag06::params
