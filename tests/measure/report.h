// What a run found, as Markdown: sections of text, tables and figures held against their goals. Not for anything a figure does not say.
#pragma once

#include <string>
#include <vector>

namespace ag06::measure {

struct Goal {
  enum class Sense { at_most, at_least, equal } sense = Sense::at_most;
  double value = 0.0;
};
[[nodiscard]] inline Goal at_most(double value) { return {Goal::Sense::at_most, value}; }
[[nodiscard]] inline Goal at_least(double value) { return {Goal::Sense::at_least, value}; }
[[nodiscard]] inline Goal equal_to(double value) { return {Goal::Sense::equal, value}; }

// Fixed decimals, a true minus never in front of zero; "-" for NaN, "-inf" at and below -299.
[[nodiscard]] std::string number(double value, int decimals);

class Report {
 public:
  void section(const std::string& title, const std::string& text);
  void paragraph(const std::string& text);
  // Every row as long as the header.
  void table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);
  // One of our figures; NaN never meets a goal. They stand in one table at the end of their section.
  void figure(const std::string& name, double value, int decimals, const std::string& unit, Goal goal);

  // Ends the last section.
  [[nodiscard]] std::string markdown();

  struct Verdict {
    std::string section, name;
    bool met = false;
    std::string shown;
  };
  [[nodiscard]] const std::vector<Verdict>& verdicts() const { return verdicts_; }

 private:
  void end_section();

  std::string text_, section_;
  std::vector<std::vector<std::string>> figures_;
  std::vector<Verdict> verdicts_;
};

// What a document says of where and when it was measured, as one sentence: processor, cores, system, compiler, day.
[[nodiscard]] std::string machine_and_day();

// The verdicts that a document printed by Report holds, figures apart.
[[nodiscard]] std::vector<Report::Verdict> verdicts_of(const std::string& markdown);

}  // namespace ag06::measure
