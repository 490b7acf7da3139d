/** Which beats are drawn at a zoom: the marks thin out before they become a carpet. */
import { shareOf, type View } from "./view";

export interface BeatMark {
  readonly share: number;
  readonly downbeat: boolean;
  /** Number of the bar from 1, where there is room to write it. */
  readonly bar: number | null;
}

const CLOSEST_PX = 7;
const CLOSEST_LABEL_PX = 48;
/** Bars are left out by powers of two, so that phrases stay visible. */
const MOST_SKIPPED_BARS = 4096;

export function beatMarks(beatsS: readonly number[], downbeatsS: readonly number[], view: View, sampleRateHz: number, widthPx: number): BeatMark[] {
  const secondsPerPx = (view.endFrame - view.startFrame) / sampleRateHz / Math.max(1, widthPx);
  const every = (spacingS: number, closestPx: number): number => {
    let step = 1;
    while (step < MOST_SKIPPED_BARS && (spacingS * step) / secondsPerPx < closestPx) step *= 2;
    return step;
  };
  const barS = spacing(downbeatsS);
  const barStep = every(barS, CLOSEST_PX);
  const labelStep = every(barS, CLOSEST_LABEL_PX);
  const share = (at: number): number => shareOf(view, at * sampleRateHz);
  const inView = (at: number): boolean => share(at) >= 0 && share(at) <= 1;
  const marks: BeatMark[] = [];
  downbeatsS.forEach((at, bar) => {
    if (bar % barStep === 0 && inView(at)) marks.push({ share: share(at), downbeat: true, bar: bar % labelStep === 0 ? bar + 1 : null });
  });
  const beatStep = every(spacing(beatsS), CLOSEST_PX);
  // Between bars that are drawn, beats are drawn all or not at all; without bars they thin out by themselves.
  if (beatStep > 1 && downbeatsS.length > 0) return marks;
  const downbeats = new Set(downbeatsS);
  beatsS.forEach((at, i) => {
    if (i % beatStep === 0 && !downbeats.has(at) && inView(at)) marks.push({ share: share(at), downbeat: false, bar: null });
  });
  return marks;
}

/** Mean distance; one lone mark has all the room there is. */
function spacing(times: readonly number[]): number {
  return times.length < 2 ? Infinity : ((times.at(-1) as number) - (times[0] as number)) / (times.length - 1);
}
