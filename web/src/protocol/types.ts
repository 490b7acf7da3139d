/** The vocabulary that engine, state and ui share. Quantities carry their unit; null means "cannot be measured". */
import type { ModelId, SongOpinion } from "./models";
import type { ParamKey } from "./params.gen";

export type ParamValues = Readonly<Record<ParamKey, number>>;

/** Mixes that trained models decide: all of them together, or one alone. */
export type ModelVersionId = "ensemble" | ModelId;
/** What goes through the chain. */
export type ProcessedId = "musical" | ModelVersionId;
/** What is listened to. */
export type VersionId = "original" | ProcessedId;

/** How far the chain looks ahead: freely for files, or so little that a live signal is delayed by at most 1.5 ms. */
export type LatencyMode = "studio" | "live";

/** The measured facts of a whole stream, in the order of core/analysis/stream_report.h. */
export interface StreamReport {
  readonly integratedLufs: number | null;
  readonly momentaryMaxLufs: number | null;
  readonly shortTermMaxLufs: number | null;
  readonly rangeLu: number | null;
  readonly truePeakDbtp: number | null;
  readonly samplePeakDbfs: number | null;
  readonly rmsDbfs: number | null;
  readonly crestFactorDb: number | null;
  readonly dynamicRangeDb: number | null;
  readonly plrDb: number | null;
  readonly noiseFloorLufs: number | null;
  readonly dcOffsetRatio: number | null;
  readonly frames: number;
}

/** Min, max and rms of consecutive bins of one level: data[(channel * bins + bin) * 3 + {0: min, 1: max, 2: rms}]. */
export interface WaveformLevel {
  readonly framesPerBin: number;
  readonly bins: number;
  readonly data: Float32Array;
}

/** Levels from fine to coarse, each four times coarser than the one before. */
export interface Waveform {
  readonly channels: number;
  readonly frames: number;
  readonly levels: readonly WaveformLevel[];
}

export interface Song {
  readonly id: string;
  readonly name: string;
  readonly sampleRateHz: number;
  readonly channels: 1 | 2;
  readonly frames: number;
  readonly codec: string;
  /** null where the codec has none (lossy). */
  readonly bitDepth: number | null;
  readonly report: StreamReport;
  readonly waveform: Waveform;
  /** Plain sentences about the input: clipped, lossy source, truncated, ... */
  readonly warnings: readonly string[];
}

/** One step of the assistant, shown, explained and undoable. */
export interface Move {
  readonly param: ParamKey;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
  readonly evidence: string;
  readonly confidence: number;
}

export interface Plan {
  readonly params: ParamValues;
  readonly moves: readonly Move[];
  readonly notes: readonly string[];
  readonly input: StreamReport;
  readonly output: StreamReport;
  /** What the result looks like; null where nothing was rendered. */
  readonly waveform: Waveform | null;
  /** What trained models made of the song, where they decided. */
  readonly opinion: SongOpinion | null;
}

/** What a render of given settings measures, and what it looks like. */
export interface RenderFacts {
  readonly report: StreamReport;
  readonly waveform: Waveform;
}

/** wav16-shaped: the dither's noise lies where the ear hears least. */
export type ExportFormat = "wav16" | "wav16-shaped" | "wav24" | "wav32f";

export interface ExportSettings {
  readonly format: ExportFormat;
  /** Other than the song's own: the song is brought to it first and mixed at it. */
  readonly sampleRateHz: number;
  /** What a mix at another rate is fitted to anew, since peaks and loudness move a little; null: nothing is fitted. */
  readonly refit: { readonly lufs: number | null; readonly ceilingDbtp: number } | null;
}

/** Latest-wins, read once per animation frame; never kept in state or history. */
export interface Telemetry {
  readonly playing: boolean;
  readonly positionFrames: number;
  readonly momentaryLufs: number | null;
  readonly shortTermLufs: number | null;
  readonly integratedLufs: number | null;
  readonly loudnessRangeLu: number | null;
  readonly momentaryMaxLufs: number | null;
  readonly shortTermMaxLufs: number | null;
  readonly truePeakDbtp: number | null;
  readonly truePeakMaxDbtp: number | null;
  readonly peakDbfs: readonly [number | null, number | null];
  readonly gateReductionDb: number;
  readonly compressorReductionDb: number;
  readonly limiterReductionDb: number;
  /** Peak in front of the gate and of the compressor. */
  readonly gateInputDbfs: number | null;
  readonly compressorInputDbfs: number | null;
  /** 0: the original is heard, 1: the processed version. */
  readonly processedMixRatio: number;
  /** Inputs that were not finite and were replaced by silence. */
  readonly nonFiniteCount: number;
  /** Times the player ran out of audio since the song was loaded. */
  readonly underruns: number;
  /** What the chain delays the sound by; 0 before a song is loaded. */
  readonly chainLatencyFrames: number;
}

/** A loudness target: a number of LUFS, or null to leave the loudness as the chain makes it. */
export interface LoudnessTarget {
  readonly id: string;
  readonly label: string;
  readonly lufs: number | null;
}
