#include "analysis/structure/section_names.h"

#include <algorithm>

#include "base/math.h"

namespace ag06::analysis {
namespace {
// Chosen by us on songs of known form: a chorus lifts the level by one to four LU, an intro or a breakdown lies three and more below the song.
constexpr double kChorusLiftLu = 0.7;
constexpr double kSureLiftLu = 3.0;
constexpr double kBreakdownDropLu = 3.0;
constexpr double kEdgeShare = 0.2;   // intro and outro are no longer than this part of the song ...
constexpr double kEdgeS = 40.0;      // ... and than this

struct Group {
  int count = 0;
  double length_s = 0.0;
  double level = 0.0;  // sum of loudness by seconds
  double known_s = 0.0;
  [[nodiscard]] double loudness_lufs() const noexcept { return known_s > 0.0 ? level / known_s : -70.0; }
};

double length_of(const Section& section) noexcept { return section.end_s - section.start_s; }
double level_of(const Section& section) noexcept { return is_finite(section.loudness_lufs) ? section.loudness_lufs : -70.0; }

void call(Section& section, SectionKind kind, double sureness) noexcept {
  section.kind = kind;
  section.confidence = clamp_to(section.confidence * (0.4 + 0.6 * clamp_to(sureness, 0.0, 1.0)), 0.0, 1.0);
}
}  // namespace

void name_sections(std::vector<Section>& sections) {
  const std::size_t count = sections.size();
  if (count < 2) return;
  std::vector<Group> groups(count);
  double song_s = 0.0, song_level = 0.0;
  for (const Section& section : sections) {
    Group& group = groups[static_cast<std::size_t>(section.group)];
    const double length_s = length_of(section);
    ++group.count;
    group.length_s += length_s;
    song_s += length_s;
    song_level += length_s * level_of(section);
    if (!is_finite(section.loudness_lufs)) continue;
    group.level += length_s * section.loudness_lufs;
    group.known_s += length_s;
  }
  const double song_lufs = song_level / song_s;
  // The chorus: of the groups that come again, the loudest, longer ones first among equals.
  int chorus = -1;
  for (int g = 0; g < static_cast<int>(count); ++g) {
    const Group& group = groups[static_cast<std::size_t>(g)];
    if (group.count < 2) continue;
    if (chorus < 0 || group.loudness_lufs() > groups[static_cast<std::size_t>(chorus)].loudness_lufs()) chorus = g;
  }
  int verse = -1;
  for (int g = 0; g < static_cast<int>(count); ++g) {
    const Group& group = groups[static_cast<std::size_t>(g)];
    if (g == chorus || group.count < 2 || group.loudness_lufs() < song_lufs - 2.0 * kBreakdownDropLu) continue;
    if (verse < 0 || group.length_s > groups[static_cast<std::size_t>(verse)].length_s) verse = g;
  }
  double lift_lu = 0.0;
  if (chorus >= 0) {
    double rest = 0.0, rest_s = 0.0;
    for (const Section& section : sections) {
      if (section.group == chorus || !is_finite(section.loudness_lufs)) continue;
      // What stands at the ends is often faint: the verses are what a chorus is held against.
      if (verse >= 0 && section.group != verse) continue;
      rest += length_of(section) * section.loudness_lufs;
      rest_s += length_of(section);
    }
    lift_lu = rest_s > 0.0 ? groups[static_cast<std::size_t>(chorus)].loudness_lufs() - rest / rest_s : 0.0;
    if (lift_lu < kChorusLiftLu) chorus = verse = -1;
  }
  const double longest_edge_s = std::min(kEdgeS, kEdgeShare * song_s);
  for (std::size_t i = 0; i < count; ++i) {
    Section& section = sections[i];
    const bool alone = groups[static_cast<std::size_t>(section.group)].count == 1;
    const double below_lu = song_lufs - level_of(section);
    if ((i == 0 || i + 1 == count) && length_of(section) <= longest_edge_s && (alone || below_lu >= kBreakdownDropLu)) {
      call(section, i == 0 ? SectionKind::intro : SectionKind::outro, (alone ? 0.5 : 0.2) + below_lu / 6.0);
    } else if (section.group == chorus) {
      call(section, SectionKind::chorus, lift_lu / kSureLiftLu);
    } else if (section.group == verse && chorus >= 0) {
      call(section, SectionKind::verse, lift_lu / kSureLiftLu);
    } else if (i > 0 && i + 1 < count && below_lu >= kBreakdownDropLu && level_of(section) <= level_of(sections[i - 1]) - kBreakdownDropLu) {
      call(section, SectionKind::breakdown, below_lu / (2.0 * kBreakdownDropLu));
    } else if (alone && chorus >= 0 && i > 1 && i + 1 < count) {
      call(section, SectionKind::bridge, 0.5);
    }
  }
}

}  // namespace ag06::analysis
