/** The songs in the studio and the imports under way. A failed import never touches what is already here. */
import { batch, computed, signal } from "@preact/signals";
import type { Engine } from "../engine/engine";
import type { Song } from "../protocol/types";
import { JobSlot } from "./job";
import type { Notices } from "./notices";

export class Import {
  readonly job = new JobSlot();
  cancelled = false;
  constructor(readonly file: File, readonly id: number) {}
}

export class Songs {
  readonly list = signal<readonly Song[]>([]);
  readonly imports = signal<readonly Import[]>([]);
  readonly currentId = signal<string | null>(null);
  readonly current = computed(() => this.list.value.find((song) => song.id === this.currentId.value) ?? null);
  private queue: Promise<void> = Promise.resolve();
  private nextId = 1;

  /** onAdded runs in the same batch as the list's change; the second argument tells whether it is the first of its drop. */
  constructor(private readonly engine: Engine, private readonly notices: Notices, private readonly onAdded: (song: Song, firstOfDrop: boolean) => void) {}

  /** Files added meanwhile wait for the songs of an earlier page. */
  waitFor(restored: Promise<void>): void {
    this.queue = this.queue.then(() => restored);
  }

  /** Files are read one after the other, in the order given. */
  add(files: Iterable<File>): Promise<void> {
    const entries = [...files].map((file) => new Import(file, this.nextId++));
    this.imports.value = [...this.imports.value, ...entries];
    let first = true;
    for (const entry of entries) {
      this.queue = this.queue.then(async () => {
        if (await this.read(entry, first)) first = false;
      });
    }
    return this.queue;
  }

  cancel(entry: Import): void {
    entry.cancelled = true;
    entry.job.cancel();
    this.forget(entry);
    this.notices.announce(`${entry.file.name}: import cancelled`);
  }

  async remove(song: Song): Promise<void> {
    try {
      await this.engine.removeSong(song.id);
      this.list.value = this.list.value.filter((other) => other.id !== song.id);
      this.notices.announce(`${song.name} removed`);
    } catch (reason) {
      this.notices.fail(song.name, reason);
    }
  }

  private async read(entry: Import, firstOfDrop: boolean): Promise<boolean> {
    if (entry.cancelled) return false;
    try {
      const name = distinctName(entry.file.name, this.list.peek());
      const song = await entry.job.run(entry.file.name, (options) => this.engine.importFile(entry.file, name, options));
      batch(() => {
        this.forget(entry);
        this.list.value = [...this.list.value, song];
        this.onAdded(song, firstOfDrop);
      });
      this.notices.announce(`${song.name} added`);
      return true;
    } catch (reason) {
      this.forget(entry);
      this.notices.fail(entry.file.name, reason);
      return false;
    }
  }

  private forget(entry: Import): void {
    this.imports.value = this.imports.value.filter((other) => other !== entry);
  }
}

/** Two songs of one name could not be told apart, neither in the list nor among the files exported. */
function distinctName(name: string, songs: readonly Song[]): string {
  const taken = new Set(songs.map((song) => song.name));
  const [, stem = name, extension = ""] = /^(.+?)(\.[^.]{1,5})?$/s.exec(name) ?? [];
  let distinct = name;
  for (let number = 2; taken.has(distinct); ++number) distinct = `${stem} (${number})${extension}`;
  return distinct;
}
