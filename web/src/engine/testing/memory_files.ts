/** The part of the origin-private file system and of Web Locks that the store uses, in memory, for tests. A writable file changes on close, as the real one. */
export class MemoryFolder {
  readonly kind = "directory";
  readonly entries = new Map<string, MemoryFolder | MemoryFile>();
  constructor(readonly name = "") {}

  async *values(): AsyncGenerator<MemoryFolder | MemoryFile> {
    yield* [...this.entries.values()];
  }

  async getDirectoryHandle(name: string, options?: { create?: boolean }): Promise<MemoryFolder> {
    return this.open(name, options, () => new MemoryFolder(name)) as MemoryFolder;
  }

  async getFileHandle(name: string, options?: { create?: boolean }): Promise<MemoryFile> {
    return this.open(name, options, () => new MemoryFile(name)) as MemoryFile;
  }

  async removeEntry(name: string): Promise<void> {
    if (!this.entries.delete(name)) throw new DOMException(name, "NotFoundError");
  }

  get names(): string[] {
    return [...this.entries.keys()].sort();
  }

  private open(name: string, options: { create?: boolean } | undefined, make: () => MemoryFolder | MemoryFile): MemoryFolder | MemoryFile {
    const entry = this.entries.get(name) ?? (options?.create ? make() : null);
    if (entry === null) throw new DOMException(name, "NotFoundError");
    this.entries.set(name, entry);
    return entry;
  }
}

export class MemoryFile {
  readonly kind = "file";
  content: Blob | string = "";
  lastModified = 0;
  /** Writing fails with this. */
  failure: Error | null = null;
  constructor(readonly name: string) {}

  async getFile(): Promise<File> {
    return new File([this.content], this.name, { lastModified: this.lastModified });
  }

  async createWritable(): Promise<{ write(content: Blob | string): Promise<void>; close(): Promise<void>; abort(): Promise<void> }> {
    let written: Blob | string = "";
    return {
      write: async (content) => {
        if (this.failure !== null) throw this.failure;
        written = content;
      },
      close: async () => void (this.content = written),
      abort: async () => undefined,
    };
  }
}

/** Locks of all tabs of one browser. */
export class MemoryLocks {
  private readonly queues = new Map<string, Promise<unknown>>();
  readonly held = new Set<string>();

  async request<T>(name: string, ...rest: unknown[]): Promise<T> {
    const work = rest.at(-1) as (lock: Lock | null) => Promise<T>;
    const { ifAvailable, signal } = (rest.length > 1 ? rest[0] : {}) as LockOptions;
    if (ifAvailable && this.held.has(name)) return work(null);
    while (this.held.has(name)) {
      const aborted = new Promise<never>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
      await Promise.race([this.queues.get(name), aborted]);
    }
    this.held.add(name);
    const running = Promise.resolve(work({ name, mode: "exclusive" } as Lock)).finally(() => this.held.delete(name));
    this.queues.set(name, running.catch(() => undefined));
    return running;
  }
}

export class MemoryStorage {
  readonly items = new Map<string, string>();
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }
  removeItem(key: string): void {
    this.items.delete(key);
  }
}

export const asFolder = (folder: MemoryFolder): FileSystemDirectoryHandle => folder as unknown as FileSystemDirectoryHandle;
