/** The transport on the audio thread: what to play next, what the chain makes of it, fades where it starts and stops. Knows no browser. */
import type { LoopRange } from "./chunk_queue";
import type { StreamReader } from "./stream_reader";

/** The part of CoreSession that is used here. */
export interface Chain {
  readonly planes: readonly Float32Array[];
  readonly latencyFrames: number;
  readonly blockFrames: number;
  readonly sampleRateHz: number;
  process(frames: number): void;
  reset(): void;
}

const FADE_MS = 5;
const LOOP_MARGIN_S = 0.25;
const CHUNKS_TO_START = 2;

type State = "idle" | "starting" | "playing" | "leaving";

export class PlayerCore {
  underruns = 0;
  private state: State = "idle";
  private loop: LoopRange | null = null;
  /** Where to go once the fade-out is over; null: stay. */
  private target: number | null = null;
  private resumeAfterLeaving = false;
  /** Input frames to run through the chain unheard, so that what is heard first is the frame that was asked for. */
  private prerollFrames = 0;
  private drainedFrames = 0;
  private gain = 1;
  /** The stream went back to the loop's start since the last jump. */
  private wrapped = false;
  private readonly gainStep: number;

  constructor(
    private readonly chain: Chain,
    private readonly stream: StreamReader,
    private readonly onEnded: () => void,
  ) {
    this.gainStep = 1000 / (FADE_MS * chain.sampleRateHz);
    this.jump(0);
  }

  get isPlaying(): boolean {
    return this.state === "starting" || this.state === "playing" || (this.state === "leaving" && this.resumeAfterLeaving);
  }

  /** The song frame that is heard next. */
  get positionFrames(): number {
    if (this.target !== null) return this.target;
    const behind = this.chain.latencyFrames - this.prerollFrames;
    const position = this.stream.frame + this.drainedFrames - behind;
    const wrapped = this.loop !== null && position < this.loop.startFrame && this.stream.frame >= this.loop.startFrame && this.wrapped;
    return Math.max(0, wrapped && this.loop ? this.loop.endFrame - (this.loop.startFrame - position) : position);
  }

  play(): void {
    if (this.state === "leaving") this.resumeAfterLeaving = true;
    if (this.state !== "idle") return;
    if (this.stream.ended) this.jump(0);
    if (this.startsFromZero) {
      this.chain.reset();
      this.gain = 1; // the first sample of a song is heard as it is
    } else this.gain = 0;
    this.state = "starting";
  }

  pause(): void {
    if (this.state === "starting") this.state = "idle";
    else if (this.state !== "idle") this.leave(this.target, false);
  }

  stop(): void {
    if (this.state === "idle" || this.state === "starting") {
      this.state = "idle";
      this.jump(0);
    } else this.leave(0, false);
  }

  seek(frame: number): void {
    if (this.state === "playing" || this.state === "leaving") this.leave(frame, this.isPlaying);
    else this.jump(frame);
  }

  setLoop(loop: LoopRange | null): void {
    this.loop = loop;
    this.wrapped = false;
    if (this.state === "idle" && this.prerollFrames > 0) this.stream.jump(this.stream.frame, loop);
    else this.stream.reloop(loop, Math.round(LOOP_MARGIN_S * this.chain.sampleRateHz));
  }

  /** Writes `frames` frames; planes beyond the chain's channels are left alone. */
  process(out: readonly Float32Array[], frames: number): void {
    for (let at = 0; at < frames; ) at += this.slice(out, at, Math.min(this.chain.blockFrames, frames - at));
  }

  private slice(out: readonly Float32Array[], at: number, frames: number): number {
    if (this.state === "starting") this.start();
    if (this.state === "idle" || this.state === "starting") {
      for (const plane of out) plane.fill(0, at, at + frames);
      return frames;
    }
    const before = this.stream.frame;
    const got = this.stream.pull(this.chain.planes, 0, frames);
    if (this.stream.frame < before) this.wrapped = true;
    if (got < frames) this.pad(got, frames);
    this.chain.process(frames);
    this.emit(out, at, frames);
    if (this.state === "leaving" && this.gain === 0) this.arrive();
    else if (this.stream.ended && this.drainedFrames >= this.chain.latencyFrames) this.end(out, at, frames);
    return frames;
  }

  private get startsFromZero(): boolean {
    return this.stream.frame === 0 && this.prerollFrames === this.chain.latencyFrames;
  }

  private jump(frame: number): void {
    this.target = null;
    this.wrapped = false;
    this.drainedFrames = 0;
    this.prerollFrames = this.chain.latencyFrames;
    this.stream.jump(frame, this.loop);
  }

  /** Waits for audio, then runs the chain's delay through it. */
  private start(): void {
    if (!this.stream.isReady(CHUNKS_TO_START) && !this.stream.ended) return;
    while (this.prerollFrames > 0) {
      const wanted = Math.min(this.prerollFrames, this.chain.blockFrames);
      let got = this.stream.pull(this.chain.planes, 0, wanted);
      if (got < wanted && this.stream.ended) {
        for (const plane of this.chain.planes) plane.fill(0, got, wanted);
        this.drainedFrames += wanted - got;
        got = wanted;
      }
      if (got === 0) return;
      this.chain.process(got);
      this.prerollFrames -= got;
    }
    this.state = "playing";
  }

  /** Silence where the song is over, or where the feeder did not keep up. */
  private pad(from: number, to: number): void {
    for (const plane of this.chain.planes) plane.fill(0, from, to);
    if (this.stream.ended) this.drainedFrames += to - from;
    else ++this.underruns;
  }

  private emit(out: readonly Float32Array[], at: number, frames: number): void {
    const goal = this.state === "leaving" ? 0 : 1;
    for (let i = 0; i < frames; ++i) {
      if (this.gain !== goal) this.gain = goal === 0 ? Math.max(0, this.gain - this.gainStep) : Math.min(1, this.gain + this.gainStep);
      for (let c = 0; c < this.chain.planes.length; ++c) {
        const sample = (this.chain.planes[c] as Float32Array)[i] as number;
        (out[c] as Float32Array)[at + i] = this.gain === 1 ? sample : sample * this.gain;
      }
    }
  }

  private leave(target: number | null, resume: boolean): void {
    this.state = "leaving";
    this.target = target;
    this.resumeAfterLeaving = resume;
  }

  private arrive(): void {
    const { target } = this;
    this.state = "idle";
    if (target !== null) this.jump(target);
    if (this.resumeAfterLeaving) this.play();
  }

  /** The song has left the chain; what this block padded beyond that is silenced. */
  private end(out: readonly Float32Array[], at: number, frames: number): void {
    const beyond = Math.min(frames, this.drainedFrames - this.chain.latencyFrames);
    for (const plane of out) plane.fill(0, at + frames - beyond, at + frames);
    this.drainedFrames = this.chain.latencyFrames;
    this.state = "idle";
    this.onEnded();
  }
}
