/** Lets a few long jobs run at once and makes the rest wait: the audio thread needs a core of its own. The newest request goes first. */
export class Turns {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly atOnce: number) {}

  /** Rejects with the signal's reason when it aborts while waiting. onWait is called when there is a wait. */
  async take<R>(signal: AbortSignal, onWait: () => void, work: () => Promise<R>): Promise<R> {
    signal.throwIfAborted();
    if (this.running >= this.atOnce) {
      onWait();
      await this.wait(signal);
    } else ++this.running;
    try {
      return await work();
    } finally {
      // Handed on without going through zero, so that nobody slips in between.
      const next = this.waiting.pop();
      if (next) next();
      else --this.running;
    }
  }

  private wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(go), 1);
        reject(signal.reason);
      };
      this.waiting.push(go);
      signal.addEventListener("abort", leave, { once: true });
    });
  }
}
