#include "degrade.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "analysis/loudness.h"
#include "base/math.h"
#include "dsp/dynamics/compressor.h"
#include "dsp/effects/delay.h"
#include "dsp/effects/reverb.h"
#include "dsp/eq/parametric_eq.h"
#include "dsp/stereo/imager.h"
#include "engine/offline_render.h"
#include "params/curves.h"

namespace ag06::examples {
namespace {
using assist::ModelSettings;
using assist::Setting;
namespace p = ag06::params;

constexpr double kQuietest_lufs = -45.0;
constexpr double kDone_db = -42.0;  // a residual below this is not worth another turn
constexpr int kMostTurns = 12;
constexpr float kWidest = 2.0f;  // of the imager

[[nodiscard]] std::size_t at(Setting setting) { return static_cast<std::size_t>(setting); }
[[nodiscard]] float value_of(const ModelSettings& s, Setting setting) { return static_cast<float>(assist::setting_value(static_cast<int>(setting), s[at(setting)])); }
[[nodiscard]] bool used(const ModelSettings& s, Setting setting) { return s[at(setting)] != assist::kSettings[at(setting)].neutral_01; }
[[nodiscard]] float table_default(int param_id) { return static_cast<float>(p::kTable[p::index_of_id(param_id)].default_value); }

template <class Unit>
[[nodiscard]] Sound through(Unit& unit, const typename Unit::Params& params, Sound sound) {
  unit.set_params(params);
  unit.reset();
  each_block(sound, 0, [&](AudioBlock block) { unit.process(block); });
  return sound;
}

template <class Unit, class... More>
void ready(Unit& unit, const Sound& sound, More... more) {
  if (unit.prepare({sound.sample_rate_hz, 2, kMaxBlockFrames}, more...) != Status::ok) throw std::runtime_error("a unit refuses the sample rate");
}

// x with x + wet(x) = wanted, piece by piece: what echoes into a piece shorter than the first echo is known from the pieces before it.
[[nodiscard]] Sound without_delay(const dsp::DelayParams& params, const Sound& wanted) {
  dsp::Delay unit;
  ready(unit, wanted);
  unit.set_params(params);
  unit.reset();
  const auto piece_frames = static_cast<std::size_t>(0.9e-3 * static_cast<double>(params.time_ms) * wanted.sample_rate_hz);
  Sound x = wanted;
  std::vector<float> wet[2];
  for (std::size_t at_frame = 0; at_frame < x.channels[0].size(); at_frame += piece_frames) {
    const std::size_t frames = std::min(piece_frames, x.channels[0].size() - at_frame);
    dsp::Delay ahead = unit;
    for (std::vector<float>& channel : wet) channel.assign(frames, 0.0f);
    float* wet_planes[] = {wet[0].data(), wet[1].data()};
    ahead.process({wet_planes, 2, static_cast<int>(frames)});
    for (std::size_t c = 0; c < 2; ++c) {
      for (std::size_t i = 0; i < frames; ++i) x.channels[c][at_frame + i] -= wet[c][i];
      wet[c].assign(x.channels[c].begin() + static_cast<std::ptrdiff_t>(at_frame), x.channels[c].begin() + static_cast<std::ptrdiff_t>(at_frame + frames));
    }
    unit.process({wet_planes, 2, static_cast<int>(frames)});
  }
  return x;
}

// The same for the reverb, whose pre-delay is pure: a reverb with a shorter one that is given every piece late by the difference sounds alike.
[[nodiscard]] Sound without_reverb(dsp::ReverbParams params, const Sound& wanted) {
  const auto piece_frames = static_cast<std::size_t>(0.5e-3 * static_cast<double>(params.predelay_ms) * wanted.sample_rate_hz);
  params.predelay_ms -= static_cast<float>(1e3 * static_cast<double>(piece_frames) / wanted.sample_rate_hz);
  dsp::Reverb unit;
  ready(unit, wanted);
  unit.set_params(params);
  unit.reset();
  Sound x = wanted;
  std::vector<float> late[2];
  for (std::vector<float>& channel : late) channel.assign(piece_frames, 0.0f);
  for (std::size_t at_frame = 0; at_frame < x.channels[0].size(); at_frame += piece_frames) {
    const std::size_t frames = std::min(piece_frames, x.channels[0].size() - at_frame);
    const std::vector<float> dry[2] = {late[0], late[1]};
    float* planes[] = {late[0].data(), late[1].data()};
    unit.process({planes, 2, static_cast<int>(frames)});
    for (std::size_t c = 0; c < 2; ++c)
      for (std::size_t i = 0; i < frames; ++i) {
        float& sample = x.channels[c][at_frame + i];
        sample -= late[c][i] - dry[c][i];
        late[c][i] = sample;
      }
  }
  return x;
}

// Both channels share one gain g(x): x <- x * (wanted / got)^step, the gain taken where there is sound and held in between. A compressor's output follows
// its input in decibels with a slope between 1 / ratio and 1, so that this step shrinks the error by (ratio - 1) / (ratio + 1) at least.
[[nodiscard]] Sound without_compression(const dsp::CompressorParams& params, const Sound& wanted, int lead_frames, double& residual_db) {
  dsp::Compressor unit;
  ready(unit, wanted, 0.0f);
  const float step = 2.0f / (1.0f + 1.0f / params.ratio);
  Sound x = wanted;
  std::vector<float> gain_db(x.channels[0].size(), 0.0f);  // of the expansion
  for (int turn = 0; turn < kMostTurns; ++turn) {
    const Sound got = through(unit, params, x);
    residual_db = error_db(wanted, got, lead_frames);
    if (residual_db < kDone_db) break;
    float held_db = 0.0f;
    for (std::size_t i = 0; i < gain_db.size(); ++i) {
      const float x0 = x.channels[0][i], x1 = x.channels[1][i];
      const float power = x0 * x0 + x1 * x1;
      if (power > 1e-12f) held_db = lin_to_db_fast((x0 * got.channels[0][i] + x1 * got.channels[1][i]) / power);
      gain_db[i] += step * (-held_db - gain_db[i]);
      const float lin = db_to_lin_fast(gain_db[i]);
      for (std::size_t c = 0; c < 2; ++c) x.channels[c][i] = wanted.channels[c][i] * lin;
    }
  }
  return x;
}

[[nodiscard]] dsp::EqBand band(dsp::EqType type, double freq_hz, double q, double gain_db) {
  return {.enabled = true, .type = type, .freq_hz = static_cast<float>(freq_hz), .gain_db = static_cast<float>(gain_db), .q = static_cast<float>(q)};
}

[[nodiscard]] double rig(int param_id) {
  for (const assist::RigValue& fixed : assist::kModelRig)
    if (fixed.param_id == param_id) return fixed.value;
  return p::kTable[p::index_of_id(param_id)].default_value;
}

[[nodiscard]] double loudness_of(Sound& sound, int lead_frames) {
  analysis::LoudnessMeter meter;
  ready(meter, sound);
  each_block(sound, lead_frames, [&](AudioBlock block) { meter.process(block); });
  return meter.integrated_lufs();
}

[[nodiscard]] Sound without_eq(const ModelSettings& s, const Sound& wanted) {
  dsp::ParametricEq unit;
  ready(unit, wanted);
  dsp::ParametricEqParams params;
  const auto cut = [&](Setting setting, int type_id, int freq_id, int q_id) {
    return band(static_cast<dsp::EqType>(static_cast<int>(rig(type_id))), rig(freq_id), rig(q_id), -value_of(s, setting));
  };
  params.bands[1] = cut(Setting::low, p::kEq2Type, p::kEq2FreqHz, p::kEq2Q);
  params.bands[3] = cut(Setting::mid, p::kEq4Type, p::kEq4FreqHz, p::kEq4Q);
  params.bands[4] = cut(Setting::high, p::kEq5Type, p::kEq5FreqHz, p::kEq5Q);
  params.bands[5] = cut(Setting::air, p::kEq6Type, p::kEq6FreqHz, p::kEq6Q);
  return through(unit, params, wanted);  // a cut is the exact inverse of the boost (dsp/eq/band_design.h)
}
}  // namespace

Sound correct(const Sound& degraded, const ModelSettings& settings) {
  engine::OfflineRender chain;
  ready(chain, degraded);
  assist::apply_model_rig(chain.session(), settings);
  chain.begin();
  Sound in = degraded;
  Sound out{degraded.sample_rate_hz, {}};
  const auto take = [&out](ConstAudioBlock block) {
    for (int c = 0; c < 2; ++c) out.channels[static_cast<std::size_t>(c)].insert(out.channels[static_cast<std::size_t>(c)].end(), block.channel(c), block.channel(c) + block.frames);
  };
  each_block(in, 0, [&](AudioBlock block) { take(chain.push(block)); });
  for (ConstAudioBlock rest = chain.pull_rest(); rest.frames > 0; rest = chain.pull_rest()) take(rest);
  return out;
}

Degraded degrade(Sound& finished, ModelSettings settings, int lead_frames) {
  const double came_lufs = loudness_of(finished, lead_frames);
  if (!(came_lufs > kQuietest_lufs)) throw std::runtime_error("too quiet");
  scale(finished, db_to_lin(kFinishedLufs - came_lufs));
  Sound x = finished;
  // The imager widens by two at most: what was narrower is undone in two turns.
  for (float left = used(settings, Setting::width) ? 1.0f / value_of(settings, Setting::width) : 1.0f; left != 1.0f;) {
    const float width = std::min(left, kWidest);
    dsp::Imager unit;
    ready(unit, x);
    x = through(unit, {.width_ratio = width}, std::move(x));
    left = left == width ? 1.0f : left / width;
  }
  if (used(settings, Setting::reverb))
    x = without_reverb({.level_lin = value_of(settings, Setting::reverb), .modulation_ratio = static_cast<float>(rig(p::kReverbModulationRatio))}, x);
  if (used(settings, Setting::delay)) x = without_delay({.level_lin = value_of(settings, Setting::delay)}, x);
  x = without_eq(settings, x);
  // All of these are linear: the level that the compressor works at is made up by the output level.
  const double nominal_db = kNominalLufs - loudness_of(x, lead_frames);
  if (!is_finite(nominal_db)) throw std::runtime_error("too quiet");
  scale(x, db_to_lin(nominal_db));
  settings[at(Setting::output)] = assist::setting_of_value(static_cast<int>(Setting::output), -nominal_db);
  double residual_db = used(settings, Setting::delay) ? -50.0 : -75.0;  // the other stages' own at most, by degrade_test.cc
  if (used(settings, Setting::compression)) {
    x = without_compression({.threshold_dbfs = static_cast<float>(assist::kRigThresholdDbfs), .ratio = value_of(settings, Setting::compression),
                             .sidechain_hp_hz = table_default(p::kCompSidechainHpHz)}, x, lead_frames, residual_db);
  }
  scale(x, db_to_lin(-value_of(settings, Setting::input_gain)));
  return {std::move(x), settings, residual_db};
}

}  // namespace ag06::examples
