/** The files of the songs in a workspace: `<id>.audio` (pages), `<id>.waveform`, and `<id>.json`, which is written last and makes the song exist. What was heard in them: analysis_files.ts. */
import { FromLaterVersion } from "../../protocol/checked";
import type { Song } from "../../protocol/types";
import { namesIn, openFile, removeFile, replaceFile } from "./folder";
import { pageBytes, type SongAudio } from "./pages";
import { readSongRecord, readWaveform, songRecord, waveformBlob } from "./song_record";

const RECORD = /^(song-[a-z0-9]+)\.json$/;
/** Anything else, e.g. a browser's half-written copy, is a leftover. */
const KEPT = /^(song-[a-z0-9]+)\.(json|mix\.json|[a-z-]+\.mix\.json|analysis\.json|models\.json|audio|waveform|spectrogram)$/;
/** Documents of the whole workspace. */
const WORKSPACE_FILES: ReadonlySet<string> = new Set(["session.json", "profiles.json", "live.mix.json"]);

export interface KeptSong {
  readonly song: Song;
  readonly audio: SongAudio;
}

export const audioFile = (songId: string): string => `${songId}.audio`;

export function newSongId(): string {
  return `song-${Math.random().toString(36).slice(2, 12)}`;
}

/** Its audio is already there. */
export async function keepSong(folder: FileSystemDirectoryHandle, song: Song, addedMs = Date.now()): Promise<void> {
  await replaceFile(folder, `${song.id}.waveform`, waveformBlob(song.waveform));
  await replaceFile(folder, `${song.id}.json`, songRecord(song, addedMs));
}

/** The record goes first: what is left after a crash is no song. */
export async function removeSongFiles(folder: FileSystemDirectoryHandle, songId: string): Promise<void> {
  await removeFile(folder, `${songId}.json`);
  for (const name of await namesIn(folder, "file")) if (name.startsWith(`${songId}.`)) await removeFile(folder, name);
}

/** When anything here was last written; null without a song. */
export async function lastUsedMs(folder: FileSystemDirectoryHandle): Promise<number | null> {
  const names = await namesIn(folder, "file");
  if (!names.some((name) => RECORD.test(name))) return null;
  const files = await Promise.all(names.filter((name) => name.endsWith(".json")).map((name) => openFile(folder, name)));
  return Math.max(0, ...files.map((file) => file?.lastModified ?? 0));
}

/** Every song that can be read, oldest first; removes what no song needs: unfinished imports, exports, songs that cannot be read. */
export async function readSongs(folder: FileSystemDirectoryHandle): Promise<{ songs: KeptSong[]; problems: string[] }> {
  const found: (KeptSong & { readonly addedMs: number })[] = [];
  const wanted = new Set<string>();
  const problems: string[] = [];
  const names = await namesIn(folder, "file");
  for (const name of names) {
    const songId = RECORD.exec(name)?.[1];
    if (songId === undefined) continue;
    try {
      found.push(await readSong(folder, songId));
      wanted.add(songId);
    } catch (error) {
      if (error instanceof FromLaterVersion) wanted.add(songId);
      problems.push(`A song of the last session cannot be restored (${name}): ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  for (const name of names) if (!WORKSPACE_FILES.has(name) && !wanted.has(KEPT.exec(name)?.[1] ?? "")) await removeFile(folder, name);
  return { songs: found.sort((a, b) => a.addedMs - b.addedMs), problems };
}

async function readSong(folder: FileSystemDirectoryHandle, songId: string): Promise<KeptSong & { addedMs: number }> {
  const json = await openFile(folder, `${songId}.json`);
  const record = readSongRecord((await json?.text()) ?? "", songId);
  const { name, sampleRateHz, channels, frames } = record.song;
  const blob = await openFile(folder, audioFile(songId));
  if (blob === null || blob.size !== pageBytes(channels, frames)) throw new Error(`the audio of ${name} is incomplete`);
  const waveform = readWaveform(record, (await (await openFile(folder, `${songId}.waveform`))?.arrayBuffer()) ?? new ArrayBuffer(0));
  return { song: { ...record.song, waveform }, audio: { blob, sampleRateHz, channels, frames }, addedMs: record.addedMs };
}
