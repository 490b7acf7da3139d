// What the C library would call to end a process: a module has none to end, so it traps, which the host sees as a RuntimeError.
// Keeps the module free of imports.
extern "C" {
[[noreturn]] void abort() { __builtin_trap(); }
[[noreturn]] void _Exit(int) { __builtin_trap(); }
}
