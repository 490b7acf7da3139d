/** Plans, measures and exports a song: everything that runs the chain over a whole file. */
import { serveJob, type Job, type Outcome } from "../engine/jobs/serve_job";
import { WaveformBuilder } from "../engine/peaks/waveform_builder";
import type { Planned, RenderQuestion, RenderRequest, RenderResults, WrittenFile } from "../engine/render/messages";
import { resampleSong } from "../engine/render/resample_song";
import { SampleWriter } from "../engine/render/sample_writer";
import { renderSong, streamSong } from "../engine/render/stream_song";
import { openSink } from "../engine/store/sink";
import { Core } from "../engine/wasm/core";
import { CoreMeter } from "../engine/wasm/meter";
import { CorePlanner } from "../engine/wasm/planner";
import { wavHeader, wavPaddingBytes } from "../engine/wav/wav_header";
import type { ModelAdvice } from "../protocol/models";
import type { RenderFacts } from "../protocol/types";

type PlanRequest = Extract<RenderRequest, { kind: "decide" | "fit" }>;
type MeasureRequest = Extract<RenderRequest, { kind: "measure" }>;
type ExportRequest = Extract<RenderRequest, { kind: "export" }>;
type RenderJob = Job<RenderQuestion, ModelAdvice>;

async function plan(request: PlanRequest, job: RenderJob): Promise<Planned> {
  const { song, heard } = request;
  const core = new Core(request.module);
  const planner = new CorePlanner(core, request.kind === "decide" ? request : null, song, request.target, request.values);
  const passes = core.exports.ag06_planner_max_passes();
  const advise = async (): Promise<void> => {
    if (request.kind === "decide" && request.byModels) planner.follow(await job.ask("advice"));
  };
  if (heard !== null) {
    job.progress(0, "Hearing");
    await advise();
    planner.know(heard);
  }
  for (let pass = 0; planner.wantsPass(); ++pass) {
    const listens = pass === 0 && heard === null;
    const what = listens ? "Measuring" : "Fitting loudness";
    // Most songs need three to five passes: the bar approaches the end without ever running past it.
    const from = 1 - 0.55 ** pass;
    const to = pass + 1 === passes ? 1 : 1 - 0.55 ** (pass + 1);
    const progress = (ratio: number): void => job.progress(from + (to - from) * ratio, what);
    if (planner.takesMix()) planner.feedMix(progress);
    else await streamSong(song, planner.planes, (frames) => planner.feed(frames), progress);
    if (listens) await advise();
    planner.endPass();
  }
  job.progress(1, "Done");
  const planned = { plan: planner.result(), heard: planner.heard() };
  planner.destroy();
  return planned;
}

async function measure({ module, song, values }: MeasureRequest, job: RenderJob): Promise<RenderFacts> {
  const core = new Core(module);
  const meter = new CoreMeter(core, song.sampleRateHz, song.channels);
  const waveform = new WaveformBuilder(song.channels);
  const take = (planes: readonly Float32Array[], frames: number): void => {
    meter.feed(planes, frames);
    waveform.feed(planes, frames);
  };
  await renderSong(core, song, values, take, (ratio) => job.progress(ratio, "Measuring"));
  return { report: meter.finish(), waveform: waveform.finish() };
}

async function write(request: ExportRequest, job: RenderJob): Promise<WrittenFile> {
  const { song, how, folderName, fileName } = request;
  if (how.sampleRateHz === song.sampleRateHz) return writeAt(request, (ratio) => job.progress(ratio, "Rendering"));
  const sink = await openSink(folderName, `${fileName}-resampled`);
  try {
    const audio = await resampleSong(new Core(request.module), song, how.sampleRateHz, sink, (ratio) => job.progress(0.2 * ratio, "Changing the sample rate"));
    const fitted = how.refit === null ? null : await plan({ kind: "fit", module: request.module, song: audio, values: request.values, target: how.refit, heard: null }, {
      ...job,
      progress: (ratio, what) => job.progress(0.2 + 0.5 * ratio, what),
    });
    return await writeAt({ ...request, song: audio, values: fitted?.plan.params ?? request.values }, (ratio) => job.progress(0.7 + 0.3 * ratio, "Rendering"));
  } finally {
    await sink.discard();
  }
}

async function writeAt(request: ExportRequest, progress: (ratio: number) => void): Promise<WrittenFile> {
  const { song, how: { format } } = request;
  const core = new Core(request.module);
  const meter = new CoreMeter(core, song.sampleRateHz, song.channels);
  const writer = new SampleWriter(core, format, song.channels, song.sampleRateHz);
  const sink = await openSink(request.folderName, request.fileName);
  try {
    sink.write(wavHeader(format, song.sampleRateHz, song.channels, song.frames));
    const take = (planes: readonly Float32Array[], frames: number): void => {
      const { bytes, heard } = writer.encode(planes, frames);
      sink.write(bytes);
      meter.feed(heard, frames);
    };
    await renderSong(core, song, request.values, take, progress);
    if (wavPaddingBytes(format, song.channels, song.frames) > 0) sink.write(new Uint8Array(1));
    return { blob: await sink.finish(), report: meter.finish(), clippedSamples: writer.clippedSamples() };
  } catch (error) {
    await sink.discard();
    throw error;
  }
}

serveJob<RenderRequest, RenderResults[keyof RenderResults], RenderQuestion, ModelAdvice>(async (request, job): Promise<Outcome<RenderResults[keyof RenderResults]>> => {
  if (request.kind === "measure") {
    const result = await measure(request, job);
    return { result, transfer: result.waveform.levels.map((level) => level.data.buffer as ArrayBuffer) };
  }
  return { result: await (request.kind === "export" ? write(request, job) : plan(request, job)) };
});
