#include "native/model_places.h"

#include <cstdlib>
#include <filesystem>

namespace ag06::inference {
namespace {
// An empty variable is no choice.
[[nodiscard]] std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

[[nodiscard]] std::string beside_program(const char* path) {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  return (program.parent_path().parent_path() / path).string();
}
}  // namespace

std::string models_folder(const std::string& given) {
  if (!given.empty()) return given;
  const std::string set = from_environment("AG06_MODELS");
  return set.empty() ? beside_program("models") : set;
}

std::string runtime_library() {
  const std::string set = from_environment("AG06_ONNXRUNTIME");
  return set.empty() ? beside_program("lib/libonnxruntime.so.1") : set;
}

}  // namespace ag06::inference
