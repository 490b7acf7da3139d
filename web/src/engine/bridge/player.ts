/** The song transport over the bridge: the same commands as the in-page player's, the audio sent as the bridge asks for it. */
import type { BridgeResult, SongEnd } from "../../protocol/bridge";
import { encodeSongAudio } from "../../protocol/bridge_frames";
import type { LoopRange } from "../player/chunk_queue";
import type { SongAudio } from "../store/pages";
import { BridgeError, type LinkRequest } from "./link";
import { SongStream, type PieceSink } from "./song_stream";

/** What the player needs of the link. */
export interface BridgeDoor {
  request(message: LinkRequest): Promise<BridgeResult>;
  sendFrame(bytes: ArrayBuffer): boolean;
}

const LOOP_INTERVAL_MS = 100;
/** Between two readings the position runs on by the clock, but not for long: what was not heard of is not known. */
const LONGEST_GUESS_MS = 100;
/** A stream that ends at once, over and over, is a fault and not a change of rate. */
const MAX_RESTARTS = 5;
const RESTART_WINDOW_MS = 10_000;

export class BridgePlayer {
  private song: SongAudio | null = null;
  private loop: LoopRange | null = null;
  private wantsPlaying = false;
  /** Where it goes on from when nothing is being streamed. */
  private restFrame = 0;
  private stream: SongStream | null = null;
  private paused = false;
  /** Playing, but the bridge has no device to play it on. */
  private waitsForDevice = false;
  private attempt = 0;
  private readonly earlyCredits = new Map<number, number>();
  private readonly earlyEnds = new Map<number, SongEnd>();
  private heard = { streamFrame: 0, atMs: 0 };
  private loopTimer: ReturnType<typeof setTimeout> | undefined;
  private restartsMs: number[] = [];

  constructor(private readonly door: BridgeDoor, private readonly onBreakdown: (message: string) => void, private readonly nowMs: () => number = () => performance.now()) {}

  get playing(): boolean {
    return this.wantsPlaying;
  }

  /** The song frame that is heard next. */
  get positionFrames(): number {
    const { stream, song } = this;
    if (stream === null || song === null) return this.restFrame;
    const guessMs = this.wantsPlaying && !this.paused ? Math.min(LONGEST_GUESS_MS, this.nowMs() - this.heard.atMs) : 0;
    const guess = this.heard.atMs === 0 || this.heard.streamFrame === 0 ? 0 : (guessMs * song.sampleRateHz) / 1000;
    return Math.min(song.frames, Math.round(stream.songFrameAt(this.heard.streamFrame + guess)));
  }

  /** Stops and rewinds. */
  load(song: SongAudio | null): void {
    this.end();
    this.song = song;
    this.loop = null;
    this.restFrame = 0;
  }

  async play(): Promise<void> {
    if (this.song === null || this.wantsPlaying) return;
    this.wantsPlaying = true;
    if (this.stream !== null && this.paused) {
      this.paused = false;
      await this.door.request({ type: "transport", action: "resume" }).catch((error: BridgeError) => this.fresh(error));
      return;
    }
    if (this.restFrame >= this.song.frames) this.restFrame = 0;
    await this.startAt(this.restFrame);
  }

  async pause(): Promise<void> {
    if (!this.wantsPlaying) return;
    this.restFrame = this.positionFrames;
    this.wantsPlaying = false;
    if (this.stream === null) return this.abandonStart();
    this.paused = true;
    await this.quietly({ type: "transport", action: "pause" });
  }

  async stop(): Promise<void> {
    const streamed = this.stream !== null || this.wantsPlaying;
    this.end();
    this.restFrame = 0;
    if (streamed) await this.quietly({ type: "transport", action: "stop" });
  }

  async seek(frame: number): Promise<void> {
    this.restFrame = frame;
    if (this.wantsPlaying) return this.startAt(frame);
    if (this.stream === null) return;
    this.forgetStream();
    await this.quietly({ type: "transport", action: "stop" });
  }

  /** Dragging a loop edge sends many: the latest counts, ten times a second. */
  setLoop(loop: LoopRange | null): void {
    this.loop = loop;
    this.loopTimer ??= setTimeout(() => {
      this.loopTimer = undefined;
      this.applyLoop();
    }, LOOP_INTERVAL_MS);
    if (this.stream === null || !this.wantsPlaying) this.applyLoop();
  }

  credit(streamId: number, frames: number): void {
    if (this.stream?.streamId === streamId) this.stream.grant(frames);
    else if (this.wantsPlaying) this.earlyCredits.set(streamId, (this.earlyCredits.get(streamId) ?? 0) + frames);
  }

  ended(streamId: number, reason: SongEnd): void {
    if (this.stream?.streamId !== streamId) {
      this.earlyEnds.set(streamId, reason);
      return;
    }
    const { song } = this;
    const at = this.positionFrames;
    this.forgetStream();
    if (song === null || !this.wantsPlaying) return;
    switch (reason) {
      case "finished":
        this.wantsPlaying = false;
        this.restFrame = song.frames;
        return;
      case "rate_changed":
        this.restFrame = at;
        return this.startAgain();
      case "stopped":
        this.wantsPlaying = false;
        this.restFrame = at;
        return;
      case "replaced":
      case "client_gone":
        return this.breakDown(at, "Another page plays through the bridge now, so this song stopped. Press Play to take over.");
      case "device_lost":
        this.restFrame = at;
        this.waitsForDevice = true;
        return;
    }
  }

