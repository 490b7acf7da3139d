/** A whole song at another sample rate, as pages of its own. */
import { PageWriter, type SongAudio } from "../store/pages";
import type { ByteSink } from "../store/sink";
import type { Core } from "../wasm/core";
import { CoreResampler } from "../wasm/resampler";
import { streamSong } from "./stream_song";

/** The sink holds the new song's audio for as long as it is read. */
export async function resampleSong(core: Core, song: SongAudio, sampleRateHz: number, sink: ByteSink, progress: (ratio: number) => void): Promise<SongAudio> {
  const resampler = new CoreResampler(core, song.sampleRateHz, sampleRateHz, song.channels);
  try {
    const pages = new PageWriter(sink, song.channels);
    const take = (planes: readonly Float32Array[], frames: number): void => pages.append(planes, frames);
    await streamSong(song, resampler.planes, (frames) => resampler.process(frames, take), progress);
    resampler.drain(take);
    const { frames } = pages;
    return { blob: await pages.finish(), sampleRateHz, channels: song.channels, frames };
  } finally {
    resampler.destroy();
  }
}
