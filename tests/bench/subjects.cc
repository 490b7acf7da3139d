#include "bench/subjects.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "analysis/loudness.h"
#include "analysis/stream_meter.h"
#include "analysis/true_peak.h"
#include "assist/planner.h"
#include "assist/song_listener.h"
#include "base/math.h"
#include "dsp/dither/quantiser.h"
#include "dsp/dynamics/compressor.h"
#include "dsp/dynamics/gain.h"
#include "dsp/dynamics/gate.h"
#include "dsp/effects/chorus.h"
#include "dsp/effects/delay.h"
#include "dsp/effects/reverb.h"
#include "dsp/eq/parametric_eq.h"
#include "dsp/limiter/true_peak_limiter.h"
#include "dsp/resample/resampler.h"
#include "dsp/saturation/exciter.h"
#include "dsp/stereo/imager.h"
#include "engine/monitor.h"
#include "engine/offline_render.h"
#include "params/params.gen.h"

namespace ag06::bench {
namespace {
namespace p = ag06::params;

constexpr StreamSpec kSpec{kSampleRateHz, 2, kQuantumFrames};
constexpr int kLoopQuanta = 7500;  // 20 s
constexpr int kWarmQuanta = 750;   // 2 s
constexpr int kRenderBlockFrames = 4096;
constexpr float kDenormal = 1e-40f;
constexpr double kFailed = __builtin_nan("");

class Copy : public Subject {
 public:
  void process(AudioBlock) noexcept override {}
};
std::unique_ptr<Subject> copy() { return std::make_unique<Copy>(); }

template <class Unit>
class UnitSubject : public Subject {
 public:
  void process(AudioBlock io) noexcept override { unit.process(io); }
  Unit unit;
};

template <class Unit>
std::unique_ptr<Subject> unit(const typename Unit::Params& params) {
  auto subject = std::make_unique<UnitSubject<Unit>>();
  if (subject->unit.prepare(kSpec) != Status::ok) return nullptr;
  subject->unit.set_params(params);
  subject->unit.reset();
  return subject;
}

dsp::ParametricEqParams six_bands(float gain_scale) {
  using dsp::EqType;
  dsp::ParametricEqParams params;
  params.bands = {{{true, EqType::high_pass, 30.0f, 0.0f, 0.707f},
                   {true, EqType::low_shelf, 100.0f, 2.0f * gain_scale, 0.707f},
                   {true, EqType::bell, 300.0f, -3.0f * gain_scale, 1.0f},
                   {true, EqType::bell, 1200.0f, 1.5f * gain_scale, 1.0f},
                   {true, EqType::bell, 4000.0f, -2.0f * gain_scale, 1.4f},
                   {true, EqType::high_shelf, 10000.0f, 3.0f * gain_scale, 0.707f}}};
  return params;
}

// The steepest slopes, corrected near Nyquist, and every other band at work: 25 biquads or so.
dsp::ParametricEqParams eight_bands() {
  using dsp::EqType;
  dsp::ParametricEqParams params = six_bands(1.0f);
  params.bands[0].slope = dsp::EqSlope::db48;
  params.bands[6] = {true, EqType::tilt, 800.0f, 2.0f, 0.707f};
  params.bands[7] = {true, EqType::low_pass, 14000.0f, 0.0f, 0.707f, dsp::EqSlope::db48};
  return params;
}

std::unique_ptr<Subject> gain() { return unit<dsp::Gain>({-3.0f}); }
std::unique_ptr<Subject> gate() { return unit<dsp::Gate>({.threshold_dbfs = -30.0f}); }
std::unique_ptr<Subject> compressor() { return unit<dsp::Compressor>({.threshold_dbfs = -24.0f, .ratio = 3.0f}); }
std::unique_ptr<Subject> compressor_vintage() {
  return unit<dsp::Compressor>({.threshold_dbfs = -24.0f, .ratio = 3.0f, .style = dsp::CompressorStyle::vintage});
}
std::unique_ptr<Subject> expander() { return unit<dsp::Gate>({.threshold_dbfs = -30.0f, .ratio = 3.0f}); }
std::unique_ptr<Subject> eq_flat() { return unit<dsp::ParametricEq>({}); }
std::unique_ptr<Subject> eq_six() { return unit<dsp::ParametricEq>(six_bands(1.0f)); }
std::unique_ptr<Subject> eq_eight() { return unit<dsp::ParametricEq>(eight_bands()); }
std::unique_ptr<Subject> limiter() { return unit<dsp::TruePeakLimiter>({.ceiling_dbtp = -6.0f}); }
std::unique_ptr<Subject> limiter_auto() { return unit<dsp::TruePeakLimiter>({.ceiling_dbtp = -6.0f, .release_ms = 20.0f, .auto_release = true}); }
std::unique_ptr<Subject> chorus() { return unit<dsp::Chorus>({.level_lin = 0.5f}); }
std::unique_ptr<Subject> delay() {
  return unit<dsp::Delay>({.feedback_ratio = 0.5f, .ping_pong_ratio = 0.6f, .duck_db = 6.0f, .level_lin = 0.5f});
}
std::unique_ptr<Subject> limiter_idle() { return unit<dsp::TruePeakLimiter>({.ceiling_dbtp = 0.0f}); }
std::unique_ptr<Subject> exciter() { return unit<dsp::Exciter>({.drive_db = 12.0f, .amount_lin = 0.5f}); }
std::unique_ptr<Subject> imager() { return unit<dsp::Imager>({.width_ratio = 1.3f, .low_width_ratio = 0.5f, .mono_below_hz = 100.0f}); }

// A quantum of 44.1 kHz in; its outputs, 139 or 140 frames, in planes of their own.
class Resampling : public Subject {
 public:
  [[nodiscard]] bool prepare() { return resampler_.prepare({44100.0, kSampleRateHz, 2}) == Status::ok; }
  void process(AudioBlock io) noexcept override {
    const int frames = resampler_.process(io, out_.slice(0, kRoomFrames));
    for (int c = 0; c < 2; ++c) std::copy_n(out_.samples[static_cast<std::size_t>(c)].begin(), std::min(frames, io.frames), io.channel(c));
  }

