/** One long piece of work with progress and cancel. Starting another in the same slot cancels the one before. */
import { signal } from "@preact/signals";
import type { JobOptions } from "../engine/engine";

export interface JobView {
  readonly title: string;
  readonly ratio: number;
  readonly what: string;
}

export class JobSlot {
  readonly view = signal<JobView | null>(null);
  private controller: AbortController | null = null;

  async run<R>(title: string, work: (options: JobOptions) => Promise<R>): Promise<R> {
    this.cancel();
    const controller = new AbortController();
    this.controller = controller;
    this.view.value = { title, ratio: 0, what: "" };
    const onProgress = (ratio: number, what: string): void => {
      if (this.controller === controller) this.view.value = { title, ratio: Math.min(1, Math.max(0, ratio)), what };
    };
    try {
      const result = await work({ signal: controller.signal, onProgress });
      controller.signal.throwIfAborted();
      return result;
    } finally {
      if (this.controller === controller) {
        this.controller = null;
        this.view.value = null;
      }
    }
  }

  cancel(): void {
    this.controller?.abort();
    this.controller = null;
    this.view.value = null;
  }
}
