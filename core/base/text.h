// A short text built in place from words and decimal numbers, the same on every platform. Not for the audio thread's path, nor for input from outside.
#pragma once

#include <cstdint>

namespace ag06 {

// Overlong text is cut; always null-terminated.
template <int Capacity>
class FixedText {
 public:
  FixedText& add(const char* words) noexcept {
    while (*words && length_ < Capacity - 1) text_[length_++] = *words++;
    text_[length_] = '\0';
    return *this;
  }
  // |value| < 1e9, rounded half away from zero; decimals 0..4.
  FixedText& add(double value, int decimals) noexcept {
    if (!(value > -1e9 && value < 1e9)) return add("n/a");
    std::int64_t scale = 1;
    for (int i = 0; i < decimals; ++i) scale *= 10;
    const double scaled = value * static_cast<double>(scale);
    auto units = static_cast<std::int64_t>(scaled < 0.0 ? -scaled + 0.5 : scaled + 0.5);
    if (value < 0.0 && units != 0) add("-");
    char digits[24];
    int count = 0;
    do {
      digits[count++] = static_cast<char>('0' + units % 10);
      units /= 10;
    } while (units > 0 || count <= decimals);
    while (count > 0) {
      const char one[2] = {digits[--count], '\0'};
      add(one);
      if (count == decimals && decimals > 0) add(".");
    }
    return *this;
  }
  // As add(), with a plus sign before positive values.
  FixedText& add_signed(double value, int decimals) noexcept { return (value > 0.0 ? add("+") : *this).add(value, decimals); }
  [[nodiscard]] const char* c_str() const noexcept { return text_; }

 private:
  char text_[Capacity] = {};
  int length_ = 0;
};

}  // namespace ag06
