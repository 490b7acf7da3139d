/** Hears a whole song: streams its pages through the analyser and returns what it tells. */
import { serveJob } from "../engine/jobs/serve_job";
import type { AnalysisRequest } from "../engine/render/analysis_messages";
import { streamSong } from "../engine/render/stream_song";
import { CoreAnalyser } from "../engine/wasm/analyser";
import type { Heard } from "../protocol/analysis";

/** What the conclusions at the end take of the bar. */
const LISTENING_SHARE = 0.94;

serveJob<AnalysisRequest, Heard>(async ({ module, song }, job) => {
  const analyser = new CoreAnalyser(module, song.sampleRateHz, song.channels, song.frames / song.sampleRateHz);
  await streamSong(song, analyser.planes, (frames) => analyser.feed(frames), (ratio) => job.progress(LISTENING_SHARE * ratio, "Listening"));
  job.progress(LISTENING_SHARE, "Drawing conclusions");
  const result = analyser.finish();
  return { result, transfer: [result.spectrogram.levels.buffer as ArrayBuffer] };
});
