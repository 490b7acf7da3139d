// The same subjects for a WebAssembly host, which brings the clock.
#include "bench/subjects.h"

#define AG06_EXPORT(name) extern "C" __attribute__((export_name(#name)))

namespace {
ag06::bench::Bench& the_bench() {
  static auto* const bench = new ag06::bench::Bench;
  return *bench;
}
}  // namespace

AG06_EXPORT(bench_count) int bench_count() { return static_cast<int>(ag06::bench::entries().size()); }
AG06_EXPORT(bench_name) const char* bench_name(int entry) { return ag06::bench::entries()[static_cast<std::size_t>(entry)].name; }
AG06_EXPORT(bench_prepare) int bench_prepare(int entry) { return the_bench().prepare(entry) ? 1 : 0; }
AG06_EXPORT(bench_run) double bench_run(int quanta) { return the_bench().run(quanta); }
AG06_EXPORT(bench_render) double bench_render(double song_s) { return the_bench().render(song_s); }
AG06_EXPORT(bench_analyse) double bench_analyse(double song_s) { return the_bench().analyse(song_s); }
