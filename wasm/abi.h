// The flat C ABI of ag06.wasm: what the worklet and the workers call. Not an API for C++ callers, who use core/ directly.
//
// Memory is fixed and exported as "memory"; audio goes through planar float buffers owned by the handles, whose addresses
// never change while a handle lives. Handles are non-zero; 0 means the arguments were refused: ask ag06_last_status().
// Running out of memory traps.
// Every status is the integer of ag06::Status. No imports. One thread per instance.
// NaN stands for "cannot be measured".
#pragma once

#include <cstdint>

#define AG06_EXPORT(name) extern "C" __attribute__((export_name(#name)))

inline constexpr int kAbiVersion = 3;

// --- the module ---------------------------------------------------------------------------------------------------
AG06_EXPORT(ag06_abi_version) int ag06_abi_version();
AG06_EXPORT(ag06_params_hash_high) std::uint32_t ag06_params_hash_high();
AG06_EXPORT(ag06_params_hash_low) std::uint32_t ag06_params_hash_low();
AG06_EXPORT(ag06_last_status) int ag06_last_status();

// --- session: the chain with its monitor path (original / processed crossfade, match gain, meters of what is heard) ----------
// channels 1 or 2; max_block_frames is the capacity of the buffers; latency_mode as ag06::engine::LatencyMode: 0 studio, 1 live.
AG06_EXPORT(ag06_session_create) std::uintptr_t ag06_session_create(double sample_rate_hz, int channels, int max_block_frames, int latency_mode);
AG06_EXPORT(ag06_session_destroy) void ag06_session_destroy(std::uintptr_t session);
// Clears all state and lands every smoothed value on its target; parameters and monitor settings stay.
AG06_EXPORT(ag06_session_reset) void ag06_session_reset(std::uintptr_t session);
AG06_EXPORT(ag06_session_set_param) int ag06_session_set_param(std::uintptr_t session, int param_id, double value);
AG06_EXPORT(ag06_session_get_param) double ag06_session_get_param(std::uintptr_t session, int param_id);
// The buffer of a channel: write input there, call process, read the monitored output from the same place.
AG06_EXPORT(ag06_session_buffer) float* ag06_session_buffer(std::uintptr_t session, int channel);
// processed 0: the original (latency-matched), 1: the chain's output. A change crossfades over 8 ms.
AG06_EXPORT(ag06_session_set_monitor) void ag06_session_set_monitor(std::uintptr_t session, int processed, double original_gain_db, double processed_gain_db);
AG06_EXPORT(ag06_session_process) void ag06_session_process(std::uintptr_t session, int frames);
AG06_EXPORT(ag06_session_latency_frames) int ag06_session_latency_frames(std::uintptr_t session);
// Clears the loudness and true-peak history of the meters only.
AG06_EXPORT(ag06_session_reset_meters) void ag06_session_reset_meters(std::uintptr_t session);
// Refreshes and returns ag06::engine::Telemetry as kTelemetryFloats floats, in the order of engine/telemetry.h.
AG06_EXPORT(ag06_session_telemetry) const float* ag06_session_telemetry(std::uintptr_t session);

// --- meter: measures a whole stream (import, and re-measuring a render) --------------------------------------------
AG06_EXPORT(ag06_meter_create) std::uintptr_t ag06_meter_create(double sample_rate_hz, int channels, int max_block_frames);
AG06_EXPORT(ag06_meter_destroy) void ag06_meter_destroy(std::uintptr_t meter);
AG06_EXPORT(ag06_meter_buffer) float* ag06_meter_buffer(std::uintptr_t meter, int channel);
AG06_EXPORT(ag06_meter_process) void ag06_meter_process(std::uintptr_t meter, int frames);
// Ends the stream (loudness range pads silence); then the results are final. Returns kMeterResults doubles in the order of
// analysis/stream_report.h: integrated, momentary max, short-term max [LUFS], range [LU], true peak [dBTP], sample peak, rms [dBFS], crest [dB], ...
AG06_EXPORT(ag06_meter_finish) const double* ag06_meter_finish(std::uintptr_t meter);

