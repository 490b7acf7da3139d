/** What the studio asks of one folder of the origin-private file system. A write replaces a file whole: a crash leaves the old one or the new one. */
interface Entry {
  readonly name: string;
  readonly kind: "file" | "directory";
}

const REMOVE_ATTEMPTS = 20;
const REMOVE_RETRY_MS = 50;

export async function namesIn(folder: FileSystemDirectoryHandle, kind: Entry["kind"]): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of (folder as unknown as { values(): AsyncIterable<Entry> }).values()) if (entry.kind === kind) names.push(entry.name);
  return names;
}

/** null: there is no such file. */
export async function openFile(folder: FileSystemDirectoryHandle, name: string): Promise<File | null> {
  try {
    return await (await folder.getFileHandle(name)).getFile();
  } catch (error) {
    if ((error as DOMException).name === "NotFoundError") return null;
    throw error;
  }
}

/** Some browsers let only workers write: audio can lie there then, but nothing is kept for the next page. */
export function canReplaceFiles(): boolean {
  return "createWritable" in FileSystemFileHandle.prototype;
}

export async function replaceFile(folder: FileSystemDirectoryHandle, name: string, content: Blob | string): Promise<void> {
  const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
  try {
    await writable.write(content);
    await writable.close();
  } catch (error) {
    await writable.abort().catch(() => undefined);
    throw error;
  }
}

/** A file whose writer has just been ended may stay locked for a moment, so this tries again. */
export async function removeFile(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  for (let attempt = 0; attempt < REMOVE_ATTEMPTS; ++attempt) {
    const failure = await folder.removeEntry(name).then(() => null, (error: unknown) => error as DOMException);
    if (failure === null || failure.name === "NotFoundError") return;
    await new Promise((resolve) => setTimeout(resolve, REMOVE_RETRY_MS));
  }
}
