/** This tab's folder in the origin-private file system. Folders that crashed or closed tabs left behind are removed at the next start. */
const PREFIX = "ag06-studio-";

export class Workspace {
  /** null: the browser offers no such file system here; workers then keep Blobs. */
  readonly folderName: string | null;
  private readonly release: () => void;

  private constructor(folderName: string | null, release: () => void) {
    this.folderName = folderName;
    this.release = release;
  }

  static async open(): Promise<Workspace> {
    if (!navigator.storage?.getDirectory) return new Workspace(null, () => undefined);
    try {
      const root = await navigator.storage.getDirectory();
      const folderName = PREFIX + Math.random().toString(36).slice(2, 12);
      const release = await holdLock(folderName);
      await removeAbandoned(root, folderName);
      await root.getDirectoryHandle(folderName, { create: true });
      return new Workspace(folderName, release);
    } catch {
      return new Workspace(null, () => undefined); // private windows of some browsers refuse
    }
  }

  /** A file whose writer has just been ended may stay locked for a moment, so this tries again. */
  async remove(name: string): Promise<void> {
    if (this.folderName === null) return;
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(this.folderName).catch(() => null);
    for (let attempt = 0; folder && attempt < 20; ++attempt) {
      const failure = await folder.removeEntry(name).then(() => null, (error: unknown) => error as DOMException);
      if (failure === null || failure.name === "NotFoundError") return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async close(): Promise<void> {
    if (this.folderName !== null) {
      const root = await navigator.storage.getDirectory();
      await root.removeEntry(this.folderName, { recursive: true }).catch(() => undefined);
    }
    this.release();
  }
}

/** Holds a Web Lock for as long as the tab lives: how other tabs know that the folder is in use. */
async function holdLock(name: string): Promise<() => void> {
  if (!navigator.locks) return () => undefined;
  return new Promise((resolve) => {
    void navigator.locks.request(name, () => new Promise<void>((release) => resolve(release)));
  });
}

async function removeAbandoned(root: FileSystemDirectoryHandle, own: string): Promise<void> {
  if (!navigator.locks) return;
  const held = new Set((await navigator.locks.query()).held?.map((lock) => lock.name));
  const entries = root as unknown as { keys(): AsyncIterable<string> };
  for await (const name of entries.keys())
    if (name.startsWith(PREFIX) && name !== own && !held.has(name)) await root.removeEntry(name, { recursive: true }).catch(() => undefined);
}
