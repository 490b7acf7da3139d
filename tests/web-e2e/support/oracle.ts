// Independent programs that judge what the studio made: ffmpeg (loudness, decoding) and the native ag06.
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";

export const repository = join(__dirname, "../../..");
export const ag06 = join(repository, "build/bin/ag06");

/** The songs of the distribution's package fretsonfire-songs-sectoid, which tools/setup --test installs. */
export function realSong(title = "Escape from chaosland"): string {
  const files = execFileSync("dpkg", ["-L", "fretsonfire-songs-sectoid"], { encoding: "utf8" }).split("\n");
  const song = files.find((file) => file.endsWith("song.ogg") && file.includes(title));
  if (!song) throw new Error(`${title} is not in the package fretsonfire-songs-sectoid`);
  return song;
}

export function run(program: string, args: string[]): { status: number; stdout: string; stderr: string } {
  const done = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  return { status: done.status ?? -1, stdout: done.stdout, stderr: done.stderr };
}

export function ffmpeg(...args: string[]): void {
  const done = run("ffmpeg", ["-hide_banner", "-nostdin", "-y", "-loglevel", "error", ...args]);
  if (done.status !== 0) throw new Error(`ffmpeg ${args.join(" ")}: ${done.stderr}`);
}

export function loudnessByFfmpeg(file: string): { lufs: number; dbtp: number } {
  const { stderr } = run("ffmpeg", ["-hide_banner", "-nostdin", "-nostats", "-i", file, "-af", "ebur128=peak=true", "-f", "null", "-"]);
  const summary = stderr.slice(stderr.lastIndexOf("Summary:"));
  return { lufs: Number(/I:\s+(-?[\d.]+) LUFS/.exec(summary)?.[1]), dbtp: Number(/Peak:\s+(-?[\d.]+) dBFS/.exec(summary)?.[1]) };
}

function decoded(file: string, format: "s32le" | "f32le"): Buffer {
  const done = spawnSync("ffmpeg", ["-hide_banner", "-nostdin", "-loglevel", "error", "-i", file, "-f", format, "-"], { maxBuffer: 1 << 30 });
  if (done.status !== 0) throw new Error(`ffmpeg cannot decode ${file}: ${done.stderr.toString()}`);
  return done.stdout;
}

/** Hash of the decoded samples (32-bit integers or floats), whatever the container around them. */
export const sampleHash = (file: string, format: "s32le" | "f32le"): string => createHash("sha256").update(decoded(file, format)).digest("hex");

/** The decoded samples, channels interleaved. */
export function floatsOf(file: string): Float32Array {
  const bytes = decoded(file, "f32le");
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

export const bytesOf = (file: string): Buffer => readFileSync(file);
export const filesIn = (folder: string): string[] => readdirSync(folder);
