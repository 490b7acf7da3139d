/** Live input as something that is mixed: it has settings and a history of its own, but no file, no length and nothing to measure in advance. */
import type { Song, StreamReport } from "../protocol/types";

const UNMEASURED: StreamReport = {
  integratedLufs: null, momentaryMaxLufs: null, shortTermMaxLufs: null, rangeLu: null, truePeakDbtp: null, samplePeakDbfs: null, rmsDbfs: null, crestFactorDb: null,
  dynamicRangeDb: null, plrDb: null, noiseFloorLufs: null, dcOffsetRatio: null, frames: 0,
};

/** The rate is the device's and told by the scope. */
export const LIVE_INPUT: Song = Object.freeze({
  id: "live", name: "Live input", sampleRateHz: 48000, channels: 2, frames: 0, codec: "live", bitDepth: null, report: UNMEASURED,
  waveform: { channels: 2, frames: 0, levels: [] }, warnings: [],
});
