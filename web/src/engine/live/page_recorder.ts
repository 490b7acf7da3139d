/** Records what the live worklet sends into files of the workspace, and hands them over as WAV files for import. */
import type { JobOptions } from "../engine";
import { StudioError } from "../engine";
import type { Recording } from "../engine_rig";
import type { RecorderEvent, RecorderStart } from "../player/live_messages";
import { wavHeader } from "../wav/wav_header";
import { takeName } from "../bridge/takes";

const CHANNELS = 2;
const STOP_TIMEOUT_MS = 20_000;

export interface RecordingPlace {
  readonly folderName: string | null;
  removeFile(name: string): Promise<void>;
}

/** One recording from start to hand-over. */
export class PageRecorder {
  private readonly worker: Worker;
  private readonly fileNames: readonly string[];
  private readonly startedAt = new Date().toISOString();
  private readonly outcome: Promise<RecorderEvent>;

  /** port: the other end is the worklet's. onEnded: the recorder gave up by itself, e.g. because the disk is full. */
  constructor(port: MessagePort, private readonly place: RecordingPlace, dry: boolean, private readonly sampleRateHz: number, onEnded: () => void) {
    const stem = `recording-${Date.now()}`;
    this.fileNames = dry ? [`${stem}-processed`, `${stem}-dry`] : [`${stem}-processed`];
    this.worker = new Worker(new URL("../../worker/record_worker.ts", import.meta.url), { type: "module" });
    this.outcome = new Promise((resolve, reject) => {
      this.worker.onmessage = ({ data }: MessageEvent<RecorderEvent>): void => {
        resolve(data);
        if (data.kind === "failed") onEnded();
      };
      this.worker.onerror = (event): void => {
        event.preventDefault();
        reject(new StudioError("The recording failed: its writer could not be started"));
        onEnded();
      };
    });
    this.outcome.catch(() => undefined); // told by finish()
    const start: RecorderStart = { port, folderName: place.folderName, fileNames: this.fileNames };
    this.worker.postMessage(start, [port]);
  }

  /** After the worklet was told to stop. problem: why it ended early. */
  async finish({ signal }: JobOptions): Promise<{ readonly recordings: readonly Recording[]; readonly problem: string | null }> {
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new StudioError("The recording did not end: its last seconds never arrived")), STOP_TIMEOUT_MS);
    });
    try {
      const outcome = await Promise.race([this.outcome, late]);
      signal.throwIfAborted();
      if (outcome.frames === 0) throw new StudioError(outcome.kind === "failed" ? `Nothing was recorded: ${outcome.message}` : "Nothing was recorded: no sound arrived from the input");
      const recordings = outcome.blobs.map((blob, i): Recording => ({
        // The header is made now that the length is known; the samples stay where they lie.
        file: new File([wavHeader("wav32f", this.sampleRateHz, CHANNELS, outcome.frames), blob], takeName(this.startedAt, i === 1, "wav"), { type: "audio/wav" }),
        dispose: () => this.place.removeFile(this.fileNames[i] as string),
      }));
      return { recordings, problem: outcome.kind === "failed" ? outcome.message : null };
    } finally {
      this.worker.terminate();
    }
  }
}
