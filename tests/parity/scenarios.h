// Runs of the core whose outputs are folded into one hash each. Compiled twice, natively and to WebAssembly: equal hashes mean equal bits.
// Not a test of what is right, only of sameness; the other suites test what is right.
#pragma once

#include <cstdint>
#include <span>

namespace ag06::parity {

struct Scenario {
  const char* name;
  std::uint64_t (*run)();
};

[[nodiscard]] std::span<const Scenario> scenarios() noexcept;

}  // namespace ag06::parity
