// The same scenarios for a WebAssembly host: index in, hash out.
#include "parity/scenarios.h"

#define AG06_EXPORT(name) extern "C" __attribute__((export_name(#name)))

AG06_EXPORT(parity_count) int parity_count() { return static_cast<int>(ag06::parity::scenarios().size()); }
AG06_EXPORT(parity_name) const char* parity_name(int index) { return ag06::parity::scenarios()[static_cast<std::size_t>(index)].name; }
AG06_EXPORT(parity_hash) std::uint64_t parity_hash(int index) { return ag06::parity::scenarios()[static_cast<std::size_t>(index)].run(); }
