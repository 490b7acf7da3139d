import { beforeEach, describe, expect, it } from "vitest";
import type { Song } from "../../protocol/types";
import { fakeReport, fakeWaveform } from "../fake_engine";
import { MemoryFolder, MemoryStorage, asFolder } from "../testing/memory_files";
import { exampleHeard } from "../testing/example_analysis";
import { keepAnalysis, readKeptAnalysis } from "./analysis_files";
import { FileDocuments } from "./documents";
import { openFile, replaceFile } from "./folder";
import { pageBytes } from "./pages";
import { keepSong, lastUsedMs, readSongs, removeSongFiles } from "./song_files";
import { readSongRecord, songRecord } from "./song_record";

const FRAMES = 100_000;
const song = (id: string, name = `${id}.wav`): Song => ({
  id, name, sampleRateHz: 44100, channels: 2, frames: FRAMES, codec: "FLAC", bitDepth: null, report: { ...fakeReport(-17.123456789012345, null), frames: FRAMES },
  waveform: fakeWaveform(FRAMES), warnings: ["clipped, \"badly\""],
});

let memory: MemoryFolder;
let folder: FileSystemDirectoryHandle;

async function keep(id: string, addedMs: number): Promise<Song> {
  const made = song(id);
  (await memory.getFileHandle(`${id}.audio`, { create: true })).content = new Blob([new Uint8Array(pageBytes(2, FRAMES))]);
  await keepSong(folder, made, addedMs);
  return made;
}

beforeEach(() => {
  memory = new MemoryFolder("ag06-studio-x");
  folder = asFolder(memory);
});

describe("song files", () => {
  it("leave what was heard in a song beside it", async () => {
    await keep("song-a", 1);
    await keepAnalysis(folder, "song-a", exampleHeard());
    await readSongs(folder);
    expect(await readKeptAnalysis(folder, "song-a")).toEqual(exampleHeard());
    await removeSongFiles(folder, "song-a");
    expect(await readKeptAnalysis(folder, "song-a")).toBeNull();
    expect(await openFile(folder, "song-a.spectrogram")).toBeNull();
  });

  it("give every song back exactly, in the order they came", async () => {
    const b = await keep("song-b", 2);
    const a = await keep("song-a", 3);
    const { songs, problems } = await readSongs(folder);
    expect(problems).toEqual([]);
    expect(songs.map((kept) => kept.song)).toEqual([b, a]);
    expect(songs[0]!.audio).toMatchObject({ sampleRateHz: 44100, channels: 2, frames: FRAMES });
    expect(songs[0]!.audio.blob.size).toBe(pageBytes(2, FRAMES));
  });

  it("clear away unfinished imports and exports, and keep mixes and the session", async () => {
    await keep("song-a", 1);
    for (const name of ["song-a.mix.json", "session.json", "export-1", "song-a.mix.json.crswap", "song-b.audio", "song-b.waveform", "song-b.mix.json"]) await replaceFile(folder, name, "{}");
    await readSongs(folder);
    expect(memory.names).toEqual(["session.json", "song-a.audio", "song-a.json", "song-a.mix.json", "song-a.waveform"]);
  });

  it("name each song that is damaged, whatever is damaged, and give the others", async () => {
    const record = songRecord(song("song-a"), 1);
    const damages: [string, string][] = [
      ["song-a.json", record.slice(0, 200)], ["song-a.json", ""], ["song-a.json", "[]"], ["song-a.json", '{"format":"ag06-mix","version":1}'],
      ["song-a.json", record.replace('"channels":2', '"channels":7')], ["song-a.json", record.replace('"frames":100000', '"frames":0')],
      ["song-a.json", record.replace('"id":"song-a"', '"id":"../x"')], ["song-a.json", record.replace('"truePeakDbtp":null', '"truePeakDbtp":"loud"')],
      ["song-a.json", record.replace('"framesPerBin":256', '"framesPerBin":255')], ["song-a.audio", "short"], ["song-a.waveform", "short"],
    ];
    await keep("song-b", 2);
    for (const [name, content] of damages) {
      await keep("song-a", 1);
      expect(content).not.toBe(record);
      (await memory.getFileHandle(name)).content = content;
      const { songs, problems } = await readSongs(folder);
      expect(songs.map((kept) => kept.song.id), `${name}: ${content.slice(0, 60)}`).toEqual(["song-b"]);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain("song-a.json");
      expect(memory.names.filter((file) => file.startsWith("song-a"))).toEqual([]);
    }
  });

  it("leave a song of a later version of the studio alone", async () => {
    await keep("song-a", 1);
    await replaceFile(folder, "song-a.json", songRecord(song("song-a"), 1).replace('"version":1', '"version":2'));
    const { songs, problems } = await readSongs(folder);
    expect(songs).toEqual([]);
    expect(problems[0]).toContain("later version");
    expect(memory.names).toEqual(["song-a.audio", "song-a.json", "song-a.waveform"]);
  });

  it("go with their song", async () => {
    await keep("song-a", 1);
    await keep("song-ab", 1);
    await replaceFile(folder, "song-a.mix.json", "{}");
    await removeSongFiles(folder, "song-a");
    expect(memory.names).toEqual(["song-ab.audio", "song-ab.json", "song-ab.waveform"]);
  });

  it("tell a folder with songs from one without", async () => {
    await replaceFile(folder, "session.json", "{}");
    expect(await lastUsedMs(folder)).toBeNull();
    await keep("song-a", 1);
    (await memory.getFileHandle("session.json")).lastModified = 77;
    expect(await lastUsedMs(folder)).toBe(77);
  });

  it("refuse a record under another song's name", () => {
    expect(() => readSongRecord(songRecord(song("song-a"), 1), "song-b")).toThrow("another song");
  });
});

describe("documents", () => {
  const storage = new MemoryStorage();

  it("keep the old text when writing fails in the middle", async () => {
    const documents = new FileDocuments(folder, storage);
    await documents.write("session.json", "old");
    (await memory.getFileHandle("session.json")).failure = new DOMException("full", "QuotaExceededError");
    await expect(documents.write("session.json", "new")).rejects.toThrow("full");
    expect(await documents.read("session.json")).toBe("old");
    expect(await documents.read("other.json")).toBeNull();
  });

  it("find what was written in the last moment of the page before", async () => {
    await new FileDocuments(folder, storage).write("a.json", "old");
    new FileDocuments(folder, storage).writeAtOnce("a.json", "last");
    const documents = new FileDocuments(folder, storage);
    await documents.settle();
    expect(await documents.read("a.json")).toBe("last");
    expect(storage.items.size).toBe(0);
  });

  it("find it even where the disk is full now", async () => {
    await replaceFile(folder, "a.json", "old");
    (await memory.getFileHandle("a.json")).failure = new DOMException("full", "QuotaExceededError");
    const documents = new FileDocuments(folder, new MemoryStorage());
    documents.writeAtOnce("a.json", "last");
    await documents.settle();
    expect(await documents.read("a.json")).toBe("last");
  });

  it("forget the last moment when the page lived on and wrote later", async () => {
    const documents = new FileDocuments(folder, storage);
    documents.writeAtOnce("a.json", "hidden");
    await documents.write("a.json", "later");
    await documents.settle();
    expect(await (await openFile(folder, "a.json"))?.text()).toBe("later");
  });

  it("survive a damaged journal", async () => {
    storage.setItem("ag06-studio-x-journal", "{");
    await new FileDocuments(folder, storage).settle();
    storage.setItem("ag06-studio-x-journal", "null");
    await new FileDocuments(folder, storage).settle();
  });
});
