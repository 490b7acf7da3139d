#include "file_probe.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "failure.h"

namespace ag06::cli {
namespace {
struct Signature {
  std::size_t offset;
  std::string_view bytes;
  const char* name;
};
// Formats people hand over that the decoder does not know.
constexpr std::array<Signature, 8> kForeign{{{4, "ftyp", "MP4/M4A (AAC or ALAC)"},
                                             {0, "\xff\xf1", "AAC (ADTS)"},
                                             {0, "\xff\xf9", "AAC (ADTS)"},
                                             {0, "\x1a\x45\xdf\xa3", "Matroska/WebM"},
                                             {0, "\x30\x26\xb2\x75", "Windows Media"},
                                             {0, "wvpk", "WavPack"},
                                             {0, "MAC ", "Monkey's Audio"},
                                             {0, "MThd", "MIDI (notes, not sound)"}}};

[[nodiscard]] std::string first_bytes(const std::string& path, std::size_t count) {
  std::string bytes(count, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), static_cast<std::streamsize>(count));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

[[nodiscard]] bool begins(const std::string& bytes, std::size_t offset, std::string_view with) { return bytes.size() >= offset && bytes.compare(offset, with.size(), with) == 0; }

[[nodiscard]] std::uint32_t little_endian(const std::array<char, 8>& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

[[nodiscard]] std::string lowered_first(std::string text) {
  if (text.size() > 1 && text[1] >= 'a') text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  while (!text.empty() && (text.back() == '.' || text.back() == ' ')) text.pop_back();
  return text;
}
}  // namespace

void check_regular(const std::string& path) {
  namespace fs = std::filesystem;
  const auto fail = [&](const std::string& why) { throw Failure(ExitStatus::input, path, why); };
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) fail(error ? error.message() : "no such file");
  if (fs::is_directory(status)) fail("it is a folder");
  if (!fs::is_regular_file(status)) fail("it cannot be read several times (a pipe or a device); save it to a file first");
  errno = 0;
  if (!std::ifstream(path, std::ios::binary)) fail(std::strerror(errno ? errno : EIO));
  if (fs::file_size(path, error) == 0 && !error) fail("the file is empty");
}

std::string why_unreadable(const std::string& path, const std::string& decoder_error) {
  const std::string bytes = first_bytes(path, 64);
  for (const Signature& foreign : kForeign)
    if (begins(bytes, foreign.offset, foreign.bytes)) return std::string(foreign.name) + " cannot be read; the formats read are " + kReadableFormats;
  const bool known = begins(bytes, 0, "RIFF") || begins(bytes, 0, "RF64") || begins(bytes, 0, "FORM") || begins(bytes, 0, "fLaC") || begins(bytes, 0, "OggS") ||
                     begins(bytes, 0, "caff") || begins(bytes, 0, "ID3");
  if (!known) return std::string("not an audio file of a known format; the formats read are ") + kReadableFormats;
  if (decoder_error.find("Channel count is zero") != std::string::npos) return "the header says 0 channels";
  // What the MP3 decoder's refusal is called; the file is known to be a regular one.
  if (decoder_error.find("not a regular file") != std::string::npos) return "the audio is damaged: nothing in it can be decoded";
  return "the audio is damaged: " + lowered_first(decoder_error);
}

bool is_cut_short_wav(const std::string& path) {
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  std::array<char, 8> chunk{};
  if (error || !file.read(chunk.data(), 8) || std::string_view(chunk.data(), 4) != "RIFF") return false;
  if (!file.read(chunk.data(), 4) || std::string_view(chunk.data(), 4) != "WAVE") return false;
  for (std::uint64_t at = 12; file.seekg(static_cast<std::streamoff>(at)) && file.read(chunk.data(), 8);) {
    const std::uint64_t bytes = little_endian(chunk, 4);
    // Programs that write to a pipe cannot know the size and say "as much as can be".
    if (std::string_view(chunk.data(), 4) == "data") return bytes < 0xffff0000u && at + 8 + bytes > size;
    at += 8 + bytes + (bytes & 1);
  }
  return false;
}

}  // namespace ag06::cli
