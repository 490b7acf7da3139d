// The flat C ABI of ag06_analysis.wasm: hearing a whole song. A module of its own, so that the worklet's stays small. Conventions as in abi.h.
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
