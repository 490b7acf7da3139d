import type { Gap } from "./gapless_mp3";

export type Take = (planes: readonly Float32Array[], frames: number) => void;

/** Takes the encoder's lead-in and the padding after the last frame off a decoded stream. */
export class Trim {
  private at = 0;

  constructor(
    private readonly gap: Gap,
    private readonly totalFrames: number | null,
  ) {}

  pass(planes: readonly Float32Array[], frames: number, take: Take): void {
    const end = this.totalFrames === null ? Infinity : this.totalFrames - this.gap.endFrames;
    const from = Math.min(frames, Math.max(0, this.gap.startFrames - this.at));
    const to = Math.max(from, Math.min(frames, end - this.at));
    this.at += frames;
    if (to > from) take(planes.map((plane) => plane.subarray(from, to)), to - from);
  }
}
