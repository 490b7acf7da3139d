#include "report/words.h"

#include "base/text.h"

namespace ag06::report {
namespace {
using analysis::CompressionStyle;
using analysis::DefectKind;
using analysis::EqCharacter;
using analysis::ProblemKind;
using analysis::ReverbStyle;
using analysis::SectionKind;
using assist::SuggestionType;

using Text = FixedText<240>;
}  // namespace

const char* word(DefectKind kind) noexcept {
  switch (kind) {
    case DefectKind::clipping: return "clipping";
    case DefectKind::dc_offset: return "dc_offset";
    case DefectKind::polarity: return "polarity";
    case DefectKind::mono: return "mono";
    case DefectKind::lossy_source: return "lossy_source";
    case DefectKind::hum: return "hum";
    case DefectKind::clicks: return "clicks";
    case DefectKind::silence: return "silence";
    case DefectKind::imbalance: return "imbalance";
  }
  return "silence";
}

const char* word(SectionKind kind) noexcept {
  switch (kind) {
    case SectionKind::section: return "section";
    case SectionKind::intro: return "intro";
    case SectionKind::verse: return "verse";
    case SectionKind::chorus: return "chorus";
    case SectionKind::bridge: return "bridge";
    case SectionKind::breakdown: return "breakdown";
    case SectionKind::outro: return "outro";
  }
  return "section";
}

const char* word(SuggestionType type) noexcept {
  switch (type) {
    case SuggestionType::eq: return "eq";
    case SuggestionType::dynamics: return "dynamics";
    case SuggestionType::stereo: return "stereo";
    case SuggestionType::cleanup: return "cleanup";
    case SuggestionType::level: return "level";
    case SuggestionType::note: return "note";
  }
  return "note";
}

const char* word(analysis::Mode mode) noexcept {
  switch (mode) {
    case analysis::Mode::unknown: return nullptr;
    case analysis::Mode::major: return "major";
    case analysis::Mode::minor: return "minor";
  }
  return nullptr;
}

const char* word(CompressionStyle style) noexcept {
  switch (style) {
    case CompressionStyle::unknown: return nullptr;
    case CompressionStyle::open: return "open";
    case CompressionStyle::vintage: return "vintage";
    case CompressionStyle::modern: return "modern";
    case CompressionStyle::crushed: return "crushed";
  }
  return nullptr;
}

const char* word(EqCharacter character) noexcept {
  switch (character) {
    case EqCharacter::unknown: return nullptr;
    case EqCharacter::dark: return "dark";
    case EqCharacter::warm: return "warm";
    case EqCharacter::neutral: return "neutral";
    case EqCharacter::bright: return "bright";
    case EqCharacter::scooped: return "scooped";
  }
  return nullptr;
}

const char* word(ReverbStyle style) noexcept {
  switch (style) {
    case ReverbStyle::unknown: return nullptr;
    case ReverbStyle::dry: return "dry";
    case ReverbStyle::room: return "room";
    case ReverbStyle::plate: return "plate";
    case ReverbStyle::hall: return "hall";
  }
  return nullptr;
}

const char* pitch_class_name(int pitch_class) noexcept {
  constexpr const char* kNames[] = {"C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"};
  return pitch_class >= 0 && pitch_class < 12 ? kNames[pitch_class] : nullptr;
}

std::string chord_name(const analysis::Chord& chord) {
  const char* root = pitch_class_name(chord.root);
  if (!root || chord.quality == analysis::ChordQuality::none) return "N";
  return std::string(root) + (chord.quality == analysis::ChordQuality::minor ? "m" : "");
}

std::string time_signature(const analysis::RhythmReport& rhythm) {
  if (rhythm.beats_per_bar <= 0 || rhythm.beat_unit <= 0) return {};
  return Text().add(rhythm.beats_per_bar, 0).add("/").add(rhythm.beat_unit, 0).c_str();
}

std::string detail(const analysis::Defect& defect) {
  Text text;
  switch (defect.kind) {
    case DefectKind::clipping:
      return text.add(defect.value, 0).add(" samples are clipped, flat at ").add(defect.level_db, 1).add(" dBFS").c_str();
    case DefectKind::dc_offset: return text.add("The waveform sits ").add(100.0 * defect.value, 2).add(" % of full scale off the middle").c_str();
    case DefectKind::polarity:
      return text.add("Left and right cancel each other (correlation ").add(defect.value, 2).add("): one channel is inverted").c_str();
    case DefectKind::mono: return "Both channels are the same: this is a mono recording in a stereo file";
    case DefectKind::lossy_source:
      return text.add("Nothing sounds above ").add(defect.value / 1000.0, 1).add(" kHz, cut as a lossy encoder cuts: the file was made from one")
          .c_str();
    case DefectKind::hum:
      return text.add("Mains hum at ").add(defect.value, 0).add(" Hz and its harmonics, ").add(defect.level_db, 1).add(" dBFS").c_str();
    case DefectKind::clicks: return text.add(defect.value, 0).add(defect.value == 1.0 ? " click" : " clicks").c_str();
    case DefectKind::silence: return text.add("Silence of ").add(defect.value, 1).add(" s").c_str();
    case DefectKind::imbalance:
      return text.add(defect.value < 0.0 ? "The left channel is louder by " : "The right channel is louder by ")
          .add(defect.value < 0.0 ? -defect.value : defect.value, 1).add(" dB").c_str();
  }
  return {};
}

std::string advice(const analysis::SpectrumProblem& problem) {
  Text text;
  const auto place = [&]() -> Text& {
    return problem.frequency_hz >= 1000.0 ? text.add(problem.frequency_hz / 1000.0, 1).add(" kHz") : text.add(problem.frequency_hz, 0).add(" Hz");
  };
  switch (problem.kind) {
    case ProblemKind::rumble: text.add("Rumble below the music takes headroom: a high-pass above "); place(); return text.c_str();
    case ProblemKind::hum: text.add("Mains hum stands out: narrow notches at "); place(); return text.add(" and its harmonics").c_str();
    case ProblemKind::mud: text.add("Too much around "); place(); return text.add(" blurs bass and voice: a broad cut there").c_str();
    case ProblemKind::boxiness: text.add("Too much around "); place(); return text.add(" sounds like a box: a cut there").c_str();
    case ProblemKind::harshness: text.add("Too much around "); place(); return text.add(" tires the ear: a gentle cut there").c_str();
    case ProblemKind::sibilance: text.add("Sharp s sounds around "); place(); return text.add(": a cut there, or the high shelf").c_str();
    case ProblemKind::resonance: text.add("A resonance rings at "); place(); return text.add(": a narrow cut").c_str();
  }
  return {};
}

}  // namespace ag06::report
