/** The mix of a pass of the planner, block by block, so that the next pass need not make it again. Of songs that are too long for it nothing is kept. */
export class KeptMix {
  /** Four and a half minutes of stereo at 44.1 kHz. */
  static readonly MOST_BYTES = 96 * 2 ** 20;

  readonly isKept: boolean;
  private blocks: Float32Array<ArrayBuffer>[][] = [];

  constructor(channels: number, songFrames: number) {
    this.isKept = channels * songFrames * 4 <= KeptMix.MOST_BYTES;
  }

  begin(): void {
    this.blocks = [];
  }

  /** planes: as long as the block, valid during the call. */
  take(planes: readonly Float32Array[]): void {
    if (this.isKept) this.blocks.push(planes.map((plane) => plane.slice()));
  }

  /** Copies it into planes, at most planes' frames at a time, and hands on each piece. */
  stream(planes: readonly Float32Array[], take: (frames: number) => void, progress: (ratio: number) => void): void {
    this.blocks.forEach((block, index) => {
      const [first] = block;
      const [room] = planes;
      if (!first || !room) return;
      for (let at = 0; at < first.length; at += room.length) {
        const end = Math.min(first.length, at + room.length);
        planes.forEach((plane, c) => plane.set((block[c] as Float32Array).subarray(at, end)));
        take(end - at);
      }
      progress((index + 1) / this.blocks.length);
    });
  }
}
