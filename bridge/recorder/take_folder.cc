#include "recorder/take_folder.h"

#include <sndfile.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <memory>
#include <optional>

#include "recorder/take_file.h"

namespace ag06::bridge {
namespace {
namespace fs = std::filesystem;

constexpr char kTimeForm[] = "YYYY-MM-DDTHH-MM-SSZ";
constexpr const char* kSuffixes[] = {".wav", ".flac"};

struct Close {
  void operator()(SNDFILE* file) const noexcept { sf_close(file); }
};
using Reader = std::unique_ptr<SNDFILE, Close>;

[[nodiscard]] Reader open_reader(const fs::path& path, SF_INFO& info) {
  info = {};
  return Reader(sf_open(path.c_str(), SFM_READ, &info));
}

[[nodiscard]] std::string utc_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[sizeof kTimeForm];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H-%M-%SZ", &parts);
  return text;
}

// Letters, digits, '-' and the time in front: an id never leads out of the folder.
[[nodiscard]] bool is_id(const std::string& id) {
  if (id.size() < sizeof kTimeForm || id.size() > 64) return false;
  for (std::size_t i = 0; i + 1 < sizeof kTimeForm; ++i) {
    const bool wants_digit = std::strchr("YMDHS", kTimeForm[i]) != nullptr;
    if (wants_digit ? (id[i] < '0' || id[i] > '9') : id[i] != kTimeForm[i]) return false;
  }
  return std::all_of(id.begin() + sizeof kTimeForm - 1, id.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

[[nodiscard]] std::string started_at(const std::string& id) {
  std::string time = id.substr(0, sizeof kTimeForm - 1);
  time[13] = time[16] = ':';
  return time;
}

[[nodiscard]] std::string format_name(int format) {
  if ((format & SF_FORMAT_TYPEMASK) == SF_FORMAT_FLAC) return "flac24";
  return (format & SF_FORMAT_SUBMASK) == SF_FORMAT_FLOAT ? "wav32f" : "wav24";
}

[[nodiscard]] std::optional<Take> describe_take(const fs::path& path) {
  Take take;
  fs::path name = path.filename();
  if (name.extension() == kUnfinishedSuffix) {
    take.is_complete = false;
    name = name.stem();
  }
  if (std::find(std::begin(kSuffixes), std::end(kSuffixes), name.extension()) == std::end(kSuffixes)) return std::nullopt;
  take.id = name.stem().string();
  if (!is_id(take.id)) return std::nullopt;
  SF_INFO info;
  std::error_code error;
  take.bytes = fs::file_size(path, error);
  if (error) return std::nullopt;
  if (const Reader reader = open_reader(path, info); reader != nullptr) {
    take.format = format_name(info.format);
    take.sample_rate_hz = info.samplerate;
    take.channels = info.channels;
    take.frames = info.frames > 0 && info.frames < SF_COUNT_MAX ? static_cast<std::uint64_t>(info.frames) : 0;
  } else if (take.is_complete) {
    return std::nullopt;
  }
  take.file_name = name.string();
  take.started_at = started_at(take.id);
  return take;
}

// A FLAC that was not closed does not know its length: its frames are copied to one that does. Bit for bit, integers to integers.
void rewrite_flac(const fs::path& from, const fs::path& to) {
  SF_INFO info;
  const Reader reader = open_reader(from, info);
  if (reader == nullptr) throw TakeError(from.string() + ": " + sf_strerror(nullptr));
  SF_INFO out_info{};
  out_info.samplerate = info.samplerate;
  out_info.channels = info.channels;
  out_info.format = info.format;
  const Reader writer(sf_open(to.c_str(), SFM_WRITE, &out_info));
  if (writer == nullptr) throw TakeError(to.string() + ": " + sf_strerror(nullptr));
  std::vector<int> samples(static_cast<std::size_t>(info.channels) * 4096);
  for (;;) {
    const sf_count_t frames = sf_readf_int(reader.get(), samples.data(), 4096);
    if (frames <= 0) return;
    if (sf_writef_int(writer.get(), samples.data(), frames) != frames) throw TakeError(to.string() + ": " + sf_strerror(writer.get()));
  }
}
}  // namespace

TakeFolder::TakeFolder(std::string path) : path_(std::move(path)) {
  std::error_code error;
  fs::create_directories(path_, error);
  if (error) throw TakeError(path_ + ": the folder for takes cannot be made: " + error.message());
  std::vector<std::string> unfinished;
  for (const fs::directory_entry& entry : fs::directory_iterator(path_, error))
    if (entry.path().extension() == kUnfinishedSuffix) unfinished.push_back(entry.path().string());
  if (error) throw TakeError(path_ + ": the folder for takes cannot be read: " + error.message());
  for (const std::string& file : unfinished) rescue(file);
}

void TakeFolder::rescue(const std::string& unfinished) const {
  const fs::path from = unfinished;
  const fs::path to = from.parent_path() / from.stem();
  const std::optional<Take> take = describe_take(from);
  if (!take || take->sample_rate_hz == 0.0 || fs::exists(to)) return;   // nothing that can be read: it stays where it is, for a person to look at
  std::error_code error;
  if (to.extension() == ".flac") {
    const fs::path whole = to.string() + ".rescue";
    try {
      rewrite_flac(from, whole);
    } catch (const TakeError&) {
      fs::remove(whole, error);
      return;
    }
    fs::rename(whole, to, error);
    if (!error) fs::remove(from, error);
  } else {
    fs::rename(from, to, error);
  }
}

std::string TakeFolder::new_id(const std::string& what, const std::string& format) const {
  const std::string time = utc_now();
  std::string id = time + "-" + what;
  for (int n = 2; fs::exists(unfinished_path(id, format)) || fs::exists(fs::path(path_) / (id + take_suffix(format))); ++n)
    id = time + "-" + std::to_string(n) + "-" + what;
  return id;
}

std::string TakeFolder::unfinished_path(const std::string& id, const std::string& format) const {
  return (fs::path(path_) / (id + take_suffix(format) + kUnfinishedSuffix)).string();
}

std::string TakeFolder::complete(const std::string& id, const std::string& format) const {
  const fs::path to = fs::path(path_) / (id + take_suffix(format));
  std::error_code error;
  fs::rename(unfinished_path(id, format), to, error);
  if (error) throw TakeError(to.string() + ": " + error.message());
  return to.string();
}

std::vector<Take> TakeFolder::list() const {
  std::vector<Take> takes;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(path_, error))
    if (std::optional<Take> take = describe_take(entry.path())) takes.push_back(std::move(*take));
  std::sort(takes.begin(), takes.end(), [](const Take& a, const Take& b) { return a.id > b.id; });
  return takes;
}

std::string TakeFolder::path_of(const std::string& id) const {
  if (is_id(id))
    for (const char* suffix : kSuffixes)
      if (const fs::path path = fs::path(path_) / (id + suffix); fs::exists(path)) return path.string();
  throw TakeError("there is no take of that name");
}

void TakeFolder::remove(const std::string& id) const {
  const std::string path = path_of(id);
  std::error_code error;
  if (!fs::remove(path, error)) throw TakeError(path + ": " + (error ? error.message() : "it is gone already"));
}

double TakeFolder::free_bytes() const {
  std::error_code error;
  const fs::space_info space = fs::space(path_, error);
  return error ? 0.0 : static_cast<double>(space.available);
}

}  // namespace ag06::bridge
