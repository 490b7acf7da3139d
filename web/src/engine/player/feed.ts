/** Which piece of the song comes next in a fill: wraps at the loop's end, ends with the song. */
import { CHUNK_FRAMES, type FillRequest } from "./chunk_queue";

export interface Fill extends FillRequest {
  nextFrame: number;
  done: boolean;
  chunksSent: number;
}

/** Kept free for the next fill, which would otherwise have to wait behind what a full queue still holds of this one. */
const RESERVED_CHUNKS = 3;

export function startFill(request: FillRequest): Fill {
  return { ...request, nextFrame: request.startFrame, done: false, chunksSent: 0 };
}

export function mayFeed(fill: Fill, room: number): boolean {
  return !fill.done && room > (fill.chunksSent < RESERVED_CHUNKS ? 0 : RESERVED_CHUNKS);
}

export interface Piece {
  readonly startFrame: number;
  readonly frames: number;
  readonly last: boolean;
}

/** Advances the fill by one chunk. A start behind the loop's end plays on to the end of the song. */
export function feedChunk(fill: Fill, songFrames: number): Piece {
  const startFrame = Math.min(fill.nextFrame, songFrames);
  const looping = fill.loop !== null && startFrame < fill.loop.endFrame && fill.startFrame < fill.loop.endFrame;
  const end = looping && fill.loop ? Math.min(fill.loop.endFrame, songFrames) : songFrames;
  const frames = Math.min(CHUNK_FRAMES, end - startFrame);
  fill.nextFrame = startFrame + frames;
  ++fill.chunksSent;
  if (fill.nextFrame === end && looping && fill.loop) fill.nextFrame = fill.loop.startFrame;
  fill.done = !looping && startFrame + frames === songFrames;
  return { startFrame, frames, last: fill.done };
}
