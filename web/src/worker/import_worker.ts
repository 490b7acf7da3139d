/** Reads one audio file: decodes it into pages, measures it, draws its waveform, looks for what is wrong with it. */
import { StudioError } from "../engine/engine";
import { checkShape, SampleChecks } from "../engine/import/checks";
import { openMedia } from "../engine/import/decode_media";
import { openWav } from "../engine/import/decode_wav";
import type { DecodeQuestion, DecodeReply, Imported, ImportRequest } from "../engine/import/messages";
import { serveJob, type Job, type Outcome } from "../engine/jobs/serve_job";
import { WaveformBuilder } from "../engine/peaks/waveform_builder";
import { PageWriter } from "../engine/store/pages";
import { openSink } from "../engine/store/sink";
import { Core } from "../engine/wasm/core";
import { CoreMeter } from "../engine/wasm/meter";
import { looksLikeWav } from "../engine/wav/wav_format";
import type { Source } from "../engine/import/decoded";

type ImportJob = Job<DecodeQuestion, DecodeReply>;

async function open(file: File, job: ImportJob): Promise<Source> {
  if (file.size === 0) throw new StudioError(`${file.name}: the file is empty`);
  // Asking for the first byte tells a folder or a file that has gone from one that can be read.
  await file.slice(0, 1).arrayBuffer().catch(() => {
    throw new StudioError(`${file.name}: the browser cannot read it; it may have been moved or be a folder`);
  });
  const isWav = await looksLikeWav(file);
  const source = (isWav ? await openWav(file) : null) ?? (await openMedia(file, (question) => job.ask(question)).catch((error: unknown) => {
    throw isWav ? new StudioError(`${file.name}: its WAV coding cannot be read here; convert it to PCM`) : error;
  }));
  checkShape(file.name, source.channels, source.sampleRateHz);
  return source;
}

async function importFile({ module, file, songId, songName, folderName, fileName }: ImportRequest, job: ImportJob): Promise<Imported> {
  job.progress(0, "Reading");
  const source = await open(file, job);
  const { channels, sampleRateHz } = source;
  const core = new Core(module);
  const meter = new CoreMeter(core, sampleRateHz, channels);
  const waveform = new WaveformBuilder(channels);
  const checks = new SampleChecks(channels);
  const sink = await openSink(folderName, fileName);
  try {
    const pages = new PageWriter(sink, channels);
    const take = (planes: readonly Float32Array[], frames: number): void => {
      pages.append(planes, frames);
      waveform.feed(planes, frames);
      checks.feed(planes, frames);
      meter.feed(planes, frames);
    };
    await source.decode(take, (ratio) => job.progress(ratio, "Decoding"));
    const frames = pages.frames;
    if (frames === 0) throw new StudioError(`${file.name}: it holds no audio`);
    const report = meter.finish();
    const song = {
      id: songId,
      name: songName,
      sampleRateHz,
      channels: channels === 1 ? (1 as const) : (2 as const),
      frames,
      codec: source.codec,
      bitDepth: source.bitDepth,
      report,
      waveform: waveform.finish(),
      warnings: [...source.warnings, ...checks.warnings(report.dcOffsetRatio)],
    };
    return { song, blob: await pages.finish() };
  } catch (error) {
    await sink.discard();
    if (error instanceof StudioError && !error.message.includes(file.name)) throw new StudioError(`${file.name}: ${error.message}`);
    throw error;
  }
}

serveJob<ImportRequest, Imported, DecodeQuestion, DecodeReply>(async (request, job): Promise<Outcome<Imported>> => {
  const result = await importFile(request, job);
  return { result, transfer: result.song.waveform.levels.map((level) => level.data.buffer as ArrayBuffer) };
});
