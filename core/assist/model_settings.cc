#include "assist/model_settings.h"

#include "base/math.h"

namespace ag06::assist {
namespace {
namespace p = ag06::params;

// Value at 0 and at 1; the width is a power of two of this.
struct Law {
  double at_0;
  double at_1;
};
constexpr std::array<Law, kModelSettings> kLaws = {{{-15.0, 15.0}, {1.0, 3.0}, {-9.0, 9.0}, {-9.0, 9.0}, {-9.0, 9.0}, {-9.0, 9.0}, {0.0, 0.25}, {0.0, 0.4}, {-1.0, 1.0}, {-18.0, 18.0}}};
constexpr int kWidth = static_cast<int>(Setting::width);

struct Switch {
  Setting setting;
  int param_id;
};
constexpr std::array<Switch, 12> kSwitches = {{{Setting::compression, p::kCompEnabled},
                                               {Setting::high, p::kEqEnabled},
                                               {Setting::high, p::kEq5Enabled},
                                               {Setting::mid, p::kEqEnabled},
                                               {Setting::mid, p::kEq4Enabled},
                                               {Setting::low, p::kEqEnabled},
                                               {Setting::low, p::kEq2Enabled},
                                               {Setting::air, p::kEqEnabled},
                                               {Setting::air, p::kEq6Enabled},
                                               {Setting::reverb, p::kReverbEnabled},
                                               {Setting::delay, p::kDelayEnabled},
                                               {Setting::width, p::kImagerEnabled}}};
}  // namespace

double setting_value(int setting, double position_01) noexcept {
  const Law& law = kLaws[static_cast<std::size_t>(setting)];
  const double linear = law.at_0 + (law.at_1 - law.at_0) * clamp_to(position_01, 0.0, 1.0);
  return setting == kWidth ? exp2_exact(linear) : linear;
}

double setting_of_value(int setting, double value) noexcept {
  const Law& law = kLaws[static_cast<std::size_t>(setting)];
  const double linear = setting == kWidth ? (value > 0.0 ? log2_exact(value) : law.at_0) : value;
  return clamp_to((linear - law.at_0) / (law.at_1 - law.at_0), 0.0, 1.0);
}

void apply_model_rig(engine::Session& session, const ModelSettings& settings) noexcept {
  // Every value lies within its parameter's range: proven over the whole table by model_settings_test.cc.
  for (const RigValue& fixed : kModelRig) (void)session.set_param(fixed.param_id, fixed.value);
  for (const Switch& unit : kSwitches) {
    const auto at = static_cast<std::size_t>(unit.setting);
    if (settings[at] != kSettings[at].neutral_01) (void)session.set_param(unit.param_id, 1.0);
  }
  for (int i = 0; i < kModelSettings; ++i) (void)session.set_param(kSettings[static_cast<std::size_t>(i)].param_id, setting_value(i, settings[static_cast<std::size_t>(i)]));
}

}  // namespace ag06::assist
