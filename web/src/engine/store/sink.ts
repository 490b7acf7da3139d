/** Where a worker puts bytes it does not want to keep in memory: a file of the origin-private file system, else a Blob the browser may spill to disk. */
import { StudioError } from "../engine";

export interface ByteSink {
  /** Appends; the bytes may be reused afterwards. */
  write(bytes: Uint8Array<ArrayBuffer>): void;
  /** Ends writing. The Blob reads from where the bytes lie. */
  finish(): Promise<Blob>;
  /** Removes what was written. */
  discard(): Promise<void>;
}

const BLOB_PART_BYTES = 8 << 20;

const isFull = (error: unknown): boolean => error instanceof Error && error.name === "QuotaExceededError";

class FileSink implements ByteSink {
  private at = 0;

  constructor(
    private readonly folder: FileSystemDirectoryHandle,
    private readonly name: string,
    private readonly file: FileSystemFileHandle,
    private readonly access: FileSystemSyncAccessHandle,
  ) {}

  write(bytes: Uint8Array<ArrayBuffer>): void {
    let written = 0;
    try {
      written = this.access.write(bytes, { at: this.at });
    } catch (error) {
      if (!isFull(error)) throw error;
    }
    if (written !== bytes.byteLength) throw new StudioError(`the browser's storage is full: ${Math.round(this.at / 1e6)} MB were written`);
    this.at += written;
  }

  async finish(): Promise<Blob> {
    this.access.flush();
    this.access.close();
    return this.file.getFile();
  }

  async discard(): Promise<void> {
    this.access.close();
    await this.folder.removeEntry(this.name).catch(() => undefined);
  }
}

class BlobSink implements ByteSink {
  private blobs: Blob[] = [];
  private pending: Uint8Array<ArrayBuffer>[] = [];
  private pendingBytes = 0;

  write(bytes: Uint8Array<ArrayBuffer>): void {
    this.pending.push(bytes.slice());
    this.pendingBytes += bytes.byteLength;
    if (this.pendingBytes >= BLOB_PART_BYTES) this.spill();
  }

  async finish(): Promise<Blob> {
    this.spill();
    return new Blob(this.blobs);
  }

  async discard(): Promise<void> {
    this.blobs = [];
    this.pending = [];
  }

  private spill(): void {
    this.blobs.push(new Blob(this.pending));
    this.pending = [];
    this.pendingBytes = 0;
  }
}

/** folderName null: there is no origin-private file system. Dedicated workers only. */
export async function openSink(folderName: string | null, name: string): Promise<ByteSink> {
  if (folderName === null) return new BlobSink();
  return openFile(folderName, name).catch((error: unknown) => {
    throw isFull(error) ? new StudioError("the browser's storage is full: nothing could be written") : error;
  });
}

async function openFile(folderName: string, name: string): Promise<ByteSink> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(folderName, { create: true });
  const file = await folder.getFileHandle(name, { create: true });
  if (!("createSyncAccessHandle" in file)) return new BlobSink();
  const access = await file.createSyncAccessHandle();
  access.truncate(0);
  return new FileSink(folder, name, file, access);
}
