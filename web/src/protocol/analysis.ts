/** What the studio hears in a song: the JSON of core/analysis, read and checked. null means "cannot be told". The parameters of suggestions are read by remedies.ts. */
import { Damaged, asFields } from "./checked";
import { figure, known, listOf, ratio, record, shape, times, word, wordOrNone, type Reader } from "./shapes";

/** Kept analyses of another version are made anew. */
export const ANALYSIS_VERSION = 1;

export const BAND_NAMES = ["sub_bass", "bass", "low_mids", "mids", "upper_mids", "highs", "air"] as const;
export type BandName = (typeof BAND_NAMES)[number];

export const FEATURE_NAMES = [
  "energy", "valence", "danceability", "acousticness", "instrumentalness", "speechiness", "liveness", "brightness", "warmth", "punch", "density", "presence",
  "roughness", "spaciousness", "complexity", "tension", "groove", "regularity", "melodiousness", "percussiveness", "loudness", "dynamics", "clarity", "heaviness",
] as const;
export type FeatureName = (typeof FEATURE_NAMES)[number];

export const GENRE_NAMES = ["speech", "rock", "jazz", "electronic", "classical", "pop", "ballad"] as const;

const loudness = shape({
  integrated_lufs: figure(), momentary_max_lufs: figure(), short_term_max_lufs: figure(), range_lu: figure(0), true_peak_dbtp: figure(), sample_peak_dbfs: figure(), plr_db: figure(),
  history: shape({ step_s: figure(0), short_term_lufs: listOf(figure()), momentary_max_lufs: listOf(figure()) }),
});

const compressor = shape({ threshold_dbfs: known(), ratio: known(1), attack_ms: known(0), release_ms: known(0) });

const dynamics = shape({
  rms_dbfs: figure(), crest_factor_db: figure(), dynamic_range_db: figure(), noise_floor_lufs: figure(), dc_offset_ratio: figure(), macro_dynamics_lu: figure(), micro_dynamics_db: figure(),
  attack_slope_db_per_ms: figure(), transient_ratio: ratio, compressor: orNone(compressor), suggestions: listOf(word),
});

const problem = shape({ frequency_hz: known(0), kind: word, excess_db: known(), q: figure(0), advice: word });

const spectrum = shape({
  bands: record(BAND_NAMES, ratio), dominant_frequencies_hz: listOf(known(0)), problems: listOf(problem),
  centroid_hz: figure(0), rolloff_hz: figure(0), bandwidth_hz: figure(0), flatness: ratio, flux: figure(0), zero_crossing_rate: ratio,
  mfcc_mean: listOf(figure()), mfcc_deviation: listOf(figure()),
  curve: shape({ frequencies_hz: listOf(known(0)), level_db: listOf(figure()), target_db: listOf(figure()), target: wordOrNone }),
});

const stereo = shape({
  width: ratio, correlation: figure(-1.001, 1.001), correlation_min: figure(-1.001, 1.001), balance_db: figure(), mono_loss_db: figure(),
  bands: record(BAND_NAMES, orNone(shape({ width: ratio, correlation: figure(-1.001, 1.001) }))),
});

const rhythm = shape({
  tempo_bpm: figure(0), tempo_confidence: ratio, alternative_tempo_bpm: figure(0), beats_s: times, downbeats_s: times, onsets_s: times, time_signature: wordOrNone,
  meter_confidence: ratio, onset_rate_hz: figure(0), pulse_clarity: ratio, tempo_stability: ratio, swing_ratio: figure(0),
});

/** The usual letter for a stretch without a chord. */
const chordName: Reader<string | null> = (value, what) => (value === "N" ? null : wordOrNone(value, what));

const chord = shape({ start_s: known(0), end_s: known(0), chord: chordName, confidence: ratio });

const tonality = shape({
  key: wordOrNone, mode: wordOrNone, key_confidence: ratio, tuning_hz: figure(0), chroma: listOf(figure(0)), tonal_clarity: ratio, harmonic_change_hz: figure(0), chords: listOf(chord),
});

const section = shape({ start_s: known(0), end_s: known(0), group: word, kind: word, confidence: ratio, loudness_lufs: figure() });

const suggestion = shape({
  type: word, title: word, description: wordOrNone, parameters: parameters, priority: figure(), confidence: ratio, reasoning: wordOrNone, cause: wordOrNone,
});

const readFields = shape({
  duration_s: known(0), loudness, dynamics, spectrum, stereo, rhythm, tonality,
  structure: shape({ sections: listOf(section), repetition: ratio }),
  music: record(FEATURE_NAMES, ratio),
  style: shape({ compression: wordOrNone, eq: wordOrNone, reverb: wordOrNone, decay_s: figure(0) }),
  genre: shape({ label: wordOrNone, confidence: ratio, scores: record(GENRE_NAMES, ratio) }),
  voice: shape({ speech_ratio: ratio }),
  patterns: listOf(word),
  defects: listOf(shape({ kind: word, severity: ratio, value: figure(), level_db: figure(), places_s: listOf(known(0)), detail: word })),
  suggestions: listOf(suggestion),
});

export type Analysis = ReturnType<typeof readFields>;
export type Section = Analysis["structure"]["sections"][number];
export type Chord = Analysis["tonality"]["chords"][number];
export type SpectrumProblem = Analysis["spectrum"]["problems"][number];
export type Suggestion = Analysis["suggestions"][number];
export type Defect = Analysis["defects"][number];

/** Levels over time: one column's bands after the other, low to high, log-spaced; 0 is -100 dB, 255 is 0 dB. */
export interface Spectrogram {
  readonly columns: number;
  readonly bands: number;
  readonly stepS: number;
  readonly levels: Uint8Array;
}

export const SPECTROGRAM_LOW_HZ = 30;
export const SPECTROGRAM_HIGH_HZ = 16000;
export const SPECTROGRAM_LOW_DB = -100;

export interface Heard {
  readonly analysis: Analysis;
  readonly spectrogram: Spectrogram;
}

/** Throws Damaged with a sentence that names the field. */
export function readAnalysis(value: unknown): Analysis {
  const found = readFields(value, "analysis");
  const { chroma } = found.tonality;
  if (chroma.length !== 0 && chroma.length !== 12) throw new Damaged("analysis.tonality.chroma has other than 12 numbers");
  const { frequenciesHz, levelDb, targetDb } = found.spectrum.curve;
  if (levelDb.length !== frequenciesHz.length || (targetDb.length !== 0 && targetDb.length !== frequenciesHz.length)) throw new Damaged("analysis.spectrum.curve has lists of different lengths");
  return found;
}

export function readAnalysisJson(json: string): Analysis {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new Damaged("it is no JSON");
  }
  return readAnalysis(parsed);
}

function orNone<T>(read: Reader<T>): Reader<T | null> {
  return (value, what) => (value === null || value === undefined ? null : read(value, what));
}

function parameters(value: unknown, what: string): Readonly<Record<string, number>> {
  const from = value === null || value === undefined ? {} : asFields(value, what);
  return Object.fromEntries(Object.entries(from).map(([key, found]) => [key, known()(found, `${what}.${key}`)]));
}
