// Reads --params: a JSON object of parameter keys and values in real units. Not a project format.
#pragma once

#include <string>
#include <vector>

namespace ag06::cli {

struct ParamOverride {
  int param_id;
  double value;
};

// Switches also take true and false. Throws Failure: input where the file cannot be read, usage where it holds an unknown key,
// a value of the wrong kind or one outside the parameter's range.
[[nodiscard]] std::vector<ParamOverride> read_params_file(const std::string& path);

}  // namespace ag06::cli
