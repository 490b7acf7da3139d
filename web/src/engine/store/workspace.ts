/** The folder of the origin-private file system that this tab works in. A Web Lock on its name says that a tab lives in it; a starting tab takes up a free one with songs. */
import { namesIn } from "./folder";
import { lastUsedMs } from "./song_files";

const PREFIX = "ag06-studio-";
/** One tab looks around at a time. */
const START_LOCK = "ag06-studio-start";
const TAB_KEY = "ag06-studio-folder";
/** After a reload the page before may take a moment to let go. */
const OWN_FOLDER_WAIT_MS = 2000;

export interface Surroundings {
  readonly root: FileSystemDirectoryHandle;
  readonly locks: Pick<LockManager, "request">;
  /** Outlives a reload of this tab, and nothing else does. */
  readonly tab: Pick<Storage, "getItem" | "setItem">;
}

interface Held {
  readonly name: string;
  readonly release: () => void;
  readonly usedMs: number;
}

export class Workspace {
  private asked = false;

  /** moreSongs: another folder with songs is free, left by a tab that was open beside this one's. */
  private constructor(readonly folder: FileSystemDirectoryHandle | null, readonly moreSongs: boolean, private readonly release: () => void) {}

  /** null: the browser offers no such file system here; workers then keep Blobs. */
  get folderName(): string | null {
    return this.folder?.name ?? null;
  }

  static async open(surroundings?: Surroundings): Promise<Workspace> {
    try {
      const { root, locks, tab } = surroundings ?? (await browserSurroundings());
      const own = tab.getItem(TAB_KEY);
      // Outside the start lock: a duplicated tab waits for its original in vain, which must not keep others from starting.
      const ownRelease = own === null || !(await namesIn(root, "directory")).includes(own) ? null : await hold(locks, own, { signal: AbortSignal.timeout(OWN_FOLDER_WAIT_MS) });
      return await locks.request(START_LOCK, async () => {
        const free = await freeFolders(root, locks, ownRelease === null ? null : { name: own as string, release: ownRelease });
        const chosen = free.find((folder) => folder.name === own) ?? free[0];
        const name = chosen?.name ?? PREFIX + Math.random().toString(36).slice(2, 12);
        const release = chosen?.release ?? (await hold(locks, name, {}));
        const others = free.filter((folder) => folder !== chosen);
        for (const other of others) other.release();
        tab.setItem(TAB_KEY, name);
        return new Workspace(await root.getDirectoryHandle(name, { create: true }), others.length > 0, release ?? (() => undefined));
      });
    } catch {
      return new Workspace(null, false, () => undefined); // private windows of some browsers refuse
    }
  }

  /** Asks the browser not to clear this away when the disk gets full; it may say no. */
  askToStay(): void {
    if (this.folder === null || this.asked) return;
    this.asked = true;
    void navigator.storage.persist().catch(() => undefined);
  }

  /** The folder stays for the next tab. */
  close(): void {
    this.release();
  }
}

async function browserSurroundings(): Promise<Surroundings> {
  return { root: await navigator.storage.getDirectory(), locks: navigator.locks, tab: sessionStorage };
}

/** Held from here on; those with songs, the latest used first. Those without are removed. */
async function freeFolders(root: FileSystemDirectoryHandle, locks: Surroundings["locks"], own: Omit<Held, "usedMs"> | null): Promise<Held[]> {
  const free: Held[] = [];
  for (const name of await namesIn(root, "directory")) {
    if (!name.startsWith(PREFIX)) continue;
    const release = name === own?.name ? own.release : await hold(locks, name, { ifAvailable: true });
    if (release === null) continue;
    try {
      const usedMs = await lastUsedMs(await root.getDirectoryHandle(name));
      if (usedMs !== null) free.push({ name, release, usedMs });
      else await root.removeEntry(name, { recursive: true }).finally(release);
    } catch {
      release(); // what cannot be looked into now may be readable another time
    }
  }
  return free.sort((a, b) => b.usedMs - a.usedMs);
}

/** null: another tab has it. */
function hold(locks: Surroundings["locks"], name: string, options: LockOptions): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    const holding = (lock: Lock | null): Promise<void> | void => (lock === null ? resolve(null) : new Promise<void>((release) => resolve(release)));
    locks.request(name, options, holding).catch(() => resolve(null));
  });
}