  /** songPositionFrames: as the bridge tells it, counted on over the end of a loop. */
  heardAt(songPositionFrames: number): void {
    const { stream } = this;
    if (stream === null || !Number.isFinite(songPositionFrames)) return;
    const streamFrame = songPositionFrames - stream.firstFrame;
    // What was told of the stream before this one lies outside, or is on its way out.
    if (streamFrame < 0 || streamFrame > stream.framesSent) return;
    this.heard = { streamFrame, atMs: this.nowMs() };
  }

  /** The device plays again: a song that it took with it goes on. */
  deviceRuns(): void {
    if (this.waitsForDevice && this.wantsPlaying) this.startAgain();
  }

  /** The connection is back: the bridge let go of the song meanwhile. */
  resume(): void {
    const at = this.positionFrames;
    this.forgetStream();
    this.restFrame = at;
    if (this.wantsPlaying) this.startAgain();
  }

  /** Keeps the place and that it plays; nothing is sent any more. */
  connectionLost(): void {
    this.restFrame = this.positionFrames;
    this.forgetStream();
  }

  private async startAt(frame: number): Promise<void> {
    const { song } = this;
    if (song === null) return;
    const attempt = ++this.attempt;
    this.stream?.close();
    this.stream = null;
    this.paused = false;
    this.waitsForDevice = false;
    this.restFrame = frame;
    this.earlyCredits.clear();
    this.earlyEnds.clear();
    let answer: BridgeResult;
    try {
      await this.door.request({ type: "transport", action: "source", source: "file" });
      if (attempt !== this.attempt) return;
      answer = await this.door.request({ type: "transport", action: "start", sample_rate_hz: song.sampleRateHz, first_frame: frame });
    } catch (error) {
      if (attempt !== this.attempt) return;
      // After a lost connection resume() starts again.
      if (error instanceof BridgeError && (error.code === "connection_lost" || error.code === "offline")) return;
      this.wantsPlaying = false;
      throw error;
    }
    if (attempt !== this.attempt) return;
    const streamId = answer.stream_id ?? 0;
    const sink: PieceSink = {
      // For the bridge a song is one stretch, whatever way the loop takes through it.
      send: (interleaved, streamFrame, isLast) => this.door.sendFrame(encodeSongAudio(streamId, song.sampleRateHz, frame + streamFrame, interleaved, isLast)),
      failed: () => this.breakDown(this.positionFrames, "The song could not be read on and playback stopped. Press Play to go on from here."),
    };
    this.heard = { streamFrame: 0, atMs: 0 };
    this.stream = new SongStream(streamId, song, frame, this.loop, sink);
    const early = this.earlyCredits.get(streamId) ?? 0;
    if (early > 0) this.stream.grant(early);
    const end = this.earlyEnds.get(streamId);
    if (end !== undefined) this.ended(streamId, end);
  }

  /** Resuming failed, e.g. because the bridge dropped the paused song: it starts anew from the same place. */
  private async fresh(error: BridgeError): Promise<void> {
    if (error.code === "connection_lost" || error.code === "offline") return;
    const at = this.restFrame;
    this.forgetStream();
    await this.startAt(at);
  }

  private startAgain(): void {
    const now = this.nowMs();
    this.restartsMs = [...this.restartsMs.filter((ms) => now - ms < RESTART_WINDOW_MS), now];
    if (this.restartsMs.length > MAX_RESTARTS) return this.breakDown(this.restFrame, "The bridge cannot keep the song going and playback stopped. Press Play to try again.");
    this.startAt(this.restFrame).catch((error: Error) => {
      if (error instanceof BridgeError && error.code === "no_device") this.waitForDevice();
      else this.breakDown(this.restFrame, `The song could not go on: ${error.message}`);
    });
  }

  /** Nobody asked it to stop: it goes on as soon as there is a device. */
  private waitForDevice(): void {
    this.wantsPlaying = true;
    this.waitsForDevice = true;
  }

  private applyLoop(): void {
    const { stream } = this;
    if (stream === null) return;
    if (stream.setLoop(this.loop, this.heard.streamFrame)) {
      stream.grant(0);
      return;
    }
    const at = this.positionFrames;
    if (this.wantsPlaying) this.startAgainAt(at);
    else {
      this.forgetStream();
      this.restFrame = at;
      void this.quietly({ type: "transport", action: "stop" });
    }
  }

  private startAgainAt(frame: number): void {
    this.startAt(frame).catch((error: Error) => this.breakDown(frame, `The song could not go on: ${error.message}`));
  }

  private abandonStart(): void {
    ++this.attempt;
    void this.quietly({ type: "transport", action: "stop" });
  }

  private breakDown(at: number, message: string): void {
    this.forgetStream();
    this.wantsPlaying = false;
    this.restFrame = at;
    this.onBreakdown(message);
  }

  private forgetStream(): void {
    this.stream?.close();
    this.stream = null;
    this.paused = false;
    this.waitsForDevice = false;
    this.heard = { streamFrame: 0, atMs: 0 };
  }

  private end(): void {
    clearTimeout(this.loopTimer);
    this.loopTimer = undefined;
    ++this.attempt;
    this.forgetStream();
    this.wantsPlaying = false;
  }

  /** What ends something need not succeed: without a connection or a song it has ended already. */
  private async quietly(message: LinkRequest): Promise<void> {
    await this.door.request(message).catch(() => undefined);
  }
}
