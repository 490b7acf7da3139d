// The settings that the trained models predict, for the page: the table of assist/model_settings.h.
#include "abi.h"
#include "assist/model_settings.h"

namespace {
using ag06::assist::kModelSettings;
using ag06::assist::kSettings;

bool exists(int setting) { return setting >= 0 && setting < kModelSettings; }
}  // namespace

int ag06_setting_count() { return kModelSettings; }
const char* ag06_setting_id(int setting) { return exists(setting) ? kSettings[static_cast<std::size_t>(setting)].id : ""; }
const char* ag06_setting_label(int setting) { return exists(setting) ? kSettings[static_cast<std::size_t>(setting)].label : ""; }
int ag06_setting_param(int setting) { return exists(setting) ? kSettings[static_cast<std::size_t>(setting)].param_id : -1; }
double ag06_setting_neutral(int setting) { return exists(setting) ? kSettings[static_cast<std::size_t>(setting)].neutral_01 : 0.0; }
double ag06_setting_value(int setting, double position_01) { return exists(setting) ? ag06::assist::setting_value(setting, position_01) : 0.0; }
