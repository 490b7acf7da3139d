// ag06-hearing: examines what the studio hears in music whose answers are known, beside the peers when asked, and prints docs/hearing.md's tables.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "hearing/tables.h"

namespace {

using namespace ag06::hearing;

constexpr char kUsage[] =
    "usage: ag06-hearing [--full] [--peers FOLDER [--remember FOLDER]] [--only TABLE] [--real FOLDER [--labels FILE]]\n"
    "                    [--failures] [--markdown | --check FILE]\n"
    "  --full          the whole grid instead of a sample of it\n"
    "  --peers FOLDER  examine aubio and the npm peers of FOLDER/node_modules on the same files (tests/hearing/peers/README.md)\n"
    "  --remember FOLDER  keep there what peers said of which file, and ask nothing twice\n"
    "  --only TABLE    one table: rhythm, hard-rhythm, key, hard-key, chords, tones, nothing, real\n"
    "  --real FOLDER   examine real recordings too: the folder that models/corpus/build.py filled\n"
    "  --labels FILE   what is known of them; tests/hearing/real/labels.json by itself\n"
    "  --failures      tell every wrong answer of ours on stderr\n"
    "  --markdown      the whole document, preface included\n"
    "  --check FILE    print nothing but the goals missed that FILE (docs/hearing.md) does not call missed; fail if there are any\n";

struct Table {
  const char* name;
  void (*print)(Sheet&);
  bool has_goals;
};
constexpr Table kTables[] = {{"rhythm", rhythm_table, true},   {"hard-rhythm", hard_rhythm_table, false},
                             {"key", key_table, true},         {"hard-key", hard_key_table, false},
                             {"chords", chord_table, true},    {"tones", tone_table, true},
                             {"nothing", nothing_table, true}, {"real", real_table, false}};

[[noreturn]] void usage() {
  std::fputs(kUsage, stderr);
  std::exit(2);
}

[[nodiscard]] std::string preface(const std::vector<Peer>& peers, bool full, bool with_real) {
  std::string text =
      "# What the studio hears\n\nIts analysis examined on music made for the purpose, whose answers are known exactly, and on real recordings; "
      "other people's analysers on the "
      "same files.\nA figure that misses its goal says so. Printed by `ag06-hearing`; the test `hearing_holds` fails when a goal is missed that is "
      "not called missed here.\n\n";
  text += ag06::measure::machine_and_day() + "\n\nPeers, run and never linked:";
  if (peers.empty()) text += " none.";
  for (std::size_t i = 0; i < peers.size(); ++i) text += (i == 0 ? " " : ", ") + peers[i].name + " " + peers[i].version;
  text += ".\n\n```\napt-get install aubio-tools; mkdir peers; npm install --prefix peers essentia.js @libraz/libsonare   # any may be missing\n";
  if (with_real) text += "python3 models/corpus/build.py corpus\n";
  text += std::string("tools/build --with-tests && build/bin/ag06-hearing --peers peers --markdown") + (full ? " --full" : "") +
          (with_real ? " --real corpus" : "") + " > docs/hearing.md\n```\n";
  return text;
}

// Goals that this run misses and the document does not admit, each told on stderr.
int unadmitted_misses(const ag06::measure::Report& report, const std::string& document_path) {
  std::ifstream file(document_path);
  std::ostringstream document;
  document << file.rdbuf();
  std::set<std::pair<std::string, std::string>> admitted;
  for (const auto& written : ag06::measure::verdicts_of(document.str()))
    if (!written.met) admitted.insert({written.section, written.name});
  int count = 0;
  for (const auto& verdict : report.verdicts()) {
    if (verdict.met || admitted.count({verdict.section, verdict.name}) > 0) continue;
    std::fprintf(stderr, "missed: %s: %s: %s\n", verdict.section.c_str(), verdict.name.c_str(), verdict.shown.c_str());
    ++count;
  }
  return count;
}

// A folder of our own for the files that peers read, gone with this.
class Scratch {
 public:
  Scratch() {
    std::string path = (std::filesystem::temp_directory_path() / "ag06-hearing-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) {
      std::fputs("ag06-hearing: no folder for temporary files\n", stderr);
      std::exit(1);
    }
    path_ = path;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

int main(int argc, char** argv) {
  ag06::measure::Report report;
  std::string only, peers_path, memory_path, corpus_path, check_path, labels_path = AG06_SOURCE_DIR "/tests/hearing/real/labels.json";
  bool full = false, with_peers = false, tells_failures = false, markdown = false;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--full") {
      full = true;
    } else if (option == "--peers" && i + 1 < argc) {
      with_peers = true;
      peers_path = std::filesystem::absolute(argv[++i]).string();
    } else if (option == "--remember" && i + 1 < argc) {
      memory_path = argv[++i];
    } else if (option == "--only" && i + 1 < argc) {
      only = argv[++i];
    } else if (option == "--real" && i + 1 < argc) {
      corpus_path = argv[++i];
    } else if (option == "--labels" && i + 1 < argc) {
      labels_path = argv[++i];
    } else if (option == "--failures") {
      tells_failures = true;
    } else if (option == "--markdown") {
      markdown = true;
    } else if (option == "--check" && i + 1 < argc) {
      check_path = argv[++i];
    } else {
      usage();
    }
  }
  const std::vector<Peer> peers = with_peers ? installed_peers(peers_path, AG06_SOURCE_DIR "/tests/hearing/peers") : std::vector<Peer>{};
  const Scratch scratch;
  Examiner examiner(peers, scratch.path(), memory_path);
  Sheet sheet{report, examiner, full, tells_failures, labels_path, corpus_path};
  bool printed = false;
  for (const Table& table : kTables) {
    if (!only.empty() && only != table.name) continue;
    if (!check_path.empty() && !table.has_goals) continue;
    std::fprintf(stderr, "examining: %s\n", table.name);
    table.print(sheet);
    printed = true;
  }
  if (!printed) usage();
  if (check_path.empty()) speed_table(sheet);
  const std::string tables = report.markdown();
  if (!check_path.empty()) return unadmitted_misses(report, check_path) == 0 ? 0 : 1;
  std::fputs(((markdown ? preface(peers, full, !corpus_path.empty()) : "") + tables).c_str(), stdout);
  return std::ferror(stdout) != 0 ? 1 : 0;
}
