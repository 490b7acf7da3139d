// The tables of docs/hearing.md, each a section of the report with its figures held against the goals. Not the questions: see cases.h.
#pragma once

#include "hearing/exam.h"
#include "measure/report.h"

namespace ag06::hearing {

struct Sheet {
  measure::Report& report;
  Examiner& examiner;
  bool full = false;                     // the whole grid
  bool tells_failures = false;           // every answer of ours that is wrong, on stderr
  std::string labels_path, corpus_path;  // of real recordings; no corpus: none are heard
};

void rhythm_table(Sheet& sheet);
void hard_rhythm_table(Sheet& sheet);
void key_table(Sheet& sheet);
void hard_key_table(Sheet& sheet);
void chord_table(Sheet& sheet);
void speed_table(Sheet& sheet);  // of what the others before it asked
void real_table(Sheet& sheet);   // nothing without a corpus
void tone_table(Sheet& sheet);
void nothing_table(Sheet& sheet);  // silence, noise, a drone: nothing may be invented

}  // namespace ag06::hearing
