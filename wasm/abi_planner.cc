// Deciding the Musical version and those of the models, and fitting given settings to a loudness target.
#include <array>
#include <cstring>
#include <vector>

#include "abi.h"
#include "abi_support.h"
#include "assist/planner.h"

namespace {
using ag06::assist::PlannerOptions;

constexpr int kLabelBytes = 64;
struct Style {
  std::array<double, ag06::assist::kProfileNumbers> values = ag06::assist::kBuiltInProfiles[0].values;
  std::array<char, kLabelBytes> label{'B', 'a', 'l', 'a', 'n', 'c', 'e', 'd'};
};
Style next_style;
using Genre = std::array<char, kLabelBytes>;
Genre next_genre{};

// What the planner made since clear().
struct Made final : ag06::assist::RenderedSink {
  std::array<std::vector<float>, ag06::kMaxStripChannels> planes;
  void begin() override {}
  void take(ag06::ConstAudioBlock block) override {
    for (int c = 0; c < block.channel_count; ++c) {
      std::vector<float>& plane = planes[static_cast<std::size_t>(c)];
      plane.insert(plane.end(), block.channel(c), block.channel(c) + block.frames);
    }
  }
  void clear() {
    for (std::vector<float>& plane : planes) plane.clear();
  }
  [[nodiscard]] int frames() const { return static_cast<int>(planes[0].size()); }
  [[nodiscard]] float* plane(int channel) { return channel >= 0 && channel < static_cast<int>(planes.size()) ? planes[static_cast<std::size_t>(channel)].data() : nullptr; }
};

struct PlanJob {
  Style style;
  Genre genre{};
  PlannerOptions options;
  Made rendered, mix;
  ag06::assist::Planner planner;
  ag06::analysis::Profile heard{};
  ag06::abi::PlanarBuffer buffer;
};
PlanJob& job(std::uintptr_t handle) { return ag06::abi::from_handle<PlanJob>(handle); }
PlanJob& fresh(std::uintptr_t handle) {
  PlanJob& j = job(handle);
  j.rendered.clear();
  j.mix.clear();
  return j;
}

std::uintptr_t create(PlannerOptions options, double sample_rate_hz, int channels, int max_block_frames) {
  return ag06::abi::make<PlanJob>([&](PlanJob& made) {
    made.style = next_style;
    made.style.label.back() = '\0';
    options.style = {"", made.style.label.data(), made.style.values};
    made.options = options;
    const ag06::Status status = made.planner.prepare({sample_rate_hz, channels, max_block_frames}, options);
    if (status != ag06::Status::ok) return status;
    made.buffer.prepare(channels, max_block_frames);
    made.planner.set_rendered_sink(&made.rendered);
    made.planner.set_mix_sink(&made.mix);
    return status;
  });
}

const ag06::assist::Move* move_at(std::uintptr_t planner, int index) {
  const auto moves = job(planner).planner.moves();
  return index >= 0 && index < static_cast<int>(moves.size()) ? &moves[static_cast<std::size_t>(index)] : nullptr;
}
}  // namespace

double* ag06_profile_values() { return next_style.values.data(); }
int ag06_profile_numbers() { return ag06::assist::kProfileNumbers; }
char* ag06_profile_label() { return next_style.label.data(); }
int ag06_profile_label_bytes() { return kLabelBytes; }

