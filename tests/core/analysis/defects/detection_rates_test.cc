// How often each fault is found where it was put, and how often one is found where none is. tests/conformance/defect_rates_test.cc does the same with
// real music and real encoders.
#include <gtest/gtest.h>

#include <cstdio>
#include <map>

#include "analysis/defects/defect_detector.h"
#include "core/analysis/defects/clean_material.h"
#include "core/analysis/defects/hearing_defects.h"

namespace ag06::analysis {
namespace {
using namespace ag06::test;

constexpr const char* kNames[] = {"clipping", "offset", "polarity", "mono", "lossy", "hum", "clicks", "silence", "imbalance"};

struct Tally {
  int cases = 0, found = 0, false_alarms = 0, clean = 0;
};

// What the damage is done to: material that the fault can be told in.
std::vector<Material> bases() {
  std::vector<Material> all;
  all.push_back({"chords", music(2, kCleanFrames, kCleanRateHz, 0.8, 103)});
  all.push_back({"drums", clean::drums(118.0, 5)});
  all.push_back({"voice", clean::voice(115.0)});
  all.push_back({"noise", noise(2, kCleanFrames, 0.3, 71)});
  return all;
}

TEST(DefectRates, OfSyntheticMaterial) {
  std::map<DefectKind, Tally> tallies;
  const auto expect_only = [&](const std::string& name, Planes planes, std::vector<DefectKind> wanted, DefectKind counted) {
    const std::vector<Defect> defects = defects_of(std::move(planes), kCleanRateHz);
    ++tallies[counted].cases;
    if (found(defects, counted)) {
      ++tallies[counted].found;
    } else {
      std::printf("missed: %s in %s\n", kNames[static_cast<int>(counted)], name.c_str());
    }
    for (const Defect& defect : defects) {
      if (std::find(wanted.begin(), wanted.end(), defect.kind) != wanted.end()) continue;
      ++tallies[defect.kind].false_alarms;
      std::printf("false alarm: %s in %s (value %g, level %g)\n", kNames[static_cast<int>(defect.kind)], name.c_str(), defect.value, defect.level_db);
    }
  };

  int clean_cases = 0;
  for (Material& material : clean_materials()) {
    ++clean_cases;
    for (const Defect& defect : defects_of(std::move(material.planes), kCleanRateHz)) {
      ++tallies[defect.kind].false_alarms;
      std::printf("false alarm: %s in %s (value %g, level %g)\n", kNames[static_cast<int>(defect.kind)], material.name.c_str(), defect.value,
                  defect.level_db);
    }
  }
  for (const Material& base : bases()) {
    for (const double drive_db : {4.0, 6.0, 12.0})
      for (const double after_db : {0.0, -7.3}) {
        Planes planes = base.planes;
        clip(planes, drive_db, after_db);
        if (after_db < 0.0) quantise(planes, 16);
        expect_only(base.name + " driven " + std::to_string(drive_db), planes, {DefectKind::clipping}, DefectKind::clipping);
      }
    for (const float offset : {0.002f, -0.02f, 0.2f}) {
      Planes planes = base.planes;
      scale(planes, 0.5);
      for (float& x : planes.samples[1]) x += offset;
      expect_only(base.name, planes, {DefectKind::dc_offset}, DefectKind::dc_offset);
    }
    if (base.name != "noise") {
      Planes planes = base.planes;
      for (float& x : planes.samples[0]) x = -x;
      expect_only(base.name, planes, {DefectKind::polarity}, DefectKind::polarity);
    }
    {
      Planes planes = base.planes;
      planes.samples[1] = planes.samples[0];
      expect_only(base.name, planes, {DefectKind::mono}, DefectKind::mono);
    }
    for (const double gain_db : {-5.0, -12.0, -60.0}) {
      Planes planes = base.planes;
      for (float& x : planes.samples[0]) x = static_cast<float>(from_db(gain_db) * static_cast<double>(x));
      expect_only(base.name, planes, {DefectKind::imbalance}, DefectKind::imbalance);
    }
    const double level_dbfs = to_db(rms_of(base.planes.samples[0]));
    for (const double mains_hz : {50.0, 60.0, 49.95, 60.04})
      for (const double below_db : {12.0, 18.0, 24.0})
        for (const bool odd : {false, true}) {
          Planes planes = base.planes;
          add_hum(planes, kCleanRateHz, mains_hz, level_dbfs - below_db, odd);
          expect_only(base.name + " hum " + std::to_string(mains_hz) + " Hz, below the music by " + std::to_string(below_db), planes,
                      {DefectKind::hum}, DefectKind::hum);
        }
    if (base.name != "noise")  // which masks them
      for (const double spacing_s : {0.4, 1.5})
      for (const double peak_lin : {0.7, 1.5}) {
        Planes planes = base.planes;
        add_clicks(planes, kCleanRateHz, spacing_s, peak_lin * peak_of_all(planes), 5);
        expect_only(base.name + " clicks of " + std::to_string(peak_lin), planes, {DefectKind::clicks}, DefectKind::clicks);
      }
    for (const auto& [from_s, to_s] : {std::pair{0.0, 2.0}, {5.0, 8.0}, {8.0, 12.0}}) {
      Planes planes = base.planes;
      for (auto& plane : planes.samples)
        std::fill(plane.begin() + static_cast<int>(from_s * kCleanRateHz), plane.begin() + static_cast<int>(to_s * kCleanRateHz), 0.0f);
      expect_only(base.name, planes, {DefectKind::silence}, DefectKind::silence);
    }
  }
  std::printf("%-10s %8s %8s %14s   (%d clean recordings)\n", "fault", "cases", "found", "false alarms", clean_cases);
  for (int kind = 0; kind < 9; ++kind) {
    const Tally& tally = tallies[static_cast<DefectKind>(kind)];
    std::printf("%-10s %8d %8d %14d\n", kNames[kind], tally.cases, tally.found, tally.false_alarms);
    EXPECT_EQ(tally.false_alarms, 0) << kNames[kind];
    // Hum 24 dB under white noise, or under drums that fill the same octaves, is not to be heard either; of noisy strokes driven by 4 dB single
    // samples are cut off, which leave no flat top.
    const double least = kind == static_cast<int>(DefectKind::hum) ? 0.85 : kind == static_cast<int>(DefectKind::clipping) ? 0.8 : 0.9;
    EXPECT_GE(tally.found, least * tally.cases) << kNames[kind];
  }
}

}  // namespace
}  // namespace ag06::analysis
