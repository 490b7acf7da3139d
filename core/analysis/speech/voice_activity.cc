#include "analysis/speech/voice_activity.h"

#include <algorithm>
#include <cmath>

#include "analysis/speech/voice_model.gen.h"
#include "base/math.h"

namespace ag06::analysis {
namespace {
constexpr double kSpeechLowHz = 200.0, kSpeechHighHz = 4000.0, kBassHz = 120.0;
constexpr float kSilenceDb = -90.0f;
// The voice must stand this far over the floor to begin, and may fall this far before it ends.
constexpr float kRiseDb = 9.0f, kFallDb = 5.0f;
constexpr int kHangoverFrames = 20;
constexpr float kVoicedDb = 7.0f;
constexpr float kLoudestSpanDb = 40.0f;  // quieter moments of a window count as this far below its loudest
constexpr float kLoudDb = 20.0f;         // moments within this of the loudest carry pitch and tone
constexpr double kSpeechOdds = 0.5;
}  // namespace

Status VoiceActivity::prepare(const StftGrid& grid) {
  grid_ = grid;
  pitch_.prepare(grid);
  const double top_hz = std::min(kSpeechHighHz, 0.5 * grid.sample_rate_hz);
  for (int b = 0; b <= kShapeBands; ++b) {
    const double hz = 100.0 * exp2_exact(log2_exact(top_hz / 100.0) * b / kShapeBands);
    // Every band holds at least one bin.
    const int after = b == 0 ? 1 : edges_[static_cast<std::size_t>(b - 1)] + 1;
    edges_[static_cast<std::size_t>(b)] = std::max(after, static_cast<int>(hz / grid.bin_hz() + 0.5));
  }
  for (int& edge : edges_) edge = std::min(edge, grid.bins() - 1);
  reset();
  return Status::ok;
}

void VoiceActivity::reset() noexcept {
  shapes_ = {};
  moments_ = {};
  floor_pieces_db_.fill(200.0f);
  piece_floor_db_ = 200.0f;
  smooth_level_ = 0.0f;
  hangover_frames_ = 0;
  frames_ = judged_steps_ = speech_steps_ = 0;
  probability_ = 0.0;
  features_ = {};
}

const VoiceActivity::Moment& VoiceActivity::moment(int back) const noexcept {
  return moments_[static_cast<std::size_t>((frames_ - 1 - back + kWindowFrames) % kWindowFrames)];
}

void VoiceActivity::process(const SpectrumFrame& frame) noexcept {
  const float* power = frame.power;
  const auto bin_of = [&](double hz) { return std::min(static_cast<int>(hz / grid_.bin_hz() + 0.5), grid_.bins() - 1); };
  float all = 0.0f, bass = 0.0f, speech = 0.0f, weighted = 0.0f;
  const int top = bin_of(8000.0), bass_top = bin_of(kBassHz), low = bin_of(kSpeechLowHz), high = bin_of(kSpeechHighHz);
  for (int k = 1; k <= top; ++k) {
    all += power[k];
    weighted += power[k] * static_cast<float>(k);
    if (k <= bass_top) bass += power[k];
    if (k >= low && k <= high) speech += power[k];
  }
  std::array<float, kShapeBands>& shape = shapes_[static_cast<std::size_t>(frames_ % (kLagFrames + 1))];
  for (std::size_t b = 0; b < kShapeBands; ++b) {
    float sum = 1e-12f;
    for (int k = edges_[b]; k < std::max(edges_[b + 1], edges_[b] + 1); ++k) sum += power[k];
    shape[b] = 0.5f * lin_to_db_fast(sum);
  }
  Moment& now = moments_[static_cast<std::size_t>(frames_ % kWindowFrames)];
  ++frames_;
  now.level_db = 0.5f * lin_to_db_fast(speech + 1e-12f);
  now.centroid_octaves = log2_fast((weighted + 1e-12f) / (all + 1e-12f));
  now.bass_db = 0.5f * lin_to_db_fast((bass + 1e-12f) / (all + 1e-12f));
  const Pitch pitch = now.level_db > kSilenceDb ? pitch_.find(power) : Pitch{};
  now.voiced = pitch.strength_db > kVoicedDb;
  now.pitch_semitones = pitch.semitones;
  now.change = change_since_lag();
  track_floor(now.level_db);
  if (frames_ % kStepFrames == 0 && frames_ >= kWindowFrames) judge_window();
}

float VoiceActivity::change_since_lag() const noexcept {
  if (frames_ <= kLagFrames) return 0.0f;
  const auto& now = shapes_[static_cast<std::size_t>((frames_ - 1) % (kLagFrames + 1))];
  const auto& then = shapes_[static_cast<std::size_t>(frames_ % (kLagFrames + 1))];
  float mean_now = 0.0f, mean_then = 0.0f;
  for (std::size_t b = 0; b < kShapeBands; ++b) {
    mean_now += now[b];
    mean_then += then[b];
  }
  mean_now /= kShapeBands;
  mean_then /= kShapeBands;
  float both = 0.0f, of_now = 1e-6f, of_then = 1e-6f;
  for (std::size_t b = 0; b < kShapeBands; ++b) {
    both += (now[b] - mean_now) * (then[b] - mean_then);
    of_now += (now[b] - mean_now) * (now[b] - mean_now);
    of_then += (then[b] - mean_then) * (then[b] - mean_then);
  }
  return 1.0f - both / std::sqrt(of_now * of_then);
}

void VoiceActivity::track_floor(float level_db) noexcept {
  // 30 ms of smoothing, so that single dips of noise do not pull the floor down.
  smooth_level_ = frames_ == 1 ? level_db : smooth_level_ + 0.33f * (level_db - smooth_level_);
  piece_floor_db_ = std::min(piece_floor_db_, smooth_level_);
  if (frames_ % kFloorPieceFrames == 0) {
    floor_pieces_db_[static_cast<std::size_t>(frames_ / kFloorPieceFrames % kFloorPieces)] = piece_floor_db_;
    piece_floor_db_ = 200.0f;
  }
  float floor_db = std::min(piece_floor_db_, smooth_level_);
  for (const float piece_db : floor_pieces_db_) floor_db = std::min(floor_db, piece_db);
  const float over_db = smooth_level_ - std::max(floor_db, kSilenceDb);
  if (over_db > (active() ? kFallDb : kRiseDb)) hangover_frames_ = kHangoverFrames;
  else if (hangover_frames_ > 0) --hangover_frames_;
}

void VoiceActivity::judge_window() noexcept {
  float loudest_db = -200.0f;
  for (const Moment& m : moments_) loudest_db = std::max(loudest_db, m.level_db);
  ++judged_steps_;
  probability_ = 0.0;
  if (loudest_db < kSilenceDb) return;
  double mean_db = 0.0, square = 0.0;
  int low = 0, loud = 0, voiced = 0, pairs = 0, gliding = 0, steady = 0;
  double centroid = 0.0, centroid_square = 0.0, bass_db = 0.0, change = 0.0;
  for (int back = kWindowFrames - 1; back >= 0; --back) {
    const Moment& m = moment(back);
    const double level_db = std::max(m.level_db, loudest_db - kLoudestSpanDb);
    mean_db += level_db;
    square += level_db * level_db;
    if (m.level_db < loudest_db - kLoudDb) {
      ++low;
      continue;
    }
    ++loud;
    centroid += m.centroid_octaves;
    centroid_square += m.centroid_octaves * m.centroid_octaves;
    bass_db += std::max(m.bass_db, -60.0f);
    change += m.change;
    if (!m.voiced) continue;
    ++voiced;
    if (back == kWindowFrames - 1 || !moment(back + 1).voiced) continue;
    ++pairs;
    const float step = std::fabs(m.pitch_semitones - moment(back + 1).pitch_semitones);
    if (step < 0.06f) ++steady;
    else if (step < 1.0f) ++gliding;
  }
  mean_db /= kWindowFrames;
  const double variance = std::max(square / kWindowFrames - mean_db * mean_db, 0.0);
  // Share of the level's movement at the pace of syllables, 2.5 to 8 Hz.
  double syllables = 0.0;
  for (int half_hz = 5; half_hz <= 16; ++half_hz) {
    double re = 0.0, im = 0.0;
    const SinCos turn = sincos_exact(2.0 * kPi * 0.5 * half_hz / 100.0);
    double c = 1.0, s = 0.0;
    for (int back = 0; back < kWindowFrames; ++back) {
      const double level_db = std::max(moment(back).level_db, loudest_db - kLoudestSpanDb) - mean_db;
      re += level_db * c;
      im += level_db * s;
      const double next = c * turn.cos - s * turn.sin;
      s = s * turn.cos + c * turn.sin;
      c = next;
    }
    syllables += 2.0 * (re * re + im * im) / (static_cast<double>(kWindowFrames) * kWindowFrames);
  }
  const double centroid_mean = centroid / loud;
  features_ = {syllables / (variance + 1.0),
               std::sqrt(variance),
               static_cast<double>(low) / kWindowFrames,
               static_cast<double>(voiced) / loud,
               pairs > 0 ? static_cast<double>(gliding) / pairs : 0.0,
               pairs > 0 ? static_cast<double>(steady) / pairs : 0.0,
               std::sqrt(std::max(centroid_square / loud - centroid_mean * centroid_mean, 0.0)),
               bass_db / loud,
               change / loud};
  double odds = kVoiceBias;
  for (std::size_t f = 0; f < kVoiceFeatures; ++f) odds += kVoiceWeight[f] * (features_[f] - kVoiceMean[f]);
  probability_ = 1.0 / (1.0 + exp_exact(clamp_to(-odds, -50.0, 50.0)));
  if (probability_ > kSpeechOdds) ++speech_steps_;
}

double VoiceActivity::speech_ratio() const noexcept {
  return judged_steps_ > 0 ? static_cast<double>(speech_steps_) / static_cast<double>(judged_steps_) : 0.0;
}

}  // namespace ag06::analysis