// --- mixing profiles -----------------------------------------------------------------------------------------------------
// What the next ag06_planner_create takes: kProfileNumbers numbers in the order of core/assist/profiles/profiles.json, and the name that reasons
// give it, null-terminated ASCII in ag06_profile_label_bytes() bytes. The balanced profile until written.
AG06_EXPORT(ag06_profile_values) double* ag06_profile_values();
AG06_EXPORT(ag06_profile_numbers) int ag06_profile_numbers();
AG06_EXPORT(ag06_profile_label) char* ag06_profile_label();
AG06_EXPORT(ag06_profile_label_bytes) int ag06_profile_label_bytes();

// --- the settings that trained models predict: the table of assist/model_settings.h -------------------------------------------
// Null-terminated ASCII; a setting that does not exist has empty texts, parameter -1 and the number 0.
AG06_EXPORT(ag06_setting_count) int ag06_setting_count();
AG06_EXPORT(ag06_setting_id) const char* ag06_setting_id(int setting);
AG06_EXPORT(ag06_setting_label) const char* ag06_setting_label(int setting);
AG06_EXPORT(ag06_setting_param) int ag06_setting_param(int setting);
AG06_EXPORT(ag06_setting_neutral) double ag06_setting_neutral(int setting);
// The parameter's real unit at a position from 0 to 1.
AG06_EXPORT(ag06_setting_value) double ag06_setting_value(int setting, double position_01);

// --- opinion: what the models say of a song, put together ------------------------------------------------------------------
// core/assist/opinion.h says how. models 1..kMaxOpinionModels, excerpts 1..kMaxOpinionExcerpts. Every table is row by row and written by the caller before
// _form: settings and spreads as the models gave them, weights and calibration with a row per model, fallback and prior_spread as models/registry.json has
// them. Of a fresh handle weights, fallback and prior_spread are 0, calibration is 1.
inline constexpr int kMaxOpinionModels = 16;
inline constexpr int kMaxOpinionExcerpts = 64;
AG06_EXPORT(ag06_opinion_create) std::uintptr_t ag06_opinion_create(int models, int excerpts);
AG06_EXPORT(ag06_opinion_destroy) void ag06_opinion_destroy(std::uintptr_t opinion);
// [models][excerpts][10]
AG06_EXPORT(ag06_opinion_settings) float* ag06_opinion_settings(std::uintptr_t opinion);
AG06_EXPORT(ag06_opinion_spreads) float* ag06_opinion_spreads(std::uintptr_t opinion);
// [models][10]
AG06_EXPORT(ag06_opinion_weights) double* ag06_opinion_weights(std::uintptr_t opinion);
AG06_EXPORT(ag06_opinion_calibration) double* ag06_opinion_calibration(std::uintptr_t opinion);
// [10]
AG06_EXPORT(ag06_opinion_fallback) double* ag06_opinion_fallback(std::uintptr_t opinion);
AG06_EXPORT(ag06_opinion_prior_spread) double* ag06_opinion_prior_spread(std::uintptr_t opinion);
AG06_EXPORT(ag06_opinion_form) void ag06_opinion_form(std::uintptr_t opinion);
// [4][10]: setting, spread, disagreement, confidence; before _form: neutral and nothing heard.
AG06_EXPORT(ag06_opinion_result) const double* ag06_opinion_result(std::uintptr_t opinion);

