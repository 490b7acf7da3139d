#include "parity/scenarios.h"

#include <algorithm>
#include <tuple>

#include "analysis/stream_meter.h"
#include "assist/ear.h"
#include "assist/opinion.h"
#include "assist/planner.h"
#include "assist/song_listener.h"
#include "dsp/dither/quantiser.h"
#include "dsp/dynamics/compressor.h"
#include "dsp/dynamics/gain.h"
#include "dsp/dynamics/gate.h"
#include "dsp/eq/parametric_eq.h"
#include "dsp/limiter/true_peak_limiter.h"
#include "dsp/resample/resampler.h"
#include "engine/monitor.h"
#include "engine/session.h"
#include "parity/fold.h"
#include "params/curves.h"
#include "params/params.gen.h"
#include "report/song_json.h"
#include "support/music.h"

namespace ag06::parity {
namespace {
using test::music;
using test::Planes;
using test::Random;

std::uint64_t math() {
  Fold fold;
  Random random(1);
  for (int i = 0; i < 20000; ++i) {
    const double x = (random.unit() - 0.5) * 2000.0;
    fold.add(exp2_exact(x));
    fold.add(sin_exact(x * 50.0));
    fold.add(cos_exact(x * 0.01));
    fold.add(tan_exact(random.unit() * 1.5));
    fold.add(log2_exact(exp2_exact(x * 0.9)));
    const auto y = static_cast<float>(x * 0.1);
    fold.add(exp2_fast(y));
    fold.add(log2_fast(exp2_fast(y)));
    fold.add(db_to_lin_fast(y));
  }
  return fold.value();
}

std::uint64_t curves() {
  Fold fold;
  for (const params::Parameter& parameter : params::kTable)
    for (int i = 0; i <= 100; ++i) {
      const double value = params::from_norm(parameter, i / 100.0);
      fold.add(value);
      fold.add(params::to_norm(parameter, value));
      fold.add(params::snap_to_step(parameter, value));
    }
  return fold.value();
}

// The unit over test music in uneven blocks, its parameters changed now and then.
template <class Unit, class Settings>
std::uint64_t unit(double sample_rate_hz, int channels, const Settings& settings) {
  Fold fold;
  Unit made;
  if (made.prepare({sample_rate_hz, channels, 1024}) != Status::ok) return 0;
  Random random(7);
  Planes signal = music(channels, static_cast<int>(sample_rate_hz * 6.0), sample_rate_hz, 1.2, 42);
  const int frames = signal.block().frames;
  made.set_params(settings[0]);
  made.reset();
  std::size_t turn = 0;
  for (int at = 0; at < frames;) {
    const int count = std::min(1 + random.below(1024), frames - at);
    if (random.below(40) == 0) made.set_params(settings[++turn % settings.size()]);
    const AudioBlock block = signal.slice(at, count);
    made.process(block);
    fold.add(block);
    at += count;
  }
  fold.add(made.latency_frames());
  return fold.value();
}

std::uint64_t gain_48k() { return unit<dsp::Gain>(48000.0, 2, std::array<dsp::GainParams, 2>{{{-3.0f}, {4.5f}}}); }
std::uint64_t gate_48k() {
  return unit<dsp::Gate>(
      48000.0, 2,
      std::array<dsp::GateParams, 2>{{{.threshold_dbfs = -30.0f}, {.threshold_dbfs = -40.0f, .range_db = 60.0f, .lookahead_ms = 0.0f}}});
}
std::uint64_t compressor_44k1() {
  return unit<dsp::Compressor>(
      44100.0, 2,
      std::array<dsp::CompressorParams, 2>{{{.threshold_dbfs = -24.0f, .ratio = 4.0f}, {.knee_db = 0.0f, .attack_ms = 0.1f, .mix_ratio = 0.4f}}});
}
std::uint64_t compressor_mono_96k() {
  return unit<dsp::Compressor>(96000.0, 1, std::array<dsp::CompressorParams, 1>{{{.threshold_dbfs = -30.0f, .ratio = 20.0f}}});
}

dsp::ParametricEqParams eq_settings(float gain_db, float freq_ratio) {
  dsp::ParametricEqParams params;
  for (int b = 0; b < dsp::kEqBands; ++b) {
    const auto band = static_cast<float>(b);
    params.bands[static_cast<std::size_t>(b)] = {true, static_cast<dsp::EqType>(b), freq_ratio * 60.0f * (1.0f + 2.0f * band * band),
                                                 gain_db * (band - 2.5f), 0.5f + band};
  }
  return params;
}
std::uint64_t eq_48k() {
  return unit<dsp::ParametricEq>(48000.0, 2, std::array<dsp::ParametricEqParams, 2>{eq_settings(3.0f, 1.0f), eq_settings(-2.0f, 1.7f)});
}
std::uint64_t eq_mono_8k() {
  return unit<dsp::ParametricEq>(8000.0, 1, std::array<dsp::ParametricEqParams, 2>{eq_settings(2.0f, 1.0f), eq_settings(4.0f, 0.5f)});
}
std::uint64_t limiter_44k1() {
  return unit<dsp::TruePeakLimiter>(
      44100.0, 2,
      std::array<dsp::TruePeakLimiterParams, 2>{{{.ceiling_dbtp = -9.0f}, {.ceiling_dbtp = -1.0f, .release_ms = 20.0f}}});
}
std::uint64_t limiter_192k() {
  return unit<dsp::TruePeakLimiter>(192000.0, 2, std::array<dsp::TruePeakLimiterParams, 1>{{{.ceiling_dbtp = -12.0f}}});
}

void fold_report(Fold& fold, const analysis::StreamReport& report) {
  const auto* figures = reinterpret_cast<const double*>(&report);
  for (int k = 0; k < analysis::kMeterResults; ++k) fold.add(figures[k]);
}

std::uint64_t meter() {
  Fold fold;
  for (const double rate_hz : {44100.0, 48000.0, 96000.0}) {
    analysis::StreamMeter meter;
    if (meter.prepare({rate_hz, 2, 4096}) != Status::ok) return 0;
    Planes signal = music(2, static_cast<int>(rate_hz * 12.0), rate_hz, 0.9, 3);
    meter.process(signal.block());
    fold_report(fold, meter.finish());
  }
  return fold.value();
}

// Everything that is heard, as the text that page and programs read, and the picture of the spectrum.
std::uint64_t hearing() {
  Fold fold;
  for (const auto& [rate_hz, channels] : {std::pair{44100.0, 2}, std::pair{48000.0, 1}, std::pair{8000.0, 2}, std::pair{96000.0, 2}}) {
    assist::SongListener listener;
    if (listener.prepare({rate_hz, channels, 4096}, 60.0) != Status::ok) return 0;
    Planes signal = music(channels, static_cast<int>(rate_hz * 24.0), rate_hz, 0.9, 5);
    listener.process(signal.block());
    fold.add_words(report::song_json(listener.finish()).dump().c_str());
    const analysis::Spectrogram& picture = listener.spectrogram();
    for (int i = 0; i < picture.columns() * picture.bands(); ++i) fold.add(static_cast<std::int32_t>(picture.data()[i]));
  }
  return fold.value();
}

// Every parameter moved at random while the listener switches versions, live also part of the way.
std::uint64_t listen(engine::LatencyMode mode) {
  const bool live = mode == engine::LatencyMode::live;
  Fold fold;
  engine::Monitor monitor;
  if (monitor.prepare({48000.0, 2, 128}, mode) != Status::ok) return 0;
  Planes signal = music(2, 48000 * 12, 48000.0, 0.9, 9);
  Random random(11);
  const int frames = signal.block().frames;
  for (int at = 0; at + 128 <= frames; at += 128) {
    if (random.below(8) == 0) {
      const params::Parameter& parameter = params::kTable[random.below(params::kCount)];
      if (monitor.session().set_param(parameter.id, params::from_norm(parameter, random.unit())) != Status::ok) return 0;
    }
    if (random.below(100) == 0) {
      engine::MonitorSettings settings;
      settings.processed = random.below(2) == 1;
      settings.original_gain_db = -6.0 * random.unit();
      settings.processed_gain_db = -6.0 * random.unit();
      if (live) settings.processed_ratio = random.unit();
      monitor.set_monitor(settings);
    }
    const AudioBlock block = signal.slice(at, 128);
    monitor.process(block);
    fold.add(block);
    if (random.below(16) == 0) {
      const auto* figures = reinterpret_cast<const float*>(&monitor.take_telemetry());
      for (int k = 0; k < engine::kTelemetryFloats; ++k) fold.add(figures[k]);
    }
  }
  return fold.value();
}

std::uint64_t monitor() { return listen(engine::LatencyMode::studio); }
std::uint64_t monitor_live() { return listen(engine::LatencyMode::live); }

// What no song sounds like: where a comparison, a conversion or a denormal could come out otherwise on another processor.
float odd_sample(int kind, int frame, Random& random) noexcept {
  const auto noise = static_cast<float>(random.unit() - 0.5);
  switch (kind) {
    case 0: return 2.0f * noise;
    case 1: return frame % 97 < 48 ? 1.0f : -1.0f;
    case 2: return frame % 4801 == 0 ? 1.0f : 0.0f;
    case 3: return frame < 6000 ? noise : noise * 1e-39f;                            // denormals after a tail
    case 4: return noise * (frame % 2000 < 20 ? 2e4f : 0.1f);                        // past +80 dBFS now and then
    case 5: return frame % 1009 == 0 ? __builtin_nanf("") : (frame % 1013 == 0 ? -__builtin_inff() : noise);
    case 6: return 0.3f;
    default: return frame % 2 ? -0.7f : 0.7f;
  }
}

// The whole chain over odd signals, each with settings drawn from the whole of every range.
std::uint64_t session_fuzz() {
  constexpr double kRatesHz[] = {8000.0, 11025.0, 44100.0, 48000.0, 96000.0, 192000.0};
  Fold fold;
  Random random(2024);
  for (int round = 0; round < 96; ++round) {
    const int channels = 1 + random.below(2);
    engine::Session session;
    const auto mode = round % 4 == 3 ? engine::LatencyMode::live : engine::LatencyMode::studio;
    if (session.prepare({kRatesHz[round % 6], channels, 512}, mode) != Status::ok) return 0;
    for (const params::Parameter& parameter : params::kTable) {
      const double position_norm = random.below(8) == 0 ? random.below(2) : random.unit();
      if (session.set_param(parameter.id, params::from_norm(parameter, position_norm)) != Status::ok) return 0;
    }
    session.reset();
    Planes signal(channels, 12000);
    for (auto& plane : signal.samples)
      for (int i = 0; i < 12000; ++i) plane[static_cast<std::size_t>(i)] = odd_sample(round % 8, i, random);
    for (int at = 0; at < 12000;) {
      const AudioBlock block = signal.slice(at, std::min(1 + random.below(700), 12000 - at));
      session.process(block);
      fold.add(block);
      at += block.frames;
    }
    fold.add(session.fault_count());
  }
  return fold.value();
}

std::uint64_t plan(const assist::PlannerOptions& options, double level_lin) {
  Fold fold;
  assist::Planner planner;
  if (planner.prepare({44100.0, 2, 4096}, options) != Status::ok) return 0;
  Planes signal = music(2, 44100 * 15, 44100.0, level_lin, 5);
  const int frames = signal.block().frames;
  while (planner.wants_pass()) {
    for (int at = 0; at < frames; at += 4096) planner.feed(signal.slice(at, std::min(4096, frames - at)));
    planner.end_pass();
  }
  for (const params::Parameter& parameter : params::kTable) fold.add(planner.param(parameter.id));
  for (const assist::Move& move : planner.moves()) {
    fold.add_words(move.reason);
    fold.add_words(move.evidence);
  }
  for (const char* note : planner.notes()) fold.add_words(note);
  fold_report(fold, planner.input_report());
  fold_report(fold, planner.output_report());
  return fold.value();
}
std::uint64_t plan_loud() { return plan({.target_lufs = -9.0}, 0.9); }
std::uint64_t plan_quiet() { return plan({.target_lufs = -23.0}, 0.02); }

// Excerpts of two songs as the models get them; the second song is mono and shorter than an excerpt.
std::uint64_t ear() {
  Fold fold;
  for (const auto& [rate_hz, channels, seconds] : {std::tuple{44100.0, 2, 26.0}, std::tuple{48000.0, 1, 7.0}}) {
    const int frames = static_cast<int>(rate_hz * seconds);
    const int wanted = assist::excerpt_frames(rate_hz);
    Planes signal = music(channels, frames, rate_hz, 0.7, 15);
    assist::Ear ear;
    if (ear.prepare({rate_hz, channels, 4096}) != Status::ok) return 0;
    std::vector<float> mel(assist::kMelNumbers), heard(assist::kHeardNumbers);
    for (int i = 0; i < assist::excerpt_count(frames, rate_hz); ++i) {
      const int start = static_cast<int>(assist::excerpt_start(frames, rate_hz, i));
      fold.add(start);
      ear.reset();
      const int end = std::min(frames, start + wanted);
      for (int at = start; at < end; at += 4096) ear.process(signal.slice(at, std::min(4096, end - at)));
      ear.finish(mel.data(), heard.data());
      for (const float x : mel) fold.add(x);
      for (const float x : heard) fold.add(x);
    }
  }
  return fold.value();
}

// Of three models with drawn words on a drawn number of excerpts, one of them not finite now and then.
assist::Opinion drawn_opinion(Random& random, float largest_spread) {
  const int excerpts = 1 + random.below(6);
  const auto numbers = static_cast<std::size_t>(excerpts) * assist::kModelSettings;
  std::vector<float> settings(3 * numbers), spreads(3 * numbers);
  for (float& x : settings) x = static_cast<float>(random.unit());
  for (float& x : spreads) x = largest_spread * static_cast<float>(random.unit());
  if (random.below(4) == 0) settings[random.below(static_cast<int>(settings.size()))] = __builtin_nanf("");
  std::vector<assist::ModelOutputs> models;
  for (std::size_t m = 0; m < 3; ++m) {
    models.push_back({{settings.data() + m * numbers, numbers}, {spreads.data() + m * numbers, numbers}});
    for (double& weight : models.back().weights) weight = 0.45 * random.unit();
    for (double& factor : models.back().calibration) factor = 0.5 + random.unit();
  }
  assist::ModelSettings fallback, prior_spread;
  for (double& x : fallback) x = random.unit();
  for (double& x : prior_spread) x = 0.1 + 0.2 * random.unit();
  return assist::form_opinion(models, excerpts, fallback, prior_spread);
}
std::uint64_t opinion() {
  Fold fold;
  Random random(77);
  for (int round = 0; round < 500; ++round) {
    const assist::Opinion formed = drawn_opinion(random, 0.3f);
    for (const assist::ModelSettings* row : {&formed.setting_01, &formed.spread_01, &formed.disagreement_01, &formed.confidence_01})
      for (const double x : *row) fold.add(x);
  }
  return fold.value();
}
std::uint64_t plan_models() {
  Random random(78);
  assist::PlannerOptions options{.kind = assist::PlannerOptions::Kind::models, .target_lufs = -14.0, .amount_01 = 0.9, .style = assist::kBuiltInProfiles[6]};
  options.opinion = drawn_opinion(random, 0.01f);
  options.context = {.tempo_bpm = 97.3, .tempo_confidence_01 = 0.8, .energy_01 = 0.35, .genre = "ballad"};
  return plan(options, 0.4);
}

std::uint64_t quantiser() {
  Fold fold;
  for (const int bits : {16, 24}) {
    dsp::Quantiser quantiser;
    if (quantiser.prepare(bits, 2, 0x41473036u) != Status::ok) return 0;
    Planes signal = music(2, 48000, 48000.0, 1.6, 21);
    std::vector<std::int32_t> out(2 * 48000);
    quantiser.process(signal.block(), out.data());
    for (const std::int32_t value : out) fold.add(value);
    fold.add(static_cast<double>(quantiser.clipped_samples()));
  }
  return fold.value();
}

std::uint64_t shaped_dither() {
  Fold fold;
  for (const double rate_hz : {44100.0, 48000.0, 64000.0, 96000.0, 192000.0}) {
    dsp::Quantiser quantiser;
    if (quantiser.prepare(16, 2, 0x41473036u, dsp::DitherShape::shaped, rate_hz) != Status::ok) return 0;
    Planes signal = music(2, 48000, rate_hz, 1.3, 8);
    std::vector<std::int32_t> out(2 * 48000);
    quantiser.process(signal.block(), out.data());
    for (const std::int32_t value : out) fold.add(static_cast<double>(value));
  }
  return fold.value();
}

// An exact table each way, an interpolated one, and the ends of the range.
std::uint64_t resampler() {
  struct Rates {
    double in_hz, out_hz;
  };
  Fold fold;
  for (const Rates rates : {Rates{44100.0, 48000.0}, Rates{96000.0, 44100.0},
                            Rates{44056.0, 48000.0}, Rates{192000.0, 8000.0}, Rates{8000.0, 192000.0}}) {
    dsp::Resampler made;
    if (made.prepare({rates.in_hz, rates.out_hz, 2}) != Status::ok) return 0;
    Random random(31);
    const int frames = static_cast<int>(rates.in_hz);
    Planes signal = music(2, frames, rates.in_hz, 1.2, 42), out(2, made.max_output_frames(1024));
    for (int at = 0; at < frames;) {
      const int count = std::min(1 + random.below(1024), frames - at);
      fold.add(out.slice(0, made.process(signal.slice(at, count), out.block())));
      at += count;
    }
    for (int left = made.drain(out.block()); left > 0; left = made.drain(out.block())) fold.add(out.slice(0, left));
  }
  return fold.value();
}

constexpr Scenario kScenarios[] = {
    {"math", math},           {"curves", curves},           {"gain 48k", gain_48k},       {"gate 48k", gate_48k},
    {"compressor 44.1k", compressor_44k1}, {"compressor mono 96k", compressor_mono_96k}, {"eq 48k", eq_48k}, {"eq mono 8k", eq_mono_8k},
    {"limiter 44.1k", limiter_44k1}, {"limiter 192k", limiter_192k}, {"stream meter", meter}, {"everything heard", hearing},
    {"monitor, everything moving", monitor}, {"live monitor, everything moving", monitor_live},
    {"session, any settings, odd signals", session_fuzz},
    {"plan to -9 LUFS", plan_loud}, {"plan to -23 LUFS", plan_quiet}, {"ear", ear}, {"opinion", opinion}, {"plan of the models", plan_models},
    {"quantiser", quantiser}, {"shaped dither", shaped_dither},
    {"resampler", resampler}};
}  // namespace

std::span<const Scenario> scenarios() noexcept { return kScenarios; }

}  // namespace ag06::parity
