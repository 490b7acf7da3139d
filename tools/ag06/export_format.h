// The formats ag06 writes, by name. Not for reading.
#pragma once

#include <array>
#include <string_view>

namespace ag06::cli {

struct ExportFormat {
  const char* name;
  const char* extension;
  bool is_flac;
  int bits;            // 32: float
  bool shaped = false; // the dither's noise lies where the ear hears least
  [[nodiscard]] constexpr bool is_float() const noexcept { return bits == 32; }
};

inline constexpr std::array<ExportFormat, 7> kExportFormats{{{"wav16", ".wav", false, 16},
                                                             {"wav16-shaped", ".wav", false, 16, true},
                                                             {"wav24", ".wav", false, 24},
                                                             {"wav32f", ".wav", false, 32},
                                                             {"flac16", ".flac", true, 16},
                                                             {"flac16-shaped", ".flac", true, 16, true},
                                                             {"flac24", ".flac", true, 24}}};

// nullptr for an unknown name.
[[nodiscard]] constexpr const ExportFormat* find_export_format(std::string_view name) noexcept {
  for (const ExportFormat& format : kExportFormats)
    if (name == format.name) return &format;
  return nullptr;
}

}  // namespace ag06::cli