// --- planner: decides a version of a song, pass by pass ---------------------------------------------------
// target_lufs NaN: leave the loudness as the chain makes it.
AG06_EXPORT(ag06_planner_create) std::uintptr_t ag06_planner_create(double sample_rate_hz, int channels, int max_block_frames, double target_lufs, double ceiling_dbtp);
// The same, with amount_01 of the moves of tone, dynamics and effects.
AG06_EXPORT(ag06_planner_create_amount)
std::uintptr_t ag06_planner_create_amount(double sample_rate_hz, int channels, int max_block_frames, double target_lufs, double ceiling_dbtp, double amount_01);
// Fits only output level and limiter of given settings to the target: call set_param for all parameters first, then run the passes.
AG06_EXPORT(ag06_planner_create_fit) std::uintptr_t ag06_planner_create_fit(double sample_rate_hz, int channels, int max_block_frames, double target_lufs, double ceiling_dbtp);
// Before the end of the first pass: the models decide. opinion: formed, may be destroyed afterwards. tempo_bpm NaN or 0, energy_01 NaN: not known.
AG06_EXPORT(ag06_planner_set_models)
int ag06_planner_set_models(std::uintptr_t planner, std::uintptr_t opinion, double tempo_bpm, double tempo_confidence_01, double energy_01);
// The name that the next ag06_planner_set_models gives the song's genre in its texts, null-terminated ASCII in ag06_context_genre_bytes() bytes; "" until written.
AG06_EXPORT(ag06_context_genre) char* ag06_context_genre();
AG06_EXPORT(ag06_context_genre_bytes) int ag06_context_genre_bytes();
AG06_EXPORT(ag06_planner_destroy) void ag06_planner_destroy(std::uintptr_t planner);
AG06_EXPORT(ag06_planner_set_param) int ag06_planner_set_param(std::uintptr_t planner, int param_id, double value);
AG06_EXPORT(ag06_planner_buffer) float* ag06_planner_buffer(std::uintptr_t planner, int channel);
// 1 while another pass over the whole stream is wanted.
AG06_EXPORT(ag06_planner_wants_pass) int ag06_planner_wants_pass(std::uintptr_t planner);
AG06_EXPORT(ag06_planner_max_passes) int ag06_planner_max_passes();
AG06_EXPORT(ag06_planner_feed) void ag06_planner_feed(std::uintptr_t planner, int frames);
AG06_EXPORT(ag06_planner_end_pass) void ag06_planner_end_pass(std::uintptr_t planner);
// What the first pass heard of the song, ag06_planner_heard_numbers() numbers to keep once it has ended. Another planner of the same song takes them, written here, instead of
// its own first pass: ag06_planner_know.
AG06_EXPORT(ag06_planner_heard_numbers) int ag06_planner_heard_numbers();
AG06_EXPORT(ag06_planner_heard) double* ag06_planner_heard(std::uintptr_t planner);
AG06_EXPORT(ag06_planner_know) void ag06_planner_know(std::uintptr_t planner);
// What the last feed or end_pass rendered of the whole song: none in passes that only listen. The latest rendering pass is what the final settings give.
AG06_EXPORT(ag06_planner_rendered_frames) int ag06_planner_rendered_frames(std::uintptr_t planner);
AG06_EXPORT(ag06_planner_rendered) float* ag06_planner_rendered(std::uintptr_t planner, int channel);
// What the last feed or end_pass made of the mix, before output level and limiter: none in passes fed with it. ag06_planner_takes_mix: 1 while all of it, since the beginning of the
// latest pass that made it, may be fed to the next pass in place of the song.
AG06_EXPORT(ag06_planner_mix_frames) int ag06_planner_mix_frames(std::uintptr_t planner);
AG06_EXPORT(ag06_planner_mix) float* ag06_planner_mix(std::uintptr_t planner, int channel);
AG06_EXPORT(ag06_planner_takes_mix) int ag06_planner_takes_mix(std::uintptr_t planner);
AG06_EXPORT(ag06_planner_feed_mix) void ag06_planner_feed_mix(std::uintptr_t planner, int frames);
AG06_EXPORT(ag06_planner_get_param) double ag06_planner_get_param(std::uintptr_t planner, int param_id);
AG06_EXPORT(ag06_planner_move_count) int ag06_planner_move_count(std::uintptr_t planner);
AG06_EXPORT(ag06_planner_move_param) int ag06_planner_move_param(std::uintptr_t planner, int move);
AG06_EXPORT(ag06_planner_move_from) double ag06_planner_move_from(std::uintptr_t planner, int move);
AG06_EXPORT(ag06_planner_move_to) double ag06_planner_move_to(std::uintptr_t planner, int move);
AG06_EXPORT(ag06_planner_move_confidence) double ag06_planner_move_confidence(std::uintptr_t planner, int move);
// Null-terminated ASCII, valid until the planner is destroyed.
AG06_EXPORT(ag06_planner_move_reason) const char* ag06_planner_move_reason(std::uintptr_t planner, int move);
AG06_EXPORT(ag06_planner_move_evidence) const char* ag06_planner_move_evidence(std::uintptr_t planner, int move);
AG06_EXPORT(ag06_planner_note_count) int ag06_planner_note_count(std::uintptr_t planner);
AG06_EXPORT(ag06_planner_note) const char* ag06_planner_note(std::uintptr_t planner, int note);
// kMeterResults doubles of the input (after the first pass) and of the output (after the last).
AG06_EXPORT(ag06_planner_input_report) const double* ag06_planner_input_report(std::uintptr_t planner);
AG06_EXPORT(ag06_planner_output_report) const double* ag06_planner_output_report(std::uintptr_t planner);

