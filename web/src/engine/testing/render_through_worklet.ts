/** Plays a whole song through the very worklet that listeners hear, faster than real time, and returns what came out. For tests and comparisons. */
import workletUrl from "../../worklet/player_processor.ts?worker&url";
import { CHUNK_FRAMES } from "../player/chunk_queue";
import type { MonitorState, ProcessorOptions } from "../player/messages";
import { planesIn } from "../player/port_queue";
import { PageReader, type SongAudio } from "../store/pages";

/** Input and output lie in memory: meant for songs of minutes. */
export async function renderThroughWorklet(
  module: WebAssembly.Module,
  song: SongAudio,
  params: readonly (readonly [id: number, value: number])[],
  monitor: MonitorState,
): Promise<Float32Array[]> {
  const context = new OfflineAudioContext(song.channels, song.frames, song.sampleRateHz);
  await context.audioWorklet.addModule(workletUrl);
  const reader = new PageReader(song);
  const preloaded: NonNullable<ProcessorOptions["preloaded"]>[number][] = [];
  for (let startFrame = 0; startFrame < song.frames; startFrame += CHUNK_FRAMES) {
    const frames = Math.min(CHUNK_FRAMES, song.frames - startFrame);
    const planes = planesIn(new ArrayBuffer(song.channels * CHUNK_FRAMES * 4), song.channels);
    await reader.read(startFrame, planes, frames);
    preloaded.push({ startFrame, frames, last: startFrame + frames === song.frames, planes });
  }
  const processorOptions: ProcessorOptions = {
    module, sampleRateHz: song.sampleRateHz, channels: song.channels, latency: "studio", params, monitor, ring: null, telemetry: null, preloaded,
  };
  const node = new AudioWorkletNode(context, "ag06-player", { numberOfInputs: 0, numberOfOutputs: 1, outputChannelCount: [song.channels], processorOptions });
  node.connect(context.destination);
  const rendered = await context.startRendering();
  return Array.from({ length: song.channels }, (_, c) => rendered.getChannelData(c));
}
