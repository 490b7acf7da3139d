#include "assist/model_settings.h"

#include "params/curves.h"

namespace ag06::assist {
namespace {
namespace p = ag06::params;

[[nodiscard]] const p::Parameter& parameter_of(int setting) noexcept { return p::kTable[p::index_of_id(kSettings[static_cast<std::size_t>(setting)].param_id)]; }

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

double setting_value(int setting, double position_01) noexcept { return p::from_norm(parameter_of(setting), position_01); }
double setting_of_value(int setting, double value) noexcept { return p::to_norm(parameter_of(setting), value); }

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