// --- sample-rate conversion -----------------------------------------------------------------------------------------------
// process() takes at most max_block_frames from the inputs and returns how many frames now stand in the outputs; after the last, drain() until it
// returns 0. In all round(frames * out_rate_hz / in_rate_hz) frames, the first at the input's first instant.
AG06_EXPORT(ag06_resampler_create) std::uintptr_t ag06_resampler_create(double in_rate_hz, double out_rate_hz, int channels, int max_block_frames);
AG06_EXPORT(ag06_resampler_destroy) void ag06_resampler_destroy(std::uintptr_t resampler);
AG06_EXPORT(ag06_resampler_input) float* ag06_resampler_input(std::uintptr_t resampler, int channel);
AG06_EXPORT(ag06_resampler_output) const float* ag06_resampler_output(std::uintptr_t resampler, int channel);
AG06_EXPORT(ag06_resampler_output_capacity) int ag06_resampler_output_capacity(std::uintptr_t resampler);
AG06_EXPORT(ag06_resampler_process) int ag06_resampler_process(std::uintptr_t resampler, int frames);
AG06_EXPORT(ag06_resampler_drain) int ag06_resampler_drain(std::uintptr_t resampler);

// --- export: float to integer PCM -----------------------------------------------------------------------------------
// bits 16 (TPDF dither, seeded; shaped 1: its noise where the ear hears least at that rate) or 24 (rounded, no dither). Values are written as int32 in the format's own range.
AG06_EXPORT(ag06_quantiser_create) std::uintptr_t ag06_quantiser_create(int bits, int channels, int max_block_frames, std::uint32_t seed, int shaped, double sample_rate_hz);
AG06_EXPORT(ag06_quantiser_destroy) void ag06_quantiser_destroy(std::uintptr_t quantiser);
AG06_EXPORT(ag06_quantiser_input) float* ag06_quantiser_input(std::uintptr_t quantiser, int channel);
AG06_EXPORT(ag06_quantiser_process) void ag06_quantiser_process(std::uintptr_t quantiser, int frames);
// Interleaved int32, frames * channels.
AG06_EXPORT(ag06_quantiser_output) const std::int32_t* ag06_quantiser_output(std::uintptr_t quantiser);
// Samples that had to be clipped to the integer range since creation.
AG06_EXPORT(ag06_quantiser_clipped) double ag06_quantiser_clipped(std::uintptr_t quantiser);
