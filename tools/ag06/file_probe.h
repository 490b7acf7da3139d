// What a file is by its first bytes, for errors that help. Not a decoder.
#pragma once

#include <string>

namespace ag06::cli {

inline constexpr char kReadableFormats[] = "WAV, RF64, W64, AIFF, CAF, AU, FLAC, Ogg Vorbis, Opus and MP3";

// Throws Failure(input) unless path names a regular, non-empty file that may be read.
void check_regular(const std::string& path);
// Why a file that the decoder refused cannot be read; decoder_error is its own words.
[[nodiscard]] std::string why_unreadable(const std::string& path, const std::string& decoder_error);
// A WAV file whose header promises more bytes than the file has.
[[nodiscard]] bool is_cut_short_wav(const std::string& path);

}  // namespace ag06::cli
