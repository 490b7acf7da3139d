// A real song, mixed in the page: loudness and peaks by independent meters, and the same bits as the native program.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ag06, ffmpeg, loudnessByFfmpeg, realSong, run, sampleHash } from "./support/oracle";
import { expect, test } from "./support/studio";

const folder = mkdtempSync(join(tmpdir(), "ag06-mix-"));

test.describe.configure({ timeout: 600_000 });

for (const container of ["wav", "flac"] as const) {
  test(`a real song as ${container}, mixed to spotify, is on target and bit-identical to ag06 mix`, async ({ studio }) => {
    const song = join(folder, `song.${container}`);
    ffmpeg("-i", realSong(), "-c:a", container === "wav" ? "pcm_s16le" : "flac", "-sample_fmt", "s16", song);
    await studio.addFiles(song);
    await studio.songReady(`song.${container}`);
    await studio.listenTo("Musical");
    await studio.chooseTarget(/spotify/);
    const exported = join(folder, `page-${container}.wav`);
    await studio.exportAs("Musical", /24/, exported);

    const measured = loudnessByFfmpeg(exported);
    expect(Math.abs(measured.lufs - -14)).toBeLessThanOrEqual(0.1);
    expect(measured.dbtp).toBeLessThanOrEqual(-0.9);

    const native = join(folder, `native-${container}.wav`);
    const mixed = run(ag06, ["mix", song, "-o", native, "--version", "musical", "--target", "spotify", "--format", "wav24", "--quiet"]);
    expect(mixed.stderr).toBe("");
    expect(mixed.status).toBe(0);
    expect(sampleHash(exported, "s32le")).toBe(sampleHash(native, "s32le"));

    const nativeFloat = join(folder, `native-float-${container}.wav`);
    expect(run(ag06, ["mix", song, "-o", nativeFloat, "--version", "musical", "--target", "spotify", "--format", "wav32f", "--quiet"]).status).toBe(0);
    expect(await studio.listenedHash("musical"), "what a listener hears from the worklet").toBe(sampleHash(nativeFloat, "f32le"));
  });
}

test("the song as it comes from its package (OGG) is on target", async ({ studio }) => {
  await studio.addFiles(realSong("Feelings"));
  await studio.songReady("song.ogg");
  await studio.listenTo("Musical");
  await studio.chooseTarget(/spotify/);
  const exported = join(folder, "page-ogg.wav");
  await studio.exportAs("Musical", /16/, exported);
  const measured = loudnessByFfmpeg(exported);
  expect(Math.abs(measured.lufs - -14)).toBeLessThanOrEqual(0.1);
  expect(measured.dbtp).toBeLessThanOrEqual(-0.9);
});
