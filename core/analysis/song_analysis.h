// Everything that was heard in a song.
#pragma once

#include "analysis/defects/defect_report.h"
#include "analysis/level/dynamics_report.h"
#include "analysis/level/stereo_report.h"
#include "analysis/music/genre_report.h"
#include "analysis/music/music_report.h"
#include "analysis/rhythm/rhythm_report.h"
#include "analysis/spectral/spectrum_report.h"
#include "analysis/stream_report.h"
#include "analysis/structure/structure_report.h"
#include "analysis/tonality/tonality_report.h"

namespace ag06::analysis {

struct SongAnalysis {
  double duration_s = 0.0;
  double speech_ratio = 0.0;  // share of the time in which somebody speaks (speech/voice_activity.h)
  StreamReport stream{};
  SpectrumReport spectrum;
  DynamicsReport dynamics;
  StereoReport stereo;
  RhythmReport rhythm;
  TonalityReport tonality;
  StructureReport structure;
  MusicReport music;
  GenreReport genre;
  std::vector<Defect> defects;
};

}  // namespace ag06::analysis
