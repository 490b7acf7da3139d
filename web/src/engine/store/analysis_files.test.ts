import { beforeEach, describe, expect, it } from "vitest";
import { ANALYSIS_VERSION } from "../../protocol/analysis";
import { exampleHeard } from "../testing/example_analysis";
import { MemoryFolder, asFolder } from "../testing/memory_files";
import { keepAnalysis, readKeptAnalysis } from "./analysis_files";
import { openFile, replaceFile } from "./folder";
import { readSongs } from "./song_files";

let folder: FileSystemDirectoryHandle;
const text = async (): Promise<string> => (await (await openFile(folder, "song-a.analysis.json"))?.text()) ?? "";

beforeEach(async () => {
  folder = asFolder(new MemoryFolder("ag06-studio-x"));
  await keepAnalysis(folder, "song-a", exampleHeard());
});

describe("a kept analysis", () => {
  it("comes back exactly", async () => {
    expect(await readKeptAnalysis(folder, "song-a")).toEqual(exampleHeard());
  });

  it("is none where nothing was kept", async () => {
    expect(await readKeptAnalysis(folder, "song-b")).toBeNull();
  });

  it("is outdated when another version made it", async () => {
    for (const version of [ANALYSIS_VERSION + 1, ANALYSIS_VERSION + 9]) {
      await replaceFile(folder, "song-a.analysis.json", (await text()).replace(/"version":\d+/, `"version":${version}`));
      expect(await readKeptAnalysis(folder, "song-a")).toBe("outdated");
    }
  });

  it.each([["no JSON", () => "{"], ["another format", (json: string) => json.replace("ag06-analysis", "ag06-mix")], ["a figure that is text", (json: string) => json.replace('"tempo_bpm":120.02', '"tempo_bpm":"120"')],
    ["a step that is none", (json: string) => json.replace('"stepS":0.5', '"stepS":null')]])("is heard anew when it holds %s", async (_, spoil) => {
    const before = await text();
    const after = spoil(before);
    expect(after).not.toBe(before);
    await replaceFile(folder, "song-a.analysis.json", after);
    expect(await readKeptAnalysis(folder, "song-a")).toBe("outdated");
  });

  it("is heard anew when its spectrogram is cut off or gone", async () => {
    await replaceFile(folder, "song-a.spectrogram", new Blob([new Uint8Array(7)]));
    expect(await readKeptAnalysis(folder, "song-a")).toBe("outdated");
    await folder.removeEntry("song-a.spectrogram");
    expect(await readKeptAnalysis(folder, "song-a")).toBe("outdated");
  });

  it("goes with its song: without one it is cleared away", async () => {
    await readSongs(folder);
    expect(await openFile(folder, "song-a.analysis.json")).toBeNull();
    expect(await openFile(folder, "song-a.spectrogram")).toBeNull();
  });
});
