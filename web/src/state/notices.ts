/** What the studio tells the person: errors that stay until dismissed, and short announcements for the live region. */
import { signal } from "@preact/signals";

export interface Notice {
  readonly id: number;
  readonly text: string;
}

export class Notices {
  readonly errors = signal<readonly Notice[]>([]);
  readonly announcement = signal("");
  private nextId = 1;

  /** Says what failed and why; `what` is put before messages that do not name it. An abort is no error. */
  fail(what: string, reason: unknown): void {
    if (isAbort(reason)) return;
    const why = reason instanceof Error ? reason.message : String(reason);
    this.warn(why.includes(what) ? why : `${what}: ${why}`);
  }

  warn(text: string): void {
    if (this.errors.value.some((error) => error.text === text)) return;
    this.errors.value = [...this.errors.value, { id: this.nextId++, text }];
  }

  dismiss(id: number): void {
    this.errors.value = this.errors.value.filter((error) => error.id !== id);
  }

  announce(text: string): void {
    this.announcement.value = text;
  }
}

export function isAbort(reason: unknown): boolean {
  return reason instanceof Error && reason.name === "AbortError";
}
