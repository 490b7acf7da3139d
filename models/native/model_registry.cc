#include "native/model_registry.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "native/model_error.h"

namespace ag06::inference {
namespace {
using assist::ModelSettings;
using nlohmann::json;

constexpr std::uint64_t kLargestRegistryBytes = 1 << 20;
constexpr std::uint64_t kLargestModelBytes = 256u << 20;
constexpr std::size_t kDigits = 64;  // of a sha256
constexpr std::size_t kLongestText = 60;

// Everything in the file; throws when it cannot be read or is larger than allowed.
[[nodiscard]] std::vector<unsigned char> whole_file(const std::string& path, std::uint64_t largest_bytes) {
  errno = 0;
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const auto unreadable = [&] { return ModelError(path, errno == ENOENT ? "it is missing" : std::string("it cannot be read: ") + std::strerror(errno ? errno : EIO)); };
  if (!file) throw unreadable();
  const std::streamoff size = file.tellg();
  if (size < 0) throw unreadable();
  if (static_cast<std::uint64_t>(size) > largest_bytes) throw ModelError(path, "it is larger than any such file");
  std::vector<unsigned char> bytes(static_cast<std::size_t>(size));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(bytes.data()), size);
  if (file.gcount() != size) throw unreadable();
  return bytes;
}

[[nodiscard]] std::string sha256_of(const std::vector<unsigned char>& bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &length, EVP_sha256(), nullptr) != 1) return {};
  std::string text;
  for (unsigned int i = 0; i < length; ++i)
    for (const int half : {digest[i] >> 4, digest[i] & 15}) text += "0123456789abcdef"[half];
  return text;
}

[[nodiscard]] std::string short_digits(const std::string& sha256) { return sha256.substr(0, 12) + "..."; }

// Reads members of one JSON object; what it says is wrong names the place: "models.ast.calibration".
class Reader {
 public:
  Reader(const std::string& path, std::string place, const json& object) : path_(path), place_(std::move(place)), object_(object) {
    if (!object.is_object()) fail("", std::string("must be an object, not ") + object.type_name());
  }

  [[noreturn]] void fail(const std::string& key, const std::string& why) const {
    const std::string at = place_.empty() || key.empty() ? place_ + key : place_ + "." + key;
    throw ModelError(path_, (at.empty() ? "it" : at) + " " + why);
  }
  [[nodiscard]] const json& member(const std::string& key) const {
    const auto found = object_.find(key);
    if (found == object_.end()) fail(key, "is missing");
    return *found;
  }
  [[nodiscard]] Reader inner(const std::string& key) const { return {path_, place_.empty() ? key : place_ + "." + key, member(key)}; }
  [[nodiscard]] std::string text(const std::string& key) const {
    const json& value = member(key);
    if (!value.is_string() || value.get_ref<const std::string&>().empty() || value.get_ref<const std::string&>().size() > kLongestText)
      fail(key, "must be a text of 1 to " + std::to_string(kLongestText) + " bytes");
    return value.get<std::string>();
  }
  [[nodiscard]] std::string sha256(const std::string& key) const {
    const json& value = member(key);
    const std::string digits = value.is_string() ? value.get<std::string>() : std::string();
    if (digits.size() != kDigits || digits.find_first_not_of("0123456789abcdef") != std::string::npos) fail(key, "must be 64 hexadecimal digits");
    return digits;
  }
  [[nodiscard]] std::uint64_t whole(const std::string& key) const {
    const json& value = member(key);
    if (!value.is_number_unsigned()) fail(key, "must be a whole number");
    return value.get<std::uint64_t>();
  }
  [[nodiscard]] double number(const std::string& key) const {
    const json& value = member(key);
    if (!value.is_number()) fail(key, std::string("must be a number, not ") + value.type_name());
    return value.get<double>();
  }
  // One number per setting.
  [[nodiscard]] ModelSettings settings(const std::string& key, double least, double most) const {
    const json& values = member(key);
    ModelSettings settings{};
    if (!values.is_array() || values.size() != settings.size()) fail(key, "must be a list of " + std::to_string(settings.size()) + " numbers");
    for (std::size_t s = 0; s < settings.size(); ++s) {
      if (!values[s].is_number()) fail(key, std::string("must hold numbers, not ") + values[s].type_name());
      settings[s] = values[s].get<double>();
      if (!(settings[s] >= least && settings[s] <= most)) fail(key, values[s].dump() + " is outside " + json(least).dump() + " to " + json(most).dump());
    }
    return settings;
  }

 private:
  const std::string& path_;
  std::string place_;
  const json& object_;
};

