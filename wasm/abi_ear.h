// The part of ag06_analysis.wasm that hears excerpts of a song as the trained models do: assist/ear.h. Conventions as in abi.h.
#pragma once

#include "abi.h"

// Frames as doubles: a song may have more than an int holds.
AG06_EXPORT(ag06_excerpt_count) int ag06_excerpt_count(double song_frames, double sample_rate_hz);
AG06_EXPORT(ag06_excerpt_start) double ag06_excerpt_start(double song_frames, double sample_rate_hz, int index);
AG06_EXPORT(ag06_excerpt_frames) int ag06_excerpt_frames(double sample_rate_hz);

// Mono or stereo. Everything is allocated here.
AG06_EXPORT(ag06_ear_create) std::uintptr_t ag06_ear_create(double sample_rate_hz, int channels, int max_block_frames);
AG06_EXPORT(ag06_ear_destroy) void ag06_ear_destroy(std::uintptr_t ear);
// Before each excerpt but the first.
AG06_EXPORT(ag06_ear_reset) void ag06_ear_reset(std::uintptr_t ear);
AG06_EXPORT(ag06_ear_buffer) float* ag06_ear_buffer(std::uintptr_t ear, int channel);
AG06_EXPORT(ag06_ear_process) void ag06_ear_process(std::uintptr_t ear, int frames);
// Ends the excerpt; then its features are final.
AG06_EXPORT(ag06_ear_finish) void ag06_ear_finish(std::uintptr_t ear);
AG06_EXPORT(ag06_ear_mel) const float* ag06_ear_mel(std::uintptr_t ear);
AG06_EXPORT(ag06_ear_heard) const float* ag06_ear_heard(std::uintptr_t ear);
AG06_EXPORT(ag06_ear_mel_numbers) int ag06_ear_mel_numbers();
AG06_EXPORT(ag06_ear_heard_numbers) int ag06_ear_heard_numbers();
