// Where the library and the models lie: beside the program, unless somebody says otherwise. Not for reading them.
#pragma once

#include <string>

namespace ag06::inference {

// given (an option; may be empty), else AG06_MODELS, else ../models from the program's folder.
[[nodiscard]] std::string models_folder(const std::string& given = {});
// AG06_ONNXRUNTIME, else ../lib/libonnxruntime.so.1 from the program's folder.
[[nodiscard]] std::string runtime_library();

}  // namespace ag06::inference
