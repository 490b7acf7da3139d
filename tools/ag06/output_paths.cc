#include "output_paths.h"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "failure.h"

namespace ag06::cli {
namespace {
namespace fs = std::filesystem;

[[nodiscard]] std::string lower_extension(const std::string& path) {
  std::string extension = fs::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return extension;
}

[[nodiscard]] std::string format_names() {
  std::string names;
  for (const ExportFormat& format : kExportFormats) names += (names.empty() ? "" : ", ") + std::string(format.name);
  return names;
}

[[nodiscard]] const ExportFormat& format_for(const std::string& format_name, const std::string& output, bool is_folder) {
  const std::string extension = is_folder ? "" : lower_extension(output);
  const bool wav_name = extension == ".wav" || extension == ".wave" || extension == ".rf64";
  constexpr const char* kOthers[] = {".mp3", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".caf", ".w64", ".wma", ".wv"};
  if (std::find(std::begin(kOthers), std::end(kOthers), extension) != std::end(kOthers))
    throw Failure(ExitStatus::usage, output, extension.substr(1) + " files cannot be written; the formats are " + format_names());
  const ExportFormat* format = find_export_format(format_name.empty() ? (extension == ".flac" ? "flac24" : "wav24") : format_name);
  if (!format) throw Failure(ExitStatus::usage, "--format", "'" + format_name + "' is not in this build, which writes " + format_names());
  if ((wav_name && format->is_flac) || (extension == ".flac" && !format->is_flac))
    throw Failure(ExitStatus::usage, output, "its name says " + extension.substr(1) + ", --format says " + format->name);
  return *format;
}

[[nodiscard]] bool is_folder_there(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

void make_folder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (!is_folder_there(path)) throw Failure(ExitStatus::output, path, error ? error.message() : "it is not a folder, and several inputs need one");
}

// Whatever name leads to it; nothing when there is no such file.
using FileIdentity = std::pair<dev_t, ino_t>;
[[nodiscard]] std::optional<FileIdentity> identity_of(const std::string& path) {
  struct stat file {};
  if (stat(path.c_str(), &file) != 0) return std::nullopt;
  return FileIdentity{file.st_dev, file.st_ino};
}
}  // namespace

std::vector<MixJob> mix_jobs(const std::vector<std::string>& inputs, const std::string& output, const std::string& format_name) {
  if (output == "-") throw Failure(ExitStatus::usage, "-o", "a mix is written to a file, not to standard output (a file called so is ./-)");
  const bool is_folder = inputs.size() > 1 || is_folder_there(output) || output.ends_with('/');
  const ExportFormat& format = format_for(format_name, output, is_folder);
  std::vector<MixJob> jobs;
  std::map<std::string, std::string> made_from;
  for (const std::string& input : inputs) {
    const std::string path = is_folder ? (fs::path(output) / fs::path(input).stem()).string() + format.extension : output;
    const auto [earlier, is_new] = made_from.emplace(path, input);
    if (!is_new) throw Failure(ExitStatus::usage, "-o", earlier->second + " and " + input + " would both become " + path);
    jobs.push_back({input, path, &format});
  }
  std::set<FileIdentity> input_files;
  for (const std::string& input : inputs)
    if (const auto identity = identity_of(input)) input_files.insert(*identity);
  for (const MixJob& job : jobs)
    if (const auto identity = identity_of(job.output_path); identity && input_files.count(*identity) != 0)
      throw Failure(ExitStatus::usage, job.output_path, "the output would replace an input");
  if (is_folder) make_folder(output);
  return jobs;
}

}  // namespace ag06::cli
