#include "measure/report.h"

#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <sstream>
#include <thread>

namespace ag06::measure {
namespace {

constexpr char kMet[] = "met", kMissed[] = "**missed**";
const std::vector<std::string> kVerdictHeader = {"figure", "ours", "GOAL", "verdict"};

[[nodiscard]] std::string value_in(const char* path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(key, 0) != 0) continue;
    const std::size_t from = line.find_first_not_of(" \t:=\"", key.size()), to = line.find_last_not_of('"');
    return from == std::string::npos ? "" : line.substr(from, to - from + 1);
  }
  return "unknown";
}

[[nodiscard]] std::string row_of(const std::vector<std::string>& cells) {
  std::string row = "|";
  for (const std::string& cell : cells) row += ' ' + cell + " |";
  return row + '\n';
}

[[nodiscard]] std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  if (line.size() < 2 || line.front() != '|' || line.back() != '|') return cells;
  std::istringstream rest(line.substr(1));
  for (std::string cell; std::getline(rest, cell, '|');) {
    const std::size_t from = cell.find_first_not_of(' '), to = cell.find_last_not_of(' ');
    cells.push_back(from == std::string::npos ? "" : cell.substr(from, to - from + 1));
  }
  return cells;
}

}  // namespace

std::string number(double value, int decimals) {
  if (std::isnan(value)) return "-";
  if (value <= -299.0) return "-inf";  // decibels of nothing at all
  char text[64];
  std::snprintf(text, sizeof(text), "%.*f", decimals, value);
  const std::string shown = text;
  return shown.find_first_of("123456789") == std::string::npos && shown.front() == '-' ? shown.substr(1) : shown;
}

void Report::end_section() {
  if (!figures_.empty()) table(kVerdictHeader, figures_);
  figures_.clear();
}

void Report::section(const std::string& title, const std::string& text) {
  end_section();
  section_ = title;
  text_ += "\n## " + title + "\n\n" + text + "\n";
}

void Report::paragraph(const std::string& text) { text_ += '\n' + text + '\n'; }

void Report::table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows) {
  text_ += '\n' + row_of(header) + row_of(std::vector<std::string>(header.size(), "---"));
  for (const auto& row : rows) text_ += row_of(row);
}

void Report::figure(const std::string& name, double value, int decimals, const std::string& unit, Goal goal) {
  // The verdict is on the value, not on its rounded print; equality is what a count or an exact null promises.
  const bool met = goal.sense == Goal::Sense::at_most    ? value <= goal.value
                   : goal.sense == Goal::Sense::at_least ? value >= goal.value
                                                         : value == goal.value;
  const char* const sign = goal.sense == Goal::Sense::at_most ? "<= " : goal.sense == Goal::Sense::at_least ? ">= " : "";
  const std::string space = unit.empty() ? "" : " ";
  const std::string shown = number(value, decimals) + space + unit;
  std::ostringstream wanted;
  wanted << sign << goal.value << space << unit;
  figures_.push_back({name, shown, wanted.str(), met ? kMet : kMissed});
  verdicts_.push_back({section_, name, met, shown});
}

std::string Report::markdown() {
  end_section();
  return text_;
}

std::vector<Report::Verdict> verdicts_of(const std::string& markdown) {
  std::vector<Report::Verdict> verdicts;
  std::istringstream lines(markdown);
  std::string section;
  bool in_verdicts = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("## ", 0) == 0) section = line.substr(3);
    const std::vector<std::string> cells = cells_of(line);
    if (cells.empty()) {
      in_verdicts = false;
    } else if (cells == kVerdictHeader) {
      in_verdicts = true;
    } else if (in_verdicts && cells.size() == kVerdictHeader.size() && cells[0] != "---") {
      verdicts.push_back({section, cells[0], cells[3] == kMet, cells[1]});
    }
  }
  return verdicts;
}

std::string machine_and_day() {
  char day[16] = "";
  const std::time_t now = std::time(nullptr);
  if (std::strftime(day, sizeof(day), "%Y-%m-%d", std::gmtime(&now)) == 0) day[0] = '\0';
  return "Machine: " + value_in("/proc/cpuinfo", "model name") + ", " + std::to_string(std::thread::hardware_concurrency()) +
         " cores shared with other work, " + value_in("/etc/os-release", "PRETTY_NAME") + ", g++ " __VERSION__ ", " + day + ".";
}

}  // namespace ag06::measure
