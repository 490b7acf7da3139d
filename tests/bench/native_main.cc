// ag06-bench: what every unit, the chain, the meters and a render cost on this machine. tests/bench/bench.mjs compares hosts.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/live_callback.h"
#include "bench/loudness_peer.h"
#include "bench/subjects.h"
#include "support/music.h"

namespace {

using ag06::bench::kQuantumFrames;
using ag06::bench::kSampleRateHz;
using ag06::bench::LoudnessDuel;
constexpr int kSongRepeats = 5;
constexpr double kQuantumNs = 1e9 * kQuantumFrames / kSampleRateHz;

struct Options {
  int repeats = 61;  // short runs, so that some escape whatever else the machine does
  int quanta = 200;
  double song_s = 180.0;
  double live_s = 120.0;
  double paced_s = 20.0;
  std::string file;  // what loudness is measured of, beside libebur128; empty: the music of the other rows
  bool json = false;
};

struct Row {
  const char* name;
  double median_ns;
  double least_ns;
  double checksum;
};

double seconds_of(const auto& work) {
  const auto from = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

struct Song {
  double song_s;
  double wall_s;
  double checksum;
};

Song song_work(double song_s, const auto& work) {
  Song song{song_s, 0.0, 0.0};
  song.wall_s = seconds_of([&] { song.checksum = work(); });
  return song;
}

[[noreturn]] void usage(const char* why) {
  std::fprintf(stderr, "ag06-bench: %s\nusage: ag06-bench [--json] [--quick] [--repeats N] [--quanta N] [--song-s S] [--file AUDIO]\n", why);
  std::exit(2);
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const auto number = [&] {
      char* end = nullptr;
      const double value = i + 1 < argc ? std::strtod(argv[++i], &end) : 0.0;
      if (end == nullptr || *end != '\0' || !(value >= 1.0 && value <= 1e6)) usage("a number from 1 to 1000000 is missing");
      return value;
    };
    const std::string option = argv[i];
    if (option == "--json") {
      options.json = true;
    } else if (option == "--quick") {
      options = {2, 10, 4.0, 2.0, 0.5, options.file, options.json};
    } else if (option == "--repeats") {
      options.repeats = static_cast<int>(number());
    } else if (option == "--quanta") {
      options.quanta = static_cast<int>(number());
    } else if (option == "--song-s") {
      options.song_s = number();
    } else if (option == "--file" && i + 1 < argc) {
      options.file = argv[++i];
    } else {
      usage(("unknown option " + option).c_str());
    }
  }
  return options;
}

void print_json(const ag06::bench::LiveCallback& live) {
  std::printf(",\n \"live_callback\": {\"block_frames\": %d, \"realtime\": %s, \"silence_ratio\": %.4f", live.block_frames,
              live.is_realtime ? "true" : "false", live.silence_ratio);
  for (const auto& [name, shares] : {std::pair{"steady", live.steady}, std::pair{"paced", live.paced}})
    std::printf(",\n  \"%s\": {\"callbacks\": %zu, \"p50_percent\": %.3f, \"p99_percent\": %.3f, \"p999_percent\": %.3f, \"max_percent\": %.3f}", name,
                shares.callbacks, 100.0 * shares.p50, 100.0 * shares.p99, 100.0 * shares.p999, 100.0 * shares.max);
  std::printf(",\n  \"histogram_us\": [");
  const char* comma = "";
  for (const auto& [bound_us, count] : live.histogram_us) {
    if (std::isfinite(bound_us)) std::printf("%s[%.3f, %llu]", comma, bound_us, static_cast<unsigned long long>(count));
    else std::printf("%s[null, %llu]", comma, static_cast<unsigned long long>(count));
    comma = ", ";
  }
  std::printf("]}");
}

void print_text(const ag06::bench::LiveCallback& live) {
  std::printf("live callback, everything on, %d frames at 48 kHz, %s; silence costs %.2f times the signal\n", live.block_frames,
              live.is_realtime ? "real-time priority" : "ordinary priority", live.silence_ratio);
  for (const auto& [name, shares] : {std::pair{"one after the other", live.steady}, std::pair{"paced as a device does", live.paced}})
    std::printf("  %-24s share of the block's time: p50 %5.2f %%, p99 %5.2f %%, p99.9 %5.2f %%, max %5.2f %% of %zu\n", name, 100.0 * shares.p50,
                100.0 * shares.p99, 100.0 * shares.p999, 100.0 * shares.max, shares.callbacks);
  std::uint64_t below = 0;
  const double all = static_cast<double>(live.steady.callbacks + live.paced.callbacks);
  for (const auto& [bound_us, count] : live.histogram_us) {
    below += count;
    if (count == 0) continue;
    const double below_percent = 100.0 * static_cast<double>(below) / all;
    std::printf("  <= %9.1f us: %8llu callbacks, %8.4f %% up to here\n", bound_us, static_cast<unsigned long long>(count), below_percent);
  }
}

// Row i's cost over that of the music it is named after; 0 for a row of music.
double ratio_to_music(const std::vector<Row>& rows, std::size_t i) {
  for (const std::string_view suffix : {", silence", ", denormals"})
    for (const Row& row : rows)
      if (row.name + std::string(suffix) == rows[i].name) return rows[i].least_ns / row.least_ns;
  return 0.0;
}

// Beside libebur128, of the file asked for or else of the music of the other rows.
LoudnessDuel loudness_duel(const Options& options) {
  ag06::bench::Material material{ag06::test::music(2, 20 * static_cast<int>(kSampleRateHz), kSampleRateHz, 1.0, 17), kSampleRateHz};
  if (!options.file.empty()) material = ag06::bench::material_of(options.file);
  if (material.planes.samples[0].empty()) return {};
  return ag06::bench::against_libebur128(material, options.song_s, std::min(options.repeats, kSongRepeats));
}

void print_json(const std::vector<Row>& rows, const Song& render, const Song& analysis, const LoudnessDuel& duel, const ag06::bench::LiveCallback& live) {
  std::printf("{\"host\": \"native\", \"sample_rate_hz\": %g, \"quantum_frames\": %d, \"quantum_ns\": %.1f, \"units\": [", kSampleRateHz,
              kQuantumFrames, kQuantumNs);
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::printf("%s\n  {\"name\": \"%s\", \"ns_per_quantum\": %.1f, \"least_ns_per_quantum\": %.1f, \"percent_of_quantum\": %.4f, "
                "\"checksum\": %.17g}",
                i ? "," : "", rows[i].name, rows[i].median_ns, rows[i].least_ns, 100.0 * rows[i].median_ns / kQuantumNs, rows[i].checksum);
  std::printf("]");
  for (const auto& [name, song] : {std::pair{"render", render}, std::pair{"analysis", analysis}})
    std::printf(",\n \"%s\": {\"song_s\": %g, \"wall_s\": %.4f, \"realtime_factor\": %.1f, \"checksum\": %.17g}", name, song.song_s, song.wall_s,
                song.song_s / song.wall_s, song.checksum);
  std::printf(",\n \"loudness\": {\"song_s\": %g", duel.song_s);
  for (const auto& [name, figures] : {std::pair{"ours", duel.ours}, std::pair{"libebur128", duel.theirs}})
    std::printf(",\n  \"%s\": {\"processor_s\": %.4f, \"realtime_factor\": %.1f, \"integrated_lufs\": %.4f, \"true_peak_dbtp\": %.4f, "
                "\"range_lu\": %.4f}",
                name, figures.processor_s, duel.song_s / figures.processor_s, figures.integrated_lufs, figures.true_peak_dbtp, figures.range_lu);
  std::printf("}");
  print_json(live);
  std::printf("}\n");
}

void print_text(const std::vector<Row>& rows, const Song& render, const Song& analysis, const LoudnessDuel& duel, const ag06::bench::LiveCallback& live) {
  std::printf("%-40s %12s %12s %12s\n", "per 128 stereo frames at 48 kHz", "median ns", "least ns", "% of 2.667 ms");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::printf("%-40s %12.0f %12.0f %12.3f", rows[i].name, rows[i].median_ns, rows[i].least_ns, 100.0 * rows[i].median_ns / kQuantumNs);
    const double ratio = ratio_to_music(rows, i);
    if (ratio > 0.0) std::printf("   %.2f of music", ratio);
    std::printf("\n");
  }
  std::printf("plan and render %g s of music: %.2f s, %.0f times real time\n", render.song_s, render.wall_s, render.song_s / render.wall_s);
  std::printf("hear everything in it: %.2f s, %.0f times real time\n", analysis.wall_s, analysis.song_s / analysis.wall_s);
  std::printf("loudness, range and true peak of %g s, processor time: %.3f s, %.0f times real time; libebur128 %.3f s, %.0f; %.1f times as fast\n",
              duel.song_s, duel.ours.processor_s, duel.song_s / duel.ours.processor_s, duel.theirs.processor_s,
              duel.song_s / duel.theirs.processor_s, duel.theirs.processor_s / duel.ours.processor_s);
  print_text(live);
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  ag06::bench::Bench bench;
  std::vector<Row> rows;
  for (std::size_t entry = 0; entry < ag06::bench::entries().size(); ++entry) {
    const char* name = ag06::bench::entries()[entry].name;
    if (!bench.prepare(static_cast<int>(entry))) {
      std::fprintf(stderr, "ag06-bench: %s: could not be prepared\n", name);
      return 5;
    }
    double checksum = 0.0;
    std::vector<double> ns;
    for (int r = 0; r < options.repeats; ++r) ns.push_back(1e9 * seconds_of([&] { checksum += bench.run(options.quanta); }) / options.quanta);
    std::sort(ns.begin(), ns.end());
    rows.push_back({name, ns[ns.size() / 2], ns[0], checksum});
  }
  const Song render = song_work(options.song_s, [&] { return bench.render(options.song_s); });
  const Song analysis = song_work(options.song_s, [&] { return bench.analyse(options.song_s); });
  if (!std::isfinite(render.checksum) || !std::isfinite(analysis.checksum)) {
    std::fprintf(stderr, "ag06-bench: the %s failed\n", std::isfinite(render.checksum) ? "analysis" : "render");
    return 5;
  }

  const ag06::bench::LiveCallback live = ag06::bench::measure_live_callback(options.live_s, options.paced_s);
  if (!live.is_prepared) {
    std::fprintf(stderr, "ag06-bench: the live callback could not be prepared\n");
    return 5;
  }
  const LoudnessDuel duel = loudness_duel(options);
  if (!(duel.song_s > 0.0)) {
    std::fprintf(stderr, "ag06-bench: loudness of %s could not be measured\n", options.file.empty() ? "music" : options.file.c_str());
    return 5;
  }
  if (options.json) print_json(rows, render, analysis, duel, live);
  else print_text(rows, render, analysis, duel, live);
  return 0;
}
