// The loudness targets: the figures themselves, and that the page's table is the same one.
#include "assist/targets.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>
#include <string>

namespace ag06::assist {
namespace {

std::string whole(double value) { return std::to_string(static_cast<int>(value)); }

// The rows of targets.ts as this table has them.
std::string typescript() {
  std::ostringstream text;
  text << "export const TARGET_CEILING_DBTP = " << whole(kTargetCeilingDbtp) << ";\n\nexport const TARGETS: readonly LoudnessTarget[] = [\n";
  for (const LoudnessTarget& target : kLoudnessTargets)
    text << "  { id: \"" << target.id << "\", label: \"" << target.label << "\", lufs: " << (std::isnan(target.target_lufs) ? "null" : whole(target.target_lufs)) << " },\n";
  text << "];\n";
  return text.str();
}

TEST(Targets, PageHoldsTheSameTable) {
  std::ifstream file(AG06_SOURCE_DIR "/web/src/protocol/targets.ts");
  ASSERT_TRUE(file) << "web/src/protocol/targets.ts cannot be read";
  std::stringstream all;
  all << file.rdbuf();
  const std::string text = all.str();
  const std::size_t first = text.find("export const");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(text.substr(first), typescript()) << "web/src/protocol/targets.ts has drifted from core/assist/targets.h";
}

TEST(Targets, FiguresOfThePlatforms) {
  ASSERT_NE(find_target("spotify"), nullptr);
  EXPECT_EQ(find_target("spotify")->target_lufs, -14.0);
  EXPECT_EQ(find_target("apple-music")->target_lufs, -16.0);
  EXPECT_EQ(find_target("youtube")->target_lufs, -14.0);
  EXPECT_EQ(find_target("ebu-r128")->target_lufs, -23.0);
  EXPECT_EQ(find_target("podcast")->target_lufs, -16.0);
  EXPECT_TRUE(std::isnan(find_target("none")->target_lufs));
  EXPECT_EQ(kTargetCeilingDbtp, -1.0);
  EXPECT_EQ(find_target("Spotify"), nullptr);
  EXPECT_EQ(find_target(""), nullptr);
}

TEST(Targets, LabelsNameTheFigure) {
  for (const LoudnessTarget& target : kLoudnessTargets) {
    if (std::isnan(target.target_lufs)) continue;
    EXPECT_NE(std::string(target.label).find(whole(target.target_lufs) + " LUFS"), std::string::npos) << target.id;
  }
}

}  // namespace
}  // namespace ag06::assist
