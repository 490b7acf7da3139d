// Which file each input becomes, and in which format; refuses names that would overwrite an input or each other.
#pragma once

#include <string>
#include <vector>

#include "mix_file.h"

namespace ag06::cli {

// format_name may be empty: then the name of the output decides (".flac": flac24), else wav24. More than one input needs a folder,
// which is made when it is missing; so does an output that ends in a slash. Throws Failure(usage) or Failure(output).
[[nodiscard]] std::vector<MixJob> mix_jobs(const std::vector<std::string>& inputs, const std::string& output, const std::string& format_name);

}  // namespace ag06::cli
