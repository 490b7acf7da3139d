// The ten settings that the trained models predict, and the corrective chain they stand for. Not for profiles and rules, which use the whole table.
// Each setting is the position of its parameter's knob, from 0 to 1 by the parameter's own curve (params/curves.h); the units the settings belong to
// are held as the training held them (apply_model_rig).
#pragma once

#include <array>

#include "engine/session.h"

namespace ag06::assist {

inline constexpr int kModelSettings = 10;
using ModelSettings = std::array<double, kModelSettings>;

enum class Setting : int { input_gain, compression, high, mid, low, air, reverb, delay, width, output };

struct SettingInfo {
  const char* id;
  const char* label;
  int param_id;       // what it sets
  double neutral_01;  // where it changes nothing
};

inline constexpr std::array<SettingInfo, kModelSettings> kSettings = {{{"input-gain", "Input gain", params::kInputGainDb, 0.5},
                                                                       {"compression", "Compression", params::kCompRatio, 0.0},
                                                                       {"high", "High", params::kEq5GainDb, 0.5},
                                                                       {"mid", "Mid", params::kEq4GainDb, 0.5},
                                                                       {"low", "Low", params::kEq2GainDb, 0.5},
                                                                       {"air", "Air", params::kEq6GainDb, 0.5},
                                                                       {"reverb", "Reverb", params::kReverbSendRatio, 0.0},
                                                                       {"delay", "Delay", params::kDelaySendRatio, 0.0},
                                                                       {"width", "Width", params::kImagerWidthRatio, 0.5},
                                                                       {"output", "Output level", params::kOutputGainDb, 0.5}}};

// Real unit of the parameter that the setting sets; position_01 is clamped to [0, 1].
[[nodiscard]] double setting_value(int setting, double position_01) noexcept;
// The other way round, clamped to [0, 1].
[[nodiscard]] double setting_of_value(int setting, double value) noexcept;

// A parameter of the rig that no setting moves.
struct RigValue {
  int param_id;
  double value;
};
inline constexpr double kRigThresholdDbfs = -14.0;  // for a song at the working level of -18 LUFS
inline constexpr std::array<RigValue, 14> kModelRig = {{{params::kCompThresholdDbfs, kRigThresholdDbfs},
                                                        {params::kEq2Type, 1.0},
                                                        {params::kEq2FreqHz, 120.0},
                                                        {params::kEq2Q, 0.707},
                                                        {params::kEq4Type, 0.0},
                                                        {params::kEq4FreqHz, 800.0},
                                                        {params::kEq4Q, 0.7},
                                                        {params::kEq5Type, 0.0},
                                                        {params::kEq5FreqHz, 3500.0},
                                                        {params::kEq5Q, 0.7},
                                                        {params::kEq6Type, 2.0},
                                                        {params::kEq6FreqHz, 10000.0},
                                                        {params::kEq6Q, 0.707},
                                                        {params::kReverbModulationRatio, 0.0}}};

// Sets the rig, switches on every unit that a setting moves away from neutral, and sets the ten parameters; what the table holds beside is left.
void apply_model_rig(engine::Session& session, const ModelSettings& settings) noexcept;

}  // namespace ag06::assist