void check_features(const Reader& registry, const std::string& path, const ModelFeatures& expected) {
  const Reader features = registry.inner("features");
  if (const std::string id = features.text("id"); id != expected.id) throw ModelError(path, "made for other features: '" + id + "', and this program hears '" + expected.id + "'");
  if (features.member("mel") != json({expected.channels, expected.mel_bands, expected.mel_frames}))
    features.fail("mel", features.member("mel").dump() + " is not what this program hears: " + json({expected.channels, expected.mel_bands, expected.mel_frames}).dump());
  if (features.whole("heard") != expected.heard_numbers())
    features.fail("heard", std::to_string(features.whole("heard")) + " is not what this program hears: " + std::to_string(expected.heard));
  if (std::fabs(features.number("excerpt_s") - expected.excerpt_s) > 1e-9)
    features.fail("excerpt_s", features.member("excerpt_s").dump() + " is not what this program hears: " + json(expected.excerpt_s).dump());
}

void check_settings(const Reader& registry) {
  json ids = json::array();
  for (const assist::SettingInfo& setting : assist::kSettings) ids.push_back(setting.id);
  if (registry.member("settings") != ids) registry.fail("settings", "must be " + ids.dump());
}

// A path that stays in the folder.
[[nodiscard]] std::string file_of(const Reader& model) {
  const std::string file = model.text("file");
  if (file.front() == '/' || file.find("..") != std::string::npos) model.fail("file", "must lie beside the registry, not at '" + file + "'");
  return file;
}

[[nodiscard]] json parsed(const std::string& path) {
  const std::vector<unsigned char> bytes = whole_file(path, kLargestRegistryBytes);
  try {
    return json::parse(bytes.begin(), bytes.end());
  } catch (const json::parse_error& error) {
    throw ModelError(path, "not JSON: a mistake near byte " + std::to_string(error.byte));
  } catch (const json::exception&) {
    throw ModelError(path, "a number in it is too large for any use");
  }
}
}  // namespace

const char* parameters_sha256() noexcept { return AG06_PARAMETERS_SHA256; }

const RegisteredModel* ModelRegistry::find(const std::string& id) const noexcept {
  const auto found = std::find_if(models.begin(), models.end(), [&](const RegisteredModel& model) { return model.id == id; });
  return found == models.end() ? nullptr : &*found;
}

ModelRegistry read_registry(const std::string& folder, const ModelFeatures& expected) {
  const std::string path = folder + "/" + kRegistryFile;
  const json document = parsed(path);
  const Reader registry(path, "", document);
  if (registry.whole("version") != 1) throw ModelError(path, "it is of version " + registry.member("version").dump() + ", and this program knows version 1");
  ModelRegistry read;
  read.folder = folder;
  read.features = expected;
  read.parameters_sha256 = registry.sha256("parameters_sha256");
  if (read.parameters_sha256 != parameters_sha256())
    throw ModelError(path, "made for other parameters (" + short_digits(read.parameters_sha256) + "), and this program has those of " + short_digits(parameters_sha256()));
  check_features(registry, path, expected);
  check_settings(registry);
  read.fallback = registry.settings("fallback", 0.0, 1.0);
  read.prior_spread = registry.settings("prior_spread", 1e-6, 1.0);
  const json& models = registry.member("models");
  if (!models.is_array() || models.empty()) registry.fail("models", "must be a list of models");
  const Reader ensemble = registry.inner("ensemble");
  const Reader weights = ensemble.inner("weights");
  if (ensemble.text("id") != kEnsembleId) ensemble.fail("id", std::string("must be '") + kEnsembleId + "'");
  read.ensemble_label = ensemble.text("label");
  read.ensemble_calibration = ensemble.settings("calibration", 0.0, 100.0);
  for (std::size_t m = 0; m < models.size(); ++m) {
    const Reader model(path, "models[" + std::to_string(m) + "]", models[m]);
    RegisteredModel entry{model.text("id"), model.text("label"), file_of(model), model.sha256("sha256"), model.whole("bytes"), model.settings("calibration", 0.0, 100.0), {}};
    if (read.find(entry.id) != nullptr || entry.id == kEnsembleId) model.fail("id", "'" + entry.id + "' stands there twice");
    if (document["ensemble"]["weights"].contains(entry.id)) entry.ensemble_weight = weights.settings(entry.id, -10.0, 10.0);
    read.models.push_back(std::move(entry));
  }
  for (const auto& [id, unused] : document["ensemble"]["weights"].items())
    if (read.find(id) == nullptr) weights.fail(id, "is none of the models");
  return read;
}

std::vector<unsigned char> read_weights(const ModelRegistry& registry, const RegisteredModel& model) {
  const std::string path = registry.path_of(model);
  std::vector<unsigned char> bytes = whole_file(path, kLargestModelBytes);
  if (bytes.size() != model.bytes)
    throw ModelError(path, "it holds " + std::to_string(bytes.size()) + " bytes where the registry says " + std::to_string(model.bytes));
  if (const std::string sha256 = sha256_of(bytes); sha256 != model.sha256)
    throw ModelError(path, "it is not the file that was registered: its sha256 is " + short_digits(sha256) + ", the registry says " + short_digits(model.sha256));
  return bytes;
}

}  // namespace ag06::inference
