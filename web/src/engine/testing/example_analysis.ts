/** A made-up song of two minutes at 120 BPM in A minor, as core/analysis would tell of it; for tests. Never part of the page. */
import { BAND_NAMES, FEATURE_NAMES, readAnalysis, type Heard } from "../../protocol/analysis";

const DURATION_S = 120;
const series = (count: number, at: (i: number) => number): number[] => Array.from({ length: count }, (_, i) => Number(at(i).toFixed(4)));

/** The JSON as it comes from the analyser; a new one each time, so that tests may spoil it. */
export function exampleAnalysisJson() {
  const chords = ["Am", "F", "C", "G"];
  return {
    duration_s: DURATION_S,
    loudness: {
      integrated_lufs: -13.4, momentary_max_lufs: -9.1, short_term_max_lufs: -10.8, range_lu: 6.2, true_peak_dbtp: -0.3, sample_peak_dbfs: -0.5, plr_db: 13.1,
      history: { step_s: 0.5, short_term_lufs: [null, null, ...series(238, (i) => -14 + 3 * Math.sin(i / 30))], momentary_max_lufs: [null, ...series(239, (i) => -12 + 3 * Math.sin(i / 30))] },
    },
    dynamics: {
      rms_dbfs: -15.8, crest_factor_db: 13.9, dynamic_range_db: 8.7, noise_floor_lufs: -58.2, dc_offset_ratio: 0.0003, macro_dynamics_lu: 5.4, micro_dynamics_db: 10.6, attack_slope_db_per_ms: 1.3, transient_ratio: 0.34,
      compressor: { threshold_dbfs: -18.5, ratio: 2.1, attack_ms: 14, release_ms: 110 }, suggestions: ["A gentle ratio of 2.1:1 from -18.5 dBFS would even out the verses."],
    },
    spectrum: {
      bands: { sub_bass: 0.08, bass: 0.34, low_mids: 0.22, mids: 0.21, upper_mids: 0.09, highs: 0.05, air: 0.01 } as Record<string, number | null>,
      dominant_frequencies_hz: [82.4, 110, 164.8, 440],
      problems: [{ frequency_hz: 315, kind: "mud", excess_db: 3.1, q: 1.4, advice: "Take 2 to 3 dB back around 315 Hz." }, { frequency_hz: 50, kind: "hum", excess_db: 9.4, q: 12, advice: "Notch 50 Hz and its harmonics." }],
      centroid_hz: 2140, rolloff_hz: 6120, bandwidth_hz: 2480, flatness: 0.11, flux: 0.22, zero_crossing_rate: 0.061,
      mfcc_mean: series(13, (i) => -i * 3 + 12), mfcc_deviation: series(13, (i) => 8 - i / 2),
      curve: {
        frequencies_hz: series(61, (i) => 20 * 2 ** (i / 6)), level_db: [...series(59, (i) => -24 - i * 0.5 + 3 * Math.exp(-((i - 24) ** 2) / 8)), null, null],
        target_db: series(61, (i) => -24 - i * 0.5), target: "rock",
      },
    },
    stereo: {
      width: 0.31, correlation: 0.62, correlation_min: -0.12, balance_db: 0.2, mono_loss_db: 0.5,
      bands: Object.fromEntries(BAND_NAMES.map((name, i) => [name, { width: 0.05 + 0.06 * i, correlation: 0.98 - 0.12 * i }])) as Record<string, unknown>,
    },
    rhythm: {
      tempo_bpm: 120.02 as number | null, tempo_confidence: 0.91, alternative_tempo_bpm: 60.01, beats_s: series(240, (i) => 0.25 + 0.5 * i), downbeats_s: series(60, (i) => 0.25 + 2 * i),
      onsets_s: series(480, (i) => 0.25 + 0.25 * i), time_signature: "4/4", meter_confidence: 0.82, onset_rate_hz: 3.9, pulse_clarity: 0.71, tempo_stability: 0.97, swing_ratio: 1.02,
    },
    tonality: {
      key: "A", mode: "minor", key_confidence: 0.84, tuning_hz: 440.3, chroma: [0.14, 0.02, 0.09, 0.02, 0.16, 0.08, 0.02, 0.11, 0.02, 0.21, 0.03, 0.1], tonal_clarity: 0.73, harmonic_change_hz: 0.41,
      chords: Array.from({ length: 60 }, (_, i) => ({ start_s: 2 * i, end_s: 2 * i + 2, chord: i === 0 ? null : chords[i % 4] as string, confidence: 0.5 + (i % 5) / 10 })),
    },
    structure: {
      sections: [["intro", "A", 0, 16, -19], ["verse", "B", 16, 48, -15], ["chorus", "C", 48, 72, -11.5], ["verse", "B", 72, 96, -14.8], ["chorus", "C", 96, 112, -11.2], ["outro", "A", 112, 120, null]]
        .map(([kind, group, start, end, lufs]) => ({ start_s: start, end_s: end, group, kind, confidence: 0.7, loudness_lufs: lufs })),
      repetition: 0.63,
    },
    music: Object.fromEntries(FEATURE_NAMES.map((name, i) => [name, name === "liveness" ? null : (i * 37) % 100 / 100])) as Record<string, number | null>,
    style: { compression: "modern", eq: "warm", reverb: "room", decay_s: 0.62 },
    genre: { label: "rock", confidence: 0.81, scores: { speech: 0, rock: 0.81, jazz: 0.02, electronic: 0.08, classical: 0, pop: 0.07, ballad: 0.02 } },
    voice: { speech_ratio: 0.01 },
    patterns: ["rhythmic", "tonal"],
    defects: [{ kind: "clipping", severity: 0.4, value: 120, level_db: -0.1, places_s: [12.3, 61.2], detail: "120 samples are clipped at -0.1 dBFS" }],
    suggestions: [
      { type: "eq", title: "Take back the mud", description: "A wide cut in the low mids.", parameters: { "eq.3.gain_db": -2.5, "eq.3.freq_hz": 315, "eq.3.q": 1.4 } as Record<string, number>, priority: 1, confidence: 0.7,
        reasoning: "315 Hz lies 3.1 dB over what rock usually has.", cause: "mud" },
      { type: "advice", title: "Ask for another bounce", description: "Clipped tops cannot be brought back.", parameters: {}, priority: 2, confidence: 0.9, reasoning: "120 samples are clipped.", cause: "clipping" },
    ],
  };
}

/** A spectrogram whose column i is loudest in band i modulo the number of bands. */
export function exampleHeard(): Heard {
  const columns = 240;
  const bands = 96;
  const levels = new Uint8Array(columns * bands);
  for (let column = 0; column < columns; ++column) for (let band = 0; band < bands; ++band) levels[column * bands + band] = band === column % bands ? 230 : 40;
  return { analysis: readAnalysis(exampleAnalysisJson()), spectrogram: { columns, bands, stepS: 0.5, levels } };
}
