/** One long piece of work with progress and cancel. Starting another in the same slot cancels the one before. */
import { signal } from "@preact/signals";
import type { JobOptions } from "../engine/engine";

type OnProgress = JobOptions["onProgress"];

export interface JobView {
  readonly title: string;
  readonly ratio: number;
  readonly what: string;
}

/** Every showing lays out and paints a part of the page, on the cores that the work itself needs. */
const SHOWN_EVERY_MS = 200;

export class JobSlot {
  readonly view = signal<JobView | null>(null);
  private controller: AbortController | null = null;
  private newest: JobView | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  async run<R>(title: string, work: (options: JobOptions) => Promise<R>): Promise<R> {
    this.cancel();
    const controller = new AbortController();
    this.controller = controller;
    this.view.value = this.newest = { title, ratio: 0, what: "" };
    const onProgress = (ratio: number, what: string): void => {
      if (this.controller !== controller) return;
      this.newest = { title, ratio: Math.min(1, Math.max(0, ratio)), what };
      if (this.timer === null) this.show();
    };
    try {
      const result = await work({ signal: controller.signal, onProgress });
      controller.signal.throwIfAborted();
      return result;
    } finally {
      if (this.controller === controller) {
        this.controller = null;
        this.end();
      }
    }
  }

  cancel(): void {
    this.controller?.abort();
    this.controller = null;
    this.end();
  }

  private show(): void {
    this.timer = null;
    if (this.newest === this.view.peek()) return;
    this.timer = setTimeout(() => this.show(), SHOWN_EVERY_MS);
    this.view.value = this.newest;
  }

  private end(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = this.newest = null;
    this.view.value = null;
  }
}

/** The progress of two works side by side; the word is that of the one further behind. share: what the first takes of the bar. */
export function sideBySide(onProgress: OnProgress, share: number): readonly [OnProgress, OnProgress] {
  const at = [{ ratio: 0, what: "" }, { ratio: 0, what: "" }] as const;
  const part = (own: { ratio: number; what: string }): OnProgress => (ratio, what) => {
    Object.assign(own, { ratio, what });
    const behind = at[0].ratio <= at[1].ratio ? at[0] : at[1];
    onProgress(share * at[0].ratio + (1 - share) * at[1].ratio, behind.what || what);
  };
  return [part(at[0]), part(at[1])];
}
