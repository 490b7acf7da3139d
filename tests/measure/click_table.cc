// TARGETS section 5: every parameter of the chain jumped between its ends and through random positions while a 100 Hz tone plays.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/session.h"
#include "measure/meters.h"
#include "measure/tables.h"
#include "params/curves.h"
#include "support/measure.h"

namespace ag06::measure {
namespace {
namespace p = ag06::params;

constexpr double kRateHz = 48000.0, kGoalDb = -75.0;

// The chain at work, each unit slowly enough not to bend the tone itself: what is above 2 kHz are then the jumps.
struct Setting {
  int id;
  double value;
};
constexpr Setting kAtWork[] = {{p::kGateEnabled, 1.0},         {p::kCompEnabled, 1.0},         {p::kEqEnabled, 1.0},
                               {p::kLimiterEnabled, 1.0},      {p::kGateThresholdDbfs, -60.0}, {p::kGateHoldMs, 100.0},
                               {p::kGateAttackMs, 50.0},       {p::kCompThresholdDbfs, -30.0}, {p::kCompRatio, 3.0},
                               {p::kCompAttackMs, 30.0},       {p::kCompReleaseMs, 400.0},     {p::kCompSidechainHpHz, 20.0},
                               {p::kLimiterCeilingDbtp, -3.0}, {p::kLimiterReleaseMs, 300.0}};

[[nodiscard]] bool starts_with(const std::string& text, const std::string& with) { return text.rfind(with, 0) == 0; }

// Bands are found by key, whatever their number: eq.N.enabled, eq.N.gain_db, eq.N.freq_hz.
[[nodiscard]] std::string band_of(const p::Parameter& parameter) {
  const std::string key = parameter.key;
  const std::size_t dot = key.find('.'), next = key.find('.', dot + 1);
  return starts_with(key, "eq.") && next != std::string::npos ? key.substr(0, next + 1) : "";
}

void set(engine::Session& session, int id, double value) {
  if (session.set_param(id, value) != Status::ok) std::abort();
}

[[nodiscard]] double above_2_khz_db(const p::Parameter& jumping, const std::vector<double>& positions_norm) {
  constexpr int kHoldFrames = 4800, kSettledFrames = 2 * kHoldFrames;
  engine::Session session;
  if (session.prepare({kRateHz, 1, 512}) != Status::ok) std::abort();
  for (const Setting& setting : kAtWork) set(session, setting.id, setting.value);
  const std::string jumping_band = band_of(jumping);
  for (const p::Parameter& parameter : p::kTable) {
    const std::string band = band_of(parameter), key = parameter.key;
    if (band.empty()) continue;
    const bool jumps = band == jumping_band;
    if (key == band + "enabled") set(session, parameter.id, 1.0);
    if (key == band + "gain_db") set(session, parameter.id, jumps ? 12.0 : 3.0);
    if (key == band + "freq_hz" && jumps) set(session, parameter.id, 120.0);
    // A high-pass above the tone would leave nothing to click.
    if (key == band + "enabled" && !jumps && band == "eq.1.") set(session, parameter.id, 0.0);
  }
  set(session, jumping.id, p::from_norm(jumping, positions_norm[0]));
  session.reset();
  Planes io(1, static_cast<int>(positions_norm.size()) * kHoldFrames);
  for (std::size_t i = 0; i < io.samples[0].size(); ++i)
    io.samples[0][i] = static_cast<float>(0.25 * std::sin(2.0 * kPi * 100.0 * static_cast<double>(i) / kRateHz));
  for (std::size_t k = 0; k < positions_norm.size(); ++k) {
    set(session, jumping.id, p::from_norm(jumping, positions_norm[k]));
    session.process(io.slice(static_cast<int>(k) * kHoldFrames, kHoldFrames));
  }
  return test::click_db(io.samples[0], kRateHz, test::peak_of(io.samples[0], kSettledFrames), kSettledFrames);
}

struct Worst {
  std::string key = "-";
  double jumping_db = -300.0, standing_db = -300.0;
};

}  // namespace

void click_table(Run& run) {
  run.report.section(
      "Clicks",
      "Every parameter of the chain jumps every 100 ms, through engine::Session, while a 100 Hz tone plays: peak above 2 kHz against the tone. Where "
      "the processor bends the tone so much at an end of the range that the metric reads more than that with nothing moving (an attack of 0.1 ms), "
      "the standing figure is the bar; such parameters are listed apart.");
  std::map<std::string, Worst> worst_of_group;
  std::vector<std::string> groups;
  std::vector<std::vector<std::string>> bent;
  double worst_db = -300.0, worst_excess_db = -300.0;
  // A short run takes the first of a long run's jumps: from end to end, then anywhere.
  constexpr std::size_t kEndToEnd = 8;
  const std::size_t jumps = kEndToEnd + (run.quick ? 8 : 120);
  for (const p::Parameter& parameter : p::kTable) {
    test::Random random(1000u + parameter.id);
    std::vector<double> positions_norm;
    for (std::size_t k = 0; k < jumps; ++k) positions_norm.push_back(k < kEndToEnd ? static_cast<double>(k % 2) : random.unit());
    const double jumping_db = above_2_khz_db(parameter, positions_norm);
    double standing_db = -300.0;
    if (jumping_db > kGoalDb)
      for (const double end_norm : {0.0, 1.0}) standing_db = std::max(standing_db, above_2_khz_db(parameter, std::vector<double>(8, end_norm)));
    if (standing_db > kGoalDb) {
      bent.push_back({parameter.key, number(jumping_db, 1), number(standing_db, 1)});
      worst_excess_db = std::max(worst_excess_db, jumping_db - standing_db);
      continue;
    }
    worst_db = std::max(worst_db, jumping_db);
    const std::string key = parameter.key, group = key.substr(0, key.find('.'));
    if (!worst_of_group.contains(group)) groups.push_back(group);
    Worst& worst = worst_of_group[group];
    if (jumping_db > worst.jumping_db) worst = {key, jumping_db, standing_db};
  }
  std::vector<std::vector<std::string>> rows;
  for (const std::string& group : groups) rows.push_back({group, worst_of_group[group].key, number(worst_of_group[group].jumping_db, 1)});
  run.report.table({"unit", "its loudest parameter", "click, dB"}, rows);
  if (!bent.empty()) run.report.table({"bends the tone itself", "jumping, dB", "standing at an end, dB"}, bent);
  run.report.figure("loudest click of any parameter", worst_db, 1, "dB", at_most(kGoalDb));
  if (!bent.empty()) run.report.figure("jumping over standing, where the tone is bent anyway", worst_excess_db, 1, "dB", at_most(0.1));
}

}  // namespace ag06::measure
