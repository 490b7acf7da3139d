// Prints one "HASH name" line per scenario, run natively.
#include <cinttypes>
#include <cstdio>

#include "parity/scenarios.h"

int main() {
  for (const auto& scenario : ag06::parity::scenarios()) std::printf("%016" PRIx64 " %s\n", scenario.run(), scenario.name);
  return 0;
}