std::uintptr_t ag06_planner_create(double sample_rate_hz, int channels, int max_block_frames, double target_lufs, double ceiling_dbtp) {
  return ag06_planner_create_amount(sample_rate_hz, channels, max_block_frames, target_lufs, ceiling_dbtp, 1.0);
}
std::uintptr_t ag06_planner_create_amount(double sample_rate_hz, int channels, int max_block_frames, double target_lufs, double ceiling_dbtp, double amount_01) {
  return create({.target_lufs = target_lufs, .ceiling_dbtp = ceiling_dbtp, .amount_01 = amount_01}, sample_rate_hz, channels, max_block_frames);
}
std::uintptr_t ag06_planner_create_fit(double sample_rate_hz, int channels, int max_block_frames, double target_lufs, double ceiling_dbtp) {
  return create({.kind = PlannerOptions::Kind::fit_only, .target_lufs = target_lufs, .ceiling_dbtp = ceiling_dbtp}, sample_rate_hz, channels, max_block_frames);
}
int ag06_planner_set_models(std::uintptr_t planner, std::uintptr_t opinion, double tempo_bpm, double tempo_confidence_01, double energy_01) {
  PlanJob& j = job(planner);
  j.genre = next_genre;
  j.genre.back() = '\0';
  PlannerOptions options = j.options;
  options.kind = PlannerOptions::Kind::models;
  std::memcpy(&options.opinion, ag06_opinion_result(opinion), sizeof(options.opinion));
  options.context = {.tempo_bpm = tempo_bpm, .tempo_confidence_01 = tempo_confidence_01, .energy_01 = energy_01, .genre = j.genre.data()};
  return static_cast<int>(j.planner.set_options(options));
}
char* ag06_context_genre() { return next_genre.data(); }
int ag06_context_genre_bytes() { return kLabelBytes; }
void ag06_planner_destroy(std::uintptr_t planner) { delete &job(planner); }
int ag06_planner_set_param(std::uintptr_t planner, int param_id, double value) { return static_cast<int>(job(planner).planner.set_param(param_id, value)); }
float* ag06_planner_buffer(std::uintptr_t planner, int channel) { return job(planner).buffer.channel(channel); }
int ag06_planner_wants_pass(std::uintptr_t planner) { return job(planner).planner.wants_pass() ? 1 : 0; }
int ag06_planner_max_passes() { return ag06::assist::kPlannerMaxPasses; }
void ag06_planner_feed(std::uintptr_t planner, int frames) {
  PlanJob& j = fresh(planner);
  j.planner.feed(j.buffer.block(frames));
}
void ag06_planner_end_pass(std::uintptr_t planner) {
  PlanJob& j = fresh(planner);
  j.planner.end_pass();
  j.heard = j.planner.heard();
}
int ag06_planner_heard_numbers() { return ag06::analysis::kProfileResults; }
double* ag06_planner_heard(std::uintptr_t planner) { return reinterpret_cast<double*>(&job(planner).heard); }
void ag06_planner_know(std::uintptr_t planner) {
  PlanJob& j = job(planner);
  j.planner.know(j.heard);
}
int ag06_planner_rendered_frames(std::uintptr_t planner) { return job(planner).rendered.frames(); }
float* ag06_planner_rendered(std::uintptr_t planner, int channel) { return job(planner).rendered.plane(channel); }
int ag06_planner_mix_frames(std::uintptr_t planner) { return job(planner).mix.frames(); }
float* ag06_planner_mix(std::uintptr_t planner, int channel) { return job(planner).mix.plane(channel); }
int ag06_planner_takes_mix(std::uintptr_t planner) { return job(planner).planner.takes_mix() ? 1 : 0; }
void ag06_planner_feed_mix(std::uintptr_t planner, int frames) {
  PlanJob& j = fresh(planner);
  j.planner.feed_mix(j.buffer.block(frames));
}
double ag06_planner_get_param(std::uintptr_t planner, int param_id) { return job(planner).planner.param(param_id); }
int ag06_planner_move_count(std::uintptr_t planner) { return static_cast<int>(job(planner).planner.moves().size()); }
int ag06_planner_move_param(std::uintptr_t planner, int move) {
  const auto* m = move_at(planner, move);
  return m ? m->param_id : 0;
}
double ag06_planner_move_from(std::uintptr_t planner, int move) {
  const auto* m = move_at(planner, move);
  return m ? m->from : __builtin_nan("");
}
double ag06_planner_move_to(std::uintptr_t planner, int move) {
  const auto* m = move_at(planner, move);
  return m ? m->to : __builtin_nan("");
}
double ag06_planner_move_confidence(std::uintptr_t planner, int move) {
  const auto* m = move_at(planner, move);
  return m ? m->confidence_01 : __builtin_nan("");
}
const char* ag06_planner_move_reason(std::uintptr_t planner, int move) {
  const auto* m = move_at(planner, move);
  return m ? m->reason : "";
}
const char* ag06_planner_move_evidence(std::uintptr_t planner, int move) {
  const auto* m = move_at(planner, move);
  return m ? m->evidence : "";
}
int ag06_planner_note_count(std::uintptr_t planner) { return static_cast<int>(job(planner).planner.notes().size()); }
const char* ag06_planner_note(std::uintptr_t planner, int note) {
  const auto notes = job(planner).planner.notes();
  return note >= 0 && note < static_cast<int>(notes.size()) ? notes[static_cast<std::size_t>(note)] : "";
}
const double* ag06_planner_input_report(std::uintptr_t planner) { return reinterpret_cast<const double*>(&job(planner).planner.input_report()); }
const double* ag06_planner_output_report(std::uintptr_t planner) { return reinterpret_cast<const double*>(&job(planner).planner.output_report()); }