 private:
  static constexpr int kRoomFrames = 2 * kQuantumFrames;
  dsp::Resampler resampler_;
  test::Planes out_{2, kRoomFrames};
};
std::unique_ptr<Subject> resampling() {
  auto subject = std::make_unique<Resampling>();
  return subject->prepare() ? std::move(subject) : nullptr;
}

std::unique_ptr<Subject> reverb() { return unit<dsp::Reverb>({.level_lin = 0.25f}); }

// The worst case of the EQ: every band is always either being designed or fading.
class MovingEq : public UnitSubject<dsp::ParametricEq> {
 public:
  void process(AudioBlock io) noexcept override {
    if (++calls_ % 5 == 0) unit.set_params(six_bands(calls_ % 10 == 0 ? 1.0f : 0.5f));
    unit.process(io);
  }

 private:
  int calls_ = 0;
};
std::unique_ptr<Subject> eq_moving() {
  auto subject = std::make_unique<MovingEq>();
  if (subject->unit.prepare(kSpec) != Status::ok) return nullptr;
  return subject;
}

std::unique_ptr<Subject> chain_off() {
  auto subject = std::make_unique<UnitSubject<engine::Session>>();
  return subject->unit.prepare(kSpec) == Status::ok ? std::move(subject) : nullptr;
}
std::unique_ptr<Subject> chain_on() {
  auto subject = std::make_unique<UnitSubject<engine::Session>>();
  if (subject->unit.prepare(kSpec) != Status::ok || !turn_everything_on(subject->unit)) return nullptr;
  return subject;
}

class Listening : public UnitSubject<engine::Monitor> {
 public:
  void process(AudioBlock io) noexcept override {
    unit.process(io);
    if (++calls_ % 12 != 0) return;  // the page asks 30 times a second
    const double momentary_lufs = static_cast<double>(unit.take_telemetry().momentary_lufs);
    if (is_finite(momentary_lufs)) sum_lufs_ += momentary_lufs;
  }
  [[nodiscard]] double reading() noexcept override { return sum_lufs_; }

