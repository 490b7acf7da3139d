// The reverb's presets: that the page's table is the core's, and that choosing one does not click.
#include "dsp/effects/reverb_presets.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "engine/session.h"
#include "params/curves.h"
#include "support/measure.h"
#include "support/music.h"

namespace ag06::engine {
namespace {
namespace p = ag06::params;

struct Value {
  int index;
  float value;
};

std::vector<Value> values_of(const dsp::ReverbParams& r) {
  return {{p::kReverbTypeIndex, static_cast<float>(static_cast<int>(r.type))}, {p::kReverbSendRatioIndex, r.level_lin},
          {p::kReverbPredelayMsIndex, r.predelay_ms},       {p::kReverbDecaySIndex, r.decay_s},
          {p::kReverbLowDecayRatioIndex, r.low_decay_ratio}, {p::kReverbHighDecayRatioIndex, r.high_decay_ratio},
          {p::kReverbSizeRatioIndex, r.size_ratio},         {p::kReverbWidthRatioIndex, r.width_ratio},
          {p::kReverbLowCutHzIndex, r.low_cut_hz},          {p::kReverbHighCutHzIndex, r.high_cut_hz},
          {p::kReverbModulationRatioIndex, r.modulation_ratio}};
}

std::string short_number(float value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%g", static_cast<double>(value));
  return text;
}

std::string typescript() {
  std::string text = "export const REVERB_PRESETS: readonly ReverbPreset[] = [\n";
  for (const dsp::ReverbPreset& preset : dsp::kReverbPresets) {
    std::string label = preset.name;
    label[0] = static_cast<char>(label[0] - 'a' + 'A');
    text += "  {\n    label: \"" + label + "\",\n    values: {\n";
    for (const Value& v : values_of(preset.params)) text += "      \"" + std::string(p::kTable[v.index].key) + "\": " + short_number(v.value) + ",\n";
    text += "    },\n  },\n";
  }
  return text + "];\n";
}

TEST(ReverbPresets, PageHoldsTheSameTable) {
  std::ifstream file(AG06_SOURCE_DIR "/web/src/protocol/reverb_presets.ts");
  std::stringstream all;
  all << file.rdbuf();
  const std::size_t first = all.str().find("export const");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(all.str().substr(first), typescript()) << "web/src/protocol/reverb_presets.ts has drifted from core/dsp/effects/reverb_presets.h";
}

TEST(ReverbPresets, LieWithinTheTable) {
  for (const dsp::ReverbPreset& preset : dsp::kReverbPresets)
    for (const Value& v : values_of(preset.params))
      EXPECT_EQ(p::check(p::kTable[v.index], static_cast<double>(v.value)), Status::ok) << preset.name << " " << p::kTable[v.index].key;
}

// TARGETS section 5: presets toggled click at most -75 dB.
TEST(ReverbPresets, DoNotClickWhenChosen) {
  constexpr double kRateHz = 48000.0;
  constexpr int kHoldFrames = 14400;
  Session session;
  ASSERT_EQ(session.prepare({kRateHz, 1, 512}), Status::ok);
  ASSERT_EQ(session.set_param(p::kReverbEnabled, 1.0), Status::ok);
  session.reset();
  test::Planes io(1, 20 * kHoldFrames);
  for (std::size_t i = 0; i < io.samples[0].size(); ++i) io.samples[0][i] = static_cast<float>(0.25 * std::sin(2.0 * kPi * 100.0 * static_cast<double>(i) / kRateHz));
  for (int k = 0; k < 20; ++k) {
    for (const Value& v : values_of(dsp::kReverbPresets[k % 5].params)) ASSERT_EQ(session.set_param(p::kTable[v.index].id, static_cast<double>(v.value)), Status::ok);
    session.process(io.slice(k * kHoldFrames, kHoldFrames));
  }
  // The song itself begins with the tone's first sample; its room is heard until the first second is over.
  constexpr int kSettledFrames = 5 * kHoldFrames;
  EXPECT_LE(test::click_db(io.samples[0], kRateHz, test::peak_of(io.samples[0], kSettledFrames), kSettledFrames), -75.0);
}

}  // namespace
}  // namespace ag06::engine
