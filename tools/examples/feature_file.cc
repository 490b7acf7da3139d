#include "feature_file.h"

#include <cstring>
#include <stdexcept>

namespace ag06::examples {
namespace {
constexpr std::size_t kMelNumbersInAll = 2u * assist::kMelBands * assist::kMelFrames;

template <class T>
void put(std::ofstream& file, const std::vector<T>& values) {
  file.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
}
}  // namespace

std::uint16_t half_of(float value) noexcept {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000u);
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude >= 0x7f800000u) return static_cast<std::uint16_t>(sign | (magnitude > 0x7f800000u ? 0x7e00u : 0x7c00u));
  if (magnitude >= 0x477ff000u) return static_cast<std::uint16_t>(sign | 0x7c00u);
  if (magnitude < 0x33000001u) return sign;
  const int exponent = static_cast<int>(magnitude >> 23) - 127;
  const std::uint32_t mantissa = (magnitude & 0x7fffffu) | 0x800000u;
  const int shift = exponent < -14 ? 13 + (-14 - exponent) : 13;
  std::uint32_t kept = mantissa >> shift;
  const std::uint32_t rest = mantissa & ((1u << shift) - 1u), half = 1u << (shift - 1);
  if (rest > half || (rest == half && (kept & 1u))) ++kept;
  const std::uint32_t biased = exponent < -14 ? kept : kept + (static_cast<std::uint32_t>(exponent + 14) << 10);
  return static_cast<std::uint16_t>(sign | biased);
}

Features Listener::hear(Sound& sound, int first_frame) {
  if (sound.sample_rate_hz != prepared_for_hz_) {
    if (ear_.prepare({sound.sample_rate_hz, 2, kMaxBlockFrames}) != Status::ok) throw std::runtime_error("the ear refuses the sample rate");
    prepared_for_hz_ = sound.sample_rate_hz;
  } else {
    ear_.reset();
  }
  each_block(sound, first_frame, [&](AudioBlock block) { ear_.process(block); });
  Features features{std::vector<float>(kMelNumbersInAll), std::vector<float>(assist::kHeardNumbers)};
  ear_.finish(features.mel.data(), features.heard.data());
  return features;
}

FeatureFile::FeatureFile(const std::string& prefix, MelNumbers numbers)
    : mel_(prefix + ".mel", std::ios::binary), heard_(prefix + ".heard", std::ios::binary), numbers_(numbers), prefix_(prefix) {
  if (!mel_ || !heard_) throw std::runtime_error(prefix + ": cannot be written");
}

void FeatureFile::write(const Features& features) {
  if (numbers_ == MelNumbers::single) {
    put(mel_, features.mel);
  } else {
    std::vector<std::uint16_t> halves(features.mel.size());
    for (std::size_t i = 0; i < halves.size(); ++i) halves[i] = half_of(features.mel[i]);
    put(mel_, halves);
  }
  put(heard_, features.heard);
}

void FeatureFile::write_empty() { write({std::vector<float>(kMelNumbersInAll), std::vector<float>(assist::kHeardNumbers)}); }

void FeatureFile::close() {
  mel_.close();
  heard_.close();
  if (!mel_ || !heard_) throw std::runtime_error(prefix_ + ": the disk is full or the file cannot be written");
}

}  // namespace ag06::examples
