/** One export at a time: the settings asked for, its progress, and the finished file until the next one or a close. */
import { signal } from "@preact/signals";
import type { Engine, ExportedFile, JobOptions } from "../engine/engine";
import { TARGET_CEILING_DBTP } from "../protocol/targets";
import type { ExportFormat, ExportSettings, Song, VersionId } from "../protocol/types";
import { NEUTRAL_VALUES } from "./document";
import { JobSlot } from "./job";
import type { Mix } from "./mix";
import { isAbort, type Notices } from "./notices";
import type { SongMix } from "./song_mix";
import { versionLabel } from "./versions";

export interface FinishedExport {
  readonly fileName: string;
  readonly url: string;
  readonly version: VersionId;
  readonly exported: ExportedFile;
}

export class Exports {
  readonly open = signal(false);
  readonly format = signal<ExportFormat>("wav24");
  readonly version = signal<VersionId>("musical");
  /** null: the song's own. */
  readonly sampleRateHz = signal<number | null>(null);
  readonly finished = signal<FinishedExport | null>(null);
  /** Shown in the dialog, which covers the page's own messages. */
  readonly failure = signal<string | null>(null);
  readonly job = new JobSlot();

  constructor(private readonly engine: Engine, private readonly mix: Pick<Mix, "of" | "ensurePlanned">, private readonly notices: Notices) {}

  show(version: VersionId): void {
    this.version.value = version;
    this.open.value = true;
  }

  /** Settings changed: a file made with other settings is no longer the answer. */
  async discard(): Promise<void> {
    this.job.cancel();
    this.failure.value = null;
    const finished = this.finished.peek();
    this.finished.value = null;
    if (finished === null) return;
    URL.revokeObjectURL(finished.url);
    await finished.exported.dispose();
  }

  async close(): Promise<void> {
    this.open.value = false;
    await this.discard();
  }

  /** A mix waits for its decision, and has it made when nobody has asked yet; the original goes through a neutral chain, sample for sample. */
  async start({ song }: SongMix): Promise<void> {
    await this.discard();
    const format = this.format.peek();
    const sampleRateHz = this.sampleRateHz.peek() ?? song.sampleRateHz;
    const version = this.version.peek();
    const mix = version === "original" ? null : this.mix.of(song, version);
    try {
      const exported = await this.job.run("Export", async (options) => {
        if (mix !== null) await this.decided(mix, options);
        return this.engine.exportSong(song, mix?.values.peek() ?? NEUTRAL_VALUES, { format, sampleRateHz, refit: mix === null ? null : refitOf(mix) }, options);
      });
      const fileName = exportName(song, version);
      this.finished.value = { fileName, url: URL.createObjectURL(exported.file), version, exported };
      this.notices.announce(`${fileName} is ready`);
    } catch (reason) {
      if (isAbort(reason)) this.notices.announce("Export cancelled");
      else this.failure.value = reason instanceof Error ? reason.message : String(reason);
    }
  }

  private async decided(mix: SongMix, options: JobOptions): Promise<void> {
    this.mix.ensurePlanned(mix);
    if (mix.planning.view.peek() === null) return;
    options.onProgress(0, `Waiting for the ${mix.label} mix`);
    await mix.pendingPlan;
    options.signal.throwIfAborted();
    if (mix.values.peek() === NEUTRAL_VALUES) throw new Error(`There is no ${mix.label} mix to export: making it failed. Close this and make it again, or export the original.`);
  }
}

/** What the mix holds at the song's own rate it holds at another one too. */
function refitOf(mix: SongMix): ExportSettings["refit"] {
  const { target, values } = mix.document.peek();
  const limited = values["limiter.enabled"] >= 0.5;
  return target.lufs === null && !limited ? null : { lufs: target.lufs, ceilingDbtp: limited ? values["limiter.ceiling_dbtp"] : TARGET_CEILING_DBTP };
}

export function exportName(song: Song, version: VersionId): string {
  const stem = song.name.replace(/\.[^.]{1,5}$/, "") || "song";
  return `${stem} (${versionLabel(version)}).wav`;
}
