/** Which part of a song the waveform shows: pure arithmetic of zooming, panning and following. */
export interface View {
  readonly startFrame: number;
  readonly endFrame: number;
}

/** Closer than this, single samples would be drawn from bins. */
const MIN_FRAMES = 16384;

export function wholeSong(frames: number): View {
  return { startFrame: 0, endFrame: Math.max(1, frames) };
}

/** factor > 1 zooms in; the anchor stays where it is on screen. */
export function zoomed(view: View, factor: number, anchorFrame: number, frames: number): View {
  const before = view.endFrame - view.startFrame;
  const span = Math.min(Math.max(before / factor, Math.min(MIN_FRAMES, frames)), frames);
  const share = (anchorFrame - view.startFrame) / before;
  return placed(anchorFrame - share * span, span, frames);
}

export function panned(view: View, byFrames: number, frames: number): View {
  return placed(view.startFrame + byFrames, view.endFrame - view.startFrame, frames);
}

/** Turns the page when the playhead leaves the view. */
export function following(view: View, playheadFrame: number, frames: number): View {
  if (playheadFrame >= view.startFrame && playheadFrame < view.endFrame) return view;
  const span = view.endFrame - view.startFrame;
  return placed(playheadFrame - 0.05 * span, span, frames);
}

export function shareOf(view: View, frame: number): number {
  return (frame - view.startFrame) / (view.endFrame - view.startFrame);
}

export function frameAt(view: View, share: number): number {
  return view.startFrame + share * (view.endFrame - view.startFrame);
}

/** Distances between time marks that read well. */
const MARKS_S = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800];

export function markSpacingS(spanS: number, mostMarks: number): number {
  return MARKS_S.find((spacing) => spanS / spacing <= mostMarks) ?? 3600;
}

function placed(startFrame: number, span: number, frames: number): View {
  const start = Math.min(Math.max(0, startFrame), frames - span);
  return { startFrame: start, endFrame: start + span };
}
