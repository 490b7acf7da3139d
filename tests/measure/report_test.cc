// What the report prints is what the check reads back.
#include "measure/report.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ag06::measure {
namespace {

TEST(Report, VerdictsComeBackFromItsMarkdown) {
  Report report;
  report.section("One", "Text.");
  report.table({"a", "b"}, {{"1", "2"}});
  report.figure("small enough", 0.0999, 2, "dB", at_most(0.1));
  report.figure("too large", 0.1001, 2, "dB", at_most(0.1));
  report.section("Two", "More.");
  report.figure("enough", 300.0, 0, "", at_least(300.0));
  report.figure("exact", 1.0, 0, "", equal_to(0.0));
  report.figure("not measurable", std::nan(""), 1, "dB", at_most(100.0));
  const std::string markdown = "# Title\n\nBefore.\n" + report.markdown();
  const std::vector<Report::Verdict> read = verdicts_of(markdown);
  ASSERT_EQ(read.size(), 5u);
  ASSERT_EQ(report.verdicts().size(), 5u);
  const bool expected[] = {true, false, true, false, false};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(read[i].met, expected[i]) << read[i].name;
    EXPECT_EQ(read[i].met, report.verdicts()[i].met);
    EXPECT_EQ(read[i].name, report.verdicts()[i].name);
    EXPECT_EQ(read[i].section, i < 2 ? "One" : "Two");
  }
  EXPECT_NE(markdown.find("| too large | 0.10 dB | <= 0.1 dB | **missed** |"), std::string::npos);
}

TEST(Report, NumbersHaveNoMinusZero) {
  EXPECT_EQ(number(-0.0004, 2), "0.00");
  EXPECT_EQ(number(-0.006, 2), "-0.01");
  EXPECT_EQ(number(std::nan(""), 2), "-");
  EXPECT_EQ(number(12.0, 0), "12");
  EXPECT_EQ(number(-300.0, 1), "-inf");
}

}  // namespace
}  // namespace ag06::measure
