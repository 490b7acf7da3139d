// What the C and C++ libraries would call to end a process, or to say why on a stream: a module has neither, so it traps, which the host sees as a
// RuntimeError. Keeps modules free of imports; abort() ends here too.
struct _IO_FILE;
extern "C" {
[[noreturn]] void _Exit(int) { __builtin_trap(); }
// A failed assertion of the JSON library.
[[noreturn]] void __assert_fail(const char*, const char*, int, const char*) { __builtin_trap(); }
// Last words of std::string before abort(), written to a stream that is not there.
extern _IO_FILE* const stderr;
_IO_FILE* const stderr = nullptr;
int fprintf(_IO_FILE*, const char*, ...) { __builtin_trap(); }
int fiprintf(_IO_FILE*, const char*, ...) { __builtin_trap(); }  // what the compiler makes of it where no number is a float
int __small_fprintf(_IO_FILE*, const char*, ...) { __builtin_trap(); }
}
