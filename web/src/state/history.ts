/** Undo history of one document: snapshots, with a drag or a burst of key presses counting as one step. Holds no session state. */
import { computed, signal, type ReadonlySignal } from "@preact/signals";

interface Step<T> {
  readonly label: string;
  readonly document: T;
}

/** Edits of the same thing closer together than this are one step. */
const MERGE_WINDOW_MS = 700;
const MAX_STEPS = 500;

export class History<T> {
  private readonly past = signal<readonly Step<T>[]>([]);
  private readonly future = signal<readonly Step<T>[]>([]);
  private readonly current;
  private mergeKey: string | null = null;
  private lastCommitMs = 0;
  private held = false;
  private heldHasStep = false;

  readonly document: ReadonlySignal<T>;
  /** What Undo would take back, or null. */
  readonly undoLabel = computed(() => this.past.value.at(-1)?.label ?? null);
  readonly redoLabel = computed(() => this.future.value.at(-1)?.label ?? null);

  constructor(initial: T, private readonly nowMs: () => number = () => performance.now()) {
    this.current = signal(initial);
    this.document = this.current;
  }

  /** With a merge key, joins the step before it when that had the same key and is recent or still held. */
  commit(label: string, document: T, mergeKey: string | null = null): void {
    const now = this.nowMs();
    const recent = this.held ? this.heldHasStep : now - this.lastCommitMs < MERGE_WINDOW_MS;
    const joins = mergeKey !== null && mergeKey === this.mergeKey && recent;
    if (!joins) this.past.value = [...this.past.value, { label, document: this.current.value }].slice(-MAX_STEPS);
    this.mergeKey = mergeKey;
    this.lastCommitMs = now;
    this.heldHasStep = true;
    this.future.value = [];
    this.current.value = document;
  }

  /** Completes the latest step with what only became known later; no step of its own. */
  amend(document: T): void {
    this.current.value = document;
  }

  /** A drag begins: all commits with this key join until release(). */
  hold(mergeKey: string): void {
    this.release();
    this.held = true;
    this.mergeKey = mergeKey;
    this.heldHasStep = false;
  }

  release(): void {
    this.held = false;
    this.mergeKey = null;
  }

  undo(): string | null {
    const step = this.past.value.at(-1);
    if (step === undefined) return null;
    this.past.value = this.past.value.slice(0, -1);
    this.future.value = [...this.future.value, { label: step.label, document: this.current.value }];
    this.current.value = step.document;
    this.release();
    return step.label;
  }

  redo(): string | null {
    const step = this.future.value.at(-1);
    if (step === undefined) return null;
    this.future.value = this.future.value.slice(0, -1);
    this.past.value = [...this.past.value, { label: step.label, document: this.current.value }];
    this.current.value = step.document;
    this.release();
    return step.label;
  }
}
