/** Small texts kept as files of the workspace, with a journal in localStorage for the moment a page is left, when nothing asynchronous gets through any more. */
import type { DocumentStore } from "../engine";
import { openFile, removeFile, replaceFile } from "./folder";

export class FileDocuments implements DocumentStore {
  private readonly journalKey: string;

  constructor(private readonly folder: FileSystemDirectoryHandle, private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">) {
    this.journalKey = `${folder.name}-journal`;
  }

  /** Brings the files up to what the page before wrote in its last moment; where the disk is full, that stays in the journal. */
  async settle(): Promise<void> {
    for (const [name, text] of Object.entries(this.journal())) await this.write(name, text).catch(() => undefined);
  }

  async read(name: string): Promise<string | null> {
    return this.journal()[name] ?? (await (await openFile(this.folder, name))?.text()) ?? null;
  }

  async write(name: string, text: string): Promise<void> {
    await replaceFile(this.folder, name, text);
    this.dropFromJournal(name);
  }

  writeAtOnce(name: string, text: string): void {
    this.setJournal({ ...this.journal(), [name]: text });
  }

  async remove(name: string): Promise<void> {
    this.dropFromJournal(name);
    await removeFile(this.folder, name);
  }

  private dropFromJournal(name: string): void {
    const { [name]: dropped, ...rest } = this.journal();
    if (dropped !== undefined) this.setJournal(rest);
  }

  private journal(): Readonly<Record<string, string>> {
    try {
      const parsed: unknown = JSON.parse(this.storage.getItem(this.journalKey) ?? "{}");
      return Object.fromEntries(Object.entries(parsed as object).filter(([, text]) => typeof text === "string"));
    } catch {
      return {}; // damaged, or the browser refuses: the files still hold the state of a moment before
    }
  }

  private setJournal(texts: Readonly<Record<string, string>>): void {
    try {
      if (Object.keys(texts).length === 0) this.storage.removeItem(this.journalKey);
      else this.storage.setItem(this.journalKey, JSON.stringify(texts));
    } catch {
      return; // full or refused: as above
    }
  }
}