 private:
  int calls_ = 0;
  double sum_lufs_ = 0.0;
};
std::unique_ptr<Subject> listening() {
  auto subject = std::make_unique<Listening>();
  if (subject->unit.prepare(kSpec) != Status::ok || !turn_everything_on(subject->unit.session())) return nullptr;
  return subject;
}

[[nodiscard]] double reading_of(analysis::LoudnessMeter& meter) noexcept { return meter.short_term_lufs(); }
[[nodiscard]] double reading_of(analysis::TruePeakMeter& meter) noexcept { return meter.max_dbtp(); }
[[nodiscard]] double reading_of(analysis::StreamMeter&) noexcept { return 0.0; }  // only at the stream's end

template <class Meter>
class MeterSubject : public Subject {
 public:
  void process(AudioBlock io) noexcept override { meter.process(io); }
  [[nodiscard]] double reading() noexcept override {
    const double value = reading_of(meter);
    return is_finite(value) ? value : 0.0;
  }
  Meter meter;
};
template <class Meter>
std::unique_ptr<Subject> meter() {
  auto subject = std::make_unique<MeterSubject<Meter>>();
  if (subject->meter.prepare(kSpec) != Status::ok) return nullptr;
  return subject;
}

constexpr Entry kEntries[] = {{"copy of the input (in every row)", Input::music, copy},
                              {"gain", Input::music, gain},
                              {"gate", Input::music, gate},
                              {"gate, expanding", Input::music, expander},
                              {"compressor", Input::music, compressor},
                              {"compressor, vintage", Input::music, compressor_vintage},
                              {"compressor, vintage, silence", Input::silence_after_music, compressor_vintage},
                              {"eq, flat", Input::music, eq_flat},
                              {"eq, 6 bands", Input::music, eq_six},
                              {"eq, 8 bands, steep", Input::music, eq_eight},
                              {"eq, 6 bands always moving", Input::music, eq_moving},
                              {"eq, 6 bands, silence", Input::silence_after_music, eq_six},
                              {"limiter, limiting", Input::music, limiter},
                              {"limiter, limiting, silence", Input::silence_after_music, limiter},
                              {"limiter, automatic release", Input::music, limiter_auto},
                              {"limiter, peaks below ceiling", Input::music, limiter_idle},
                              {"resampler, 44.1 to 48 kHz", Input::music, resampling},
                              {"exciter", Input::music, exciter},
                              {"exciter, silence", Input::silence_after_music, exciter},
                              {"imager, bands and mono bass", Input::music, imager},
                              {"imager, bands and mono bass, silence", Input::silence_after_music, imager},
                              {"delay", Input::music, delay},
                              {"delay, silence", Input::silence_after_music, delay},
                              {"chorus, 3 voices", Input::music, chorus},
                              {"chorus, 3 voices, silence", Input::silence_after_music, chorus},
                              {"reverb, hall", Input::music, reverb},
                              {"reverb, hall, silence", Input::silence_after_music, reverb},
                              {"chain, everything off", Input::music, chain_off},
                              {"chain, everything on", Input::music, chain_on},
                              {"chain, everything on, silence", Input::silence_after_music, chain_on},
                              {"chain, everything on, denormals", Input::denormals_after_music, chain_on},
                              {"listening: chain, A/B and meters", Input::music, listening},
                              {"listening: chain, A/B and meters, silence", Input::silence_after_music, listening},
                              {"loudness meter", Input::music, meter<analysis::LoudnessMeter>},
                              {"true-peak meter", Input::music, meter<analysis::TruePeakMeter>},
                              {"stream meter", Input::music, meter<analysis::StreamMeter>}};

}  // namespace

bool turn_everything_on(engine::Session& session) {
  struct Setting {
    int id;
    double value;
  };
  const Setting settings[] = {{p::kInputGainDb, 1.0},    {p::kGateEnabled, 1.0},         {p::kGateThresholdDbfs, -50.0}, {p::kCompEnabled, 1.0},
                              {p::kCompThresholdDbfs, -24.0}, {p::kCompRatio, 3.0}, {p::kEqEnabled, 1.0},         {p::kOutputGainDb, 4.0},
                              {p::kLimiterEnabled, 1.0},     {p::kDelayEnabled, 1.0},        {p::kDelayPingPongRatio, 0.5},   {p::kDelayDuckDb, 6.0},
                              {p::kChorusEnabled, 1.0},      {p::kReverbEnabled, 1.0},       {p::kImagerEnabled, 1.0},        {p::kImagerLowWidthRatio, 0.5},
                              {p::kImagerHighWidthRatio, 1.2}, {p::kImagerMonoBelowHz, 100.0}, {p::kExciterEnabled, 1.0}};
  for (const Setting& setting : settings)
    if (session.set_param(setting.id, setting.value) != Status::ok) return false;
  const dsp::ParametricEqParams eq = eight_bands();
  for (int b = 0; b < dsp::kEqBands; ++b) {
    const dsp::EqBand& band = eq.bands[static_cast<std::size_t>(b)];
    const int first_id = p::kEq1Enabled + 10 * b;  // enabled, type, frequency, gain, Q, slope
    const double values[] = {1.0, static_cast<double>(band.type), static_cast<double>(band.freq_hz), static_cast<double>(band.gain_db), static_cast<double>(band.q),
                             static_cast<double>(band.slope)};
    for (int k = 0; k < 6; ++k)
      if (session.set_param(first_id + k, values[k]) != Status::ok) return false;
  }
  session.reset();
  return true;
}

std::span<const Entry> entries() noexcept { return kEntries; }

Bench::Bench() : music_(test::music(2, kLoopQuanta * kQuantumFrames, kSampleRateHz, 1.0, 17)), work_(2, kRenderBlockFrames) {}

bool Bench::prepare(int entry) {
  const Entry& chosen = entries()[static_cast<std::size_t>(entry)];
  subject_ = chosen.make();
  if (!subject_) return false;
  input_ = Input::music;
  at_ = 0;
  if (run(kWarmQuanta) < 0.0) return false;
  input_ = chosen.input;
  return true;
}

double Bench::run(int quanta) noexcept {
  double checksum = 0.0;
  const AudioBlock io = work_.slice(0, kQuantumFrames);
  for (int q = 0; q < quanta; ++q) {
    for (std::size_t c = 0; c < 2; ++c) {
      const float* from = music_.samples[c].data() + at_;
      if (input_ == Input::music) {
        std::copy_n(from, kQuantumFrames, work_.samples[c].begin());
      } else {
        std::fill_n(work_.samples[c].begin(), kQuantumFrames, input_ == Input::denormals_after_music ? kDenormal : 0.0f);
      }
    }
    subject_->process(io);
    const double newest = static_cast<double>(work_.samples[0][kQuantumFrames - 1]);
    checksum += newest * newest;
    at_ = (at_ + kQuantumFrames) % (kLoopQuanta * kQuantumFrames);
  }
  const double reading = subject_->reading();
  return checksum + reading * reading;
}

template <class Use>
void Bench::stream(double song_s, Use&& use) {
  const auto song_frames = static_cast<std::int64_t>(song_s * kSampleRateHz);
  for (std::int64_t at = 0; at < song_frames;) {
    const int from = static_cast<int>(at % (kLoopQuanta * kQuantumFrames));
    const int frames = static_cast<int>(std::min<std::int64_t>({song_frames - at, kRenderBlockFrames, kLoopQuanta * kQuantumFrames - from}));
    for (std::size_t c = 0; c < 2; ++c) std::copy_n(music_.samples[c].data() + from, frames, work_.samples[c].data());
    use(work_.slice(0, frames));
    at += frames;
  }
}

double Bench::analyse(double song_s) {
  assist::SongListener listener;
  if (listener.prepare({kSampleRateHz, 2, kRenderBlockFrames}, song_s) != Status::ok) return kFailed;
  stream(song_s, [&](AudioBlock block) { listener.process(block); });
  const assist::SongReport report = listener.finish();
  const analysis::SongAnalysis& heard = report.heard;
  double checksum = heard.stream.integrated_lufs + heard.spectrum.centroid_hz + heard.stereo.width + static_cast<double>(report.suggestions.size());
  for (const double beat_s : heard.rhythm.beats_s) checksum += beat_s;
  for (const double share : heard.tonality.chroma) checksum += share * share;
  return checksum;
}

double Bench::render(double song_s) {
  const StreamSpec spec{kSampleRateHz, 2, kRenderBlockFrames};
  assist::Planner planner;
  if (planner.prepare(spec, {}) != Status::ok) return kFailed;
  while (planner.wants_pass()) {
    stream(song_s, [&](AudioBlock block) { planner.feed(block); });
    planner.end_pass();
  }
  engine::OfflineRender render;
  if (render.prepare(spec) != Status::ok) return kFailed;
  for (const p::Parameter& parameter : p::kTable)
    if (render.session().set_param(parameter.id, planner.param(parameter.id)) != Status::ok) return kFailed;
  dsp::Quantiser quantiser;
  if (quantiser.prepare(24, 2, 1u) != Status::ok) return kFailed;
  std::vector<std::int32_t> pcm(2 * static_cast<std::size_t>(kRenderBlockFrames));
  double checksum = 0.0;
  const auto quantise = [&](ConstAudioBlock out) {
    if (out.frames == 0) return;
    quantiser.process(out, pcm.data());
    checksum += static_cast<double>(pcm[0]) * static_cast<double>(pcm[0]);
  };
  render.begin();
  stream(song_s, [&](AudioBlock block) { quantise(render.push(block)); });
  for (ConstAudioBlock rest = render.pull_rest(); rest.frames > 0; rest = render.pull_rest()) quantise(rest);
  return checksum + song_s * kSampleRateHz;
}

}  // namespace ag06::bench
