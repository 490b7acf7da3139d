// What the C library would call to end a process: a module has none to end, so it traps, which the host sees as a RuntimeError.
// Keeps the module free of imports; abort() ends here too.
extern "C" {
[[noreturn]] void _Exit(int) { __builtin_trap(); }
}
