// ag06-measure: measures every unit of the chain against its goals, beside the peers when asked, and prints docs/measurements.md's tables.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>

#include "measure/tables.h"

namespace {
using ag06::measure::Report;
using ag06::measure::Run;

constexpr char kUsage[] =
    "usage: ag06-measure [--peers] [--quick] [--only TABLE] [--check FILE]\n"
    "  --peers       measure the installed peers in the same run\n"
    "  --quick       short signals\n"
    "  --only TABLE  one table: eq, compressor, gate, limiter, delay, chorus, reverb, exciter, imager, resampler, dither, clicks, speed\n"
    "  --check FILE  print nothing; fail when a figure FILE calls met is missed, missing, or new here and not in FILE\n";

struct Table {
  const char* name;
  void (*print)(Run&);
  bool is_checked;
};
constexpr Table kTables[] = {{"eq", ag06::measure::eq_table, true},         {"compressor", ag06::measure::compressor_table, true},
                             {"gate", ag06::measure::gate_table, true},     {"limiter", ag06::measure::limiter_table, true},
                             {"delay", ag06::measure::delay_table, true},   {"chorus", ag06::measure::chorus_table, true},
                             {"reverb", ag06::measure::reverb_table, true}, {"exciter", ag06::measure::exciter_table, true},
                             {"imager", ag06::measure::imager_table, true}, {"resampler", ag06::measure::resampler_table, true},
                             {"dither", ag06::measure::dither_table, true}, {"clicks", ag06::measure::click_table, true},
                             {"speed", ag06::measure::speed_table, false}};

// Times depend on the machine: they stand in the document and are never asserted.
constexpr char kUncheckedSection[] = "Speed";

[[noreturn]] void usage() {
  std::fputs(kUsage, stderr);
  std::exit(2);
}

// What stands before the tables: the document is this program's whole output.
[[nodiscard]] std::string preface() {
  std::string text =
      "# Measurements\n\nEvery unit of the chain against the goals it was built to, beside other people's processors measured in the same run by the "
      "same meters.\n";
  text += "A figure that misses its goal says so. Printed by `ag06-measure`; a test fails when a figure called met is no longer.\n\n";
  text += ag06::measure::machine_and_day() + "\n\n";
  text +=
      "```\napt-get install --no-install-recommends ffmpeg sox lsp-plugins-lv2 x42-plugins calf-plugins zam-plugins samplerate-programs "
      "zita-resampler   # peers; any may be missing\n";
  text += "tools/build --with-tests && build/bin/ag06-measure --peers > docs/measurements.md\n```\n";
  return text;
}

// How many figures of the document this run does not bear out, each told on stderr.
int contradictions(const Report& report, const std::string& document) {
  std::map<std::pair<std::string, std::string>, Report::Verdict> measured;
  for (const Report::Verdict& verdict : report.verdicts()) measured[{verdict.section, verdict.name}] = verdict;
  int count = 0;
  const auto tell = [&](const Report::Verdict& verdict, const std::string& what) {
    std::fprintf(stderr, "%s: %s: %s\n", verdict.section.c_str(), verdict.name.c_str(), what.c_str());
    ++count;
  };
  for (const Report::Verdict& written : ag06::measure::verdicts_of(document)) {
    if (written.section == kUncheckedSection) continue;
    const auto found = measured.find({written.section, written.name});
    if (found == measured.end()) {
      tell(written, "written down but no longer measured");
      continue;
    }
    if (written.met && !found->second.met) tell(written, "written down as met with " + written.shown + ", now missed with " + found->second.shown);
    measured.erase(found);
  }
  for (const auto& [key, verdict] : measured) tell(verdict, "measured but not written down");
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  Report report;
  Run run{report};
  std::string only, check_path;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--peers") {
      run.with_peers = true;
    } else if (option == "--quick") {
      run.quick = true;
    } else if (option == "--only" && i + 1 < argc) {
      only = argv[++i];
    } else if (option == "--check" && i + 1 < argc) {
      check_path = argv[++i];
    } else {
      usage();
    }
  }
  bool printed = false;
  for (const Table& table : kTables) {
    if (!only.empty() && only != table.name) continue;
    if (!check_path.empty() && !table.is_checked) continue;
    std::fprintf(stderr, "measuring: %s\n", table.name);
    table.print(run);
    printed = true;
  }
  if (!printed) usage();
  ag06::measure::peers_table(run);
  const std::string markdown = report.markdown();
  if (check_path.empty()) {
    std::fputs(((only.empty() ? preface() : "") + markdown).c_str(), stdout);
    return std::ferror(stdout) != 0 ? 1 : 0;
  }
  std::ifstream file(check_path);
  std::ostringstream document;
  if (!file || !(document << file.rdbuf())) {
    std::fprintf(stderr, "ag06-measure: %s cannot be read\n", check_path.c_str());
    return 2;
  }
  return contradictions(report, document.str()) == 0 ? 0 : 1;
}
