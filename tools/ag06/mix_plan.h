// Decides the settings one file is mixed with: the version's, the user's over them, the loudness fitted last. Renders nothing to disk.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/stream_report.h"
#include "assist/opinion.h"
#include "kept_render.h"
#include "native/song_models.h"
#include "params/params.gen.h"
#include "params_file.h"
#include "profile_file.h"
#include "progress.h"
#include "song_reader.h"

namespace ag06::cli {

enum class Version { original, musical, models };

struct MixSettings {
  Version version = Version::musical;
  std::string version_id = "musical";  // as in "--version"
  std::shared_ptr<const inference::SongModels> models;  // of Version::models
  double target_lufs = -14.0;   // NaN: leave the loudness as the chain makes it
  double ceiling_dbtp = -1.0;
  bool hold_ceiling = true;     // false: an original without a target is not measured against the ceiling
  double amount_01 = 1.0;
  OwnedProfile style = profile_named("balanced");
  bool style_given = true;      // false: of Version::models, the song's genre decides where it is told for sure
  std::optional<int> rate_hz;   // [8000, 192000]; empty: the file's own. The song is brought to it first, then measured, mixed and limited at it
  std::vector<ParamOverride> overrides;
};

struct PlannedMove {
  int param_id;
  double from;
  double to;
  double confidence_01;
  std::string reason;
  std::string evidence;
};

struct MixPlan {
  std::array<double, params::kCount> values{};  // by table index
  std::string version_id;                       // what the song was mixed as
  std::string profile;                          // id, or what the user named
  std::optional<assist::Opinion> opinion;       // of Version::models
  std::vector<PlannedMove> moves;
  std::vector<std::string> notes;
  std::optional<analysis::StreamReport> input;  // empty where nothing had to be measured
  double rendered_faults = 0.0;                 // samples that the rendering took for silence
};

// Reads the whole song several times. rendered: is_whole() afterwards where it holds what the plan makes of the song. Throws Failure, Interrupted.
[[nodiscard]] MixPlan plan_mix(SongReader& song, const MixSettings& settings, Progress& progress, KeptRender& rendered);

}  // namespace ag06::cli
