import { describe, expect, it } from "vitest";
import { MemoryFolder, MemoryLocks, MemoryStorage, asFolder } from "../testing/memory_files";
import { Workspace, type Surroundings } from "./workspace";

class Browser {
  readonly root = new MemoryFolder();
  readonly locks = new MemoryLocks();
  tab(tab = new MemoryStorage()): Surroundings {
    return { root: asFolder(this.root), locks: this.locks as unknown as LockManager, tab };
  }
  async folder(name: string, lastModified: number, ...files: string[]): Promise<void> {
    const folder = await this.root.getDirectoryHandle(name, { create: true });
    for (const file of files) (await folder.getFileHandle(file, { create: true })).lastModified = lastModified;
  }
}

describe("workspace", () => {
  it("takes up the free folder with songs that was used last and tells of the rest", async () => {
    const browser = new Browser();
    await browser.folder("ag06-studio-old", 10, "song-a.json", "song-a.audio");
    await browser.folder("ag06-studio-new", 20, "song-b.json");
    await browser.folder("ag06-studio-busy", 30, "song-c.json");
    void browser.locks.request("ag06-studio-busy", () => new Promise(() => undefined));
    const first = await Workspace.open(browser.tab());
    expect([first.folderName, first.moreSongs]).toEqual(["ag06-studio-new", true]);
    const second = await Workspace.open(browser.tab());
    expect([second.folderName, second.moreSongs]).toEqual(["ag06-studio-old", false]);
    const third = await Workspace.open(browser.tab());
    expect(["ag06-studio-old", "ag06-studio-new", "ag06-studio-busy"]).not.toContain(third.folderName);
  });

  it("removes free folders without a song and nothing else", async () => {
    const browser = new Browser();
    await browser.folder("ag06-studio-unfinished", 10, "song-a.audio", "session.json");
    await browser.folder("somebody-elses", 10);
    const { folderName } = await Workspace.open(browser.tab());
    expect(browser.root.names).toEqual([folderName, "somebody-elses"].sort());
  });

  it("leaves a folder alone that cannot be looked into", async () => {
    const browser = new Browser();
    await browser.folder("ag06-studio-sick", 10, "song-a.json");
    const sick = await browser.root.getDirectoryHandle("ag06-studio-sick");
    sick.values = () => {
      throw new DOMException("not now", "InvalidStateError");
    };
    const { folderName } = await Workspace.open(browser.tab());
    expect(browser.root.names).toEqual([folderName, "ag06-studio-sick"].sort());
  });

  it("gives a reloaded tab its own folder, even while the page before still lets go of it", async () => {
    const browser = new Browser();
    const tab = new MemoryStorage();
    const before = await Workspace.open(browser.tab(tab));
    await browser.folder(before.folderName!, 10, "song-a.json");
    await browser.folder("ag06-studio-later", 99, "song-b.json");
    setTimeout(() => before.close(), 50);
    expect((await Workspace.open(browser.tab(tab))).folderName).toBe(before.folderName);
  });

  it("gives a duplicated tab another folder than its original's", async () => {
    const browser = new Browser();
    const tab = new MemoryStorage();
    const original = await Workspace.open(browser.tab(tab));
    await browser.folder(original.folderName!, 10, "song-a.json");
    expect((await Workspace.open(browser.tab(tab))).folderName).not.toBe(original.folderName);
  });

  it("does without where the browser refuses", async () => {
    const browser = new Browser();
    const refusing = { ...browser.tab(), root: { values: () => { throw new DOMException("no", "SecurityError"); } } as unknown as FileSystemDirectoryHandle };
    expect((await Workspace.open({ ...refusing, tab: new MemoryStorage() })).folderName).toBeNull();
  });
});
