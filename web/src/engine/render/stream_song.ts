/** Streams a whole song: raw for the planner, or through the chain with its delay taken out, as core/engine/offline_render does. */
import type { ParamValues } from "../../protocol/types";
import { PageReader, type SongAudio } from "../store/pages";
import { WORK_BLOCK_FRAMES, type Core } from "../wasm/core";
import { CoreSession } from "../wasm/session";

type Progress = (ratio: number) => void;

/** Fills `planes` (engine memory) block by block and hands each to take(). */
export async function streamSong(song: SongAudio, planes: readonly Float32Array[], take: (frames: number) => void, progress: Progress): Promise<void> {
  const reader = new PageReader(song);
  for (let at = 0; at < song.frames; at += WORK_BLOCK_FRAMES) {
    const frames = Math.min(WORK_BLOCK_FRAMES, song.frames - at);
    await reader.read(at, planes, frames);
    take(frames);
    progress((at + frames) / song.frames);
  }
}

/** take() gets exactly song.frames frames in all; output frame 0 belongs to input frame 0. The planes are valid during the call. */
export async function renderSong(
  core: Core,
  song: SongAudio,
  values: ParamValues,
  take: (planes: readonly Float32Array[], frames: number) => void,
  progress: Progress,
): Promise<void> {
  const session = new CoreSession(core, song.sampleRateHz, song.channels, WORK_BLOCK_FRAMES);
  try {
    session.setParams(values);
    session.setMonitor({ processed: true, originalGainDb: 0, processedGainDb: 0 });
    session.reset();
    const reader = new PageReader(song);
    const total = song.frames + session.latencyFrames;
    let late = session.latencyFrames;
    for (let at = 0; at < total; at += WORK_BLOCK_FRAMES) {
      const frames = Math.min(WORK_BLOCK_FRAMES, total - at);
      await reader.read(at, session.planes, frames);
      session.process(frames);
      const skipped = Math.min(late, frames);
      late -= skipped;
      if (skipped < frames) take(session.planes.map((plane) => plane.subarray(skipped, frames)), frames - skipped);
      progress((at + frames) / total);
    }
  } finally {
    session.destroy();
  }
}
