/** What was heard in a song, kept beside it: `<id>.spectrogram`, and `<id>.analysis.json`, which is written last and makes the analysis exist. */
import { ANALYSIS_VERSION, readAnalysis, type Heard } from "../../protocol/analysis";
import { FromLaterVersion, number, openDocument, whole } from "../../protocol/checked";
import { openFile, replaceFile } from "./folder";

const FORMAT = "ag06-analysis";

/** outdated: an analysis is there, but another version made it, or it cannot be read. */
export type KeptAnalysis = Heard | "outdated" | null;

export async function keepAnalysis(folder: FileSystemDirectoryHandle, songId: string, { analysis, spectrogram }: Heard): Promise<void> {
  const { columns, bands, stepS, levels } = spectrogram;
  await replaceFile(folder, `${songId}.spectrogram`, new Blob([levels as Uint8Array<ArrayBuffer>]));
  await replaceFile(folder, `${songId}.analysis.json`, JSON.stringify({ format: FORMAT, version: ANALYSIS_VERSION, columns, bands, stepS, analysis: wire(analysis) }));
}

export async function readKeptAnalysis(folder: FileSystemDirectoryHandle, songId: string): Promise<KeptAnalysis> {
  const file = await openFile(folder, `${songId}.analysis.json`);
  if (file === null) return null;
  try {
    const fields = openDocument(await file.text(), FORMAT, ANALYSIS_VERSION);
    if (whole(fields, "version") !== ANALYSIS_VERSION) return "outdated";
    const columns = whole(fields, "columns");
    const bands = whole(fields, "bands");
    const levels = new Uint8Array((await (await openFile(folder, `${songId}.spectrogram`))?.arrayBuffer()) ?? new ArrayBuffer(0));
    if (levels.length !== columns * bands) return "outdated";
    return { analysis: readAnalysis(fields["analysis"]), spectrogram: { columns, bands, stepS: number(fields, "stepS", 0), levels } };
  } catch (reason) {
    if (reason instanceof Error && (reason.name === "Damaged" || reason instanceof FromLaterVersion)) return "outdated";
    throw reason;
  }
}

/** Back to the names of the JSON, which is what readAnalysis() reads. Values of records keep their names, which hold no capital letters. */
function wire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wire);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, found]) => [key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), wire(found)]));
}
