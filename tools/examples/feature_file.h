// What ag06-examples writes: one row of features after another, mel as half floats, heard as floats, both little-endian.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "assist/ear.h"
#include "sound.h"

namespace ag06::examples {

struct Features {
  std::vector<float> mel;
  std::vector<float> heard;
};

// Features of the excerpt that starts at first_frame, by the product's own ear; ears are kept per sample rate.
class Listener {
 public:
  [[nodiscard]] Features hear(Sound& sound, int first_frame);

 private:
  assist::Ear ear_;
  double prepared_for_hz_ = 0.0;
};

enum class MelNumbers { half, single };

class FeatureFile {
 public:
  // Throws std::runtime_error when PREFIX.mel or PREFIX.heard cannot be written.
  FeatureFile(const std::string& prefix, MelNumbers numbers);
  void write(const Features& features);
  void write_empty();
  void close();

 private:
  std::ofstream mel_, heard_;
  MelNumbers numbers_;
  std::string prefix_;
};

// IEEE 754 binary16, rounded to nearest even; beyond its range infinite.
[[nodiscard]] std::uint16_t half_of(float value) noexcept;

}  // namespace ag06::examples
