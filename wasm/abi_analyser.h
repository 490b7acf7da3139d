// The flat C ABI of ag06_analysis.wasm: hearing a whole song, and what the trained models are given of it. A module of its own, so that the worklet's stays
// small. Conventions as in abi.h.
#pragma once

#include <cstdint>

#include "abi.h"

// The shape of the JSON and the meaning of its figures; a page re-reads songs analysed under another number.
inline constexpr int kAnalysisVersion = 1;
AG06_EXPORT(ag06_analysis_version) int ag06_analysis_version();

// Mono or stereo. Of a song longer than max_duration_s the rest counts for loudness and peaks only. Everything is allocated here.
AG06_EXPORT(ag06_analyser_create)
std::uintptr_t ag06_analyser_create(double sample_rate_hz, int channels, int max_block_frames, double max_duration_s);
AG06_EXPORT(ag06_analyser_destroy) void ag06_analyser_destroy(std::uintptr_t analyser);
AG06_EXPORT(ag06_analyser_buffer) float* ag06_analyser_buffer(std::uintptr_t analyser, int channel);
AG06_EXPORT(ag06_analyser_process) void ag06_analyser_process(std::uintptr_t analyser, int frames);
// Ends the stream and draws the conclusions: seconds for an hour of music. JSON as `ag06 analyze --json`, UTF-8, null-terminated; the handle
// owns it.
AG06_EXPORT(ag06_analyser_finish) const char* ag06_analyser_finish(std::uintptr_t analyser);
AG06_EXPORT(ag06_analyser_json_bytes) int ag06_analyser_json_bytes(std::uintptr_t analyser);
// Columns x bands bytes, a column's bands from low to high one after the other; 0 = -100 dB or below .. 255 = 0 dB re full-scale sine.
AG06_EXPORT(ag06_analyser_spectrogram) const std::uint8_t* ag06_analyser_spectrogram(std::uintptr_t analyser);
AG06_EXPORT(ag06_analyser_spectrogram_columns) int ag06_analyser_spectrogram_columns(std::uintptr_t analyser);
AG06_EXPORT(ag06_analyser_spectrogram_bands) int ag06_analyser_spectrogram_bands(std::uintptr_t analyser);
AG06_EXPORT(ag06_analyser_spectrogram_step_s) double ag06_analyser_spectrogram_step_s(std::uintptr_t analyser);

// --- excerpts and the ear: what the models are given (core/assist/ear.h) -----------------------------------------------------
// Frames at the song's rate; starts are whole numbers.
AG06_EXPORT(ag06_excerpt_count) int ag06_excerpt_count(double frames, double rate_hz);
AG06_EXPORT(ag06_excerpt_start) double ag06_excerpt_start(double frames, double rate_hz, int index);
AG06_EXPORT(ag06_excerpt_frames) int ag06_excerpt_frames(double rate_hz);
// Mono or stereo. One excerpt after the other: _reset, _process until it is in, _finish; then mel and heard stand in their buffers until the next _finish.
AG06_EXPORT(ag06_ear_create) std::uintptr_t ag06_ear_create(double sample_rate_hz, int channels, int max_block_frames);
AG06_EXPORT(ag06_ear_destroy) void ag06_ear_destroy(std::uintptr_t ear);
AG06_EXPORT(ag06_ear_reset) void ag06_ear_reset(std::uintptr_t ear);
AG06_EXPORT(ag06_ear_buffer) float* ag06_ear_buffer(std::uintptr_t ear, int channel);
AG06_EXPORT(ag06_ear_process) void ag06_ear_process(std::uintptr_t ear, int frames);
AG06_EXPORT(ag06_ear_finish) void ag06_ear_finish(std::uintptr_t ear);
// [2][mel bands][mel frames] and [heard numbers].
AG06_EXPORT(ag06_ear_mel) const float* ag06_ear_mel(std::uintptr_t ear);
AG06_EXPORT(ag06_ear_heard) const float* ag06_ear_heard(std::uintptr_t ear);
AG06_EXPORT(ag06_ear_mel_numbers) int ag06_ear_mel_numbers();
AG06_EXPORT(ag06_ear_heard_numbers) int ag06_ear_heard_numbers();
