/** Writes documents soon after they changed, only their latest state, one write after the other; at once when the page is left. */
import { signal } from "@preact/signals";
import type { DocumentStore } from "../engine/engine";
import type { Notices } from "./notices";

const DELAY_MS = 300;

export class Keeper {
  /** A write failed and nothing has been written since. */
  readonly failing = signal(false);
  private readonly unsaved = new Map<string, () => string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private writing = Promise.resolve();

  constructor(private readonly documents: DocumentStore, private readonly notices: Notices) {}

  /** `text` is asked for when it is written. */
  changed(name: string, text: () => string): void {
    this.unsaved.set(name, text);
    this.timer ??= setTimeout(() => void this.save(), DELAY_MS);
  }

  /** Also takes away what a write under way still leaves behind. */
  forget(name: string): void {
    this.unsaved.delete(name);
    this.writing = this.writing.then(() => this.documents.remove(name));
  }

  save(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  /** What is still being written counts as unsaved: the page may end in the middle. */
  leave(): void {
    for (const [name, text] of this.unsaved) this.documents.writeAtOnce(name, text());
    void this.save();
  }

  private async write(): Promise<void> {
    for (const [name, text] of [...this.unsaved]) {
      try {
        await this.documents.write(name, text());
        if (this.unsaved.get(name) === text) this.unsaved.delete(name);
        this.failing.value = false;
      } catch (reason) {
        this.failing.value = true;
        this.notices.fail("Changes cannot be saved in this browser", reason);
      }
    }
  }
}
