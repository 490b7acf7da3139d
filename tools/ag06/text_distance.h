// Which known word a mistyped one was meant to be. Not for words longer than a command line holds.
// Source: R. Wagner, M. Fischer, "The String-to-String Correction Problem", J. ACM 21(1), 1974.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ag06::cli {

// The candidate with the fewest single-letter edits, the first of equals; candidates must not be empty.
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace ag06::cli
