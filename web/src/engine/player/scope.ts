/** The scope of the in-page player: analysers beside the way to the speakers. */
import { SPECTRUM_BINS, WAVE_FRAMES, type Scope } from "../../protocol/scope";

/** Per block of the analyser: fast enough for drums, slow enough to read. */
const SPECTRUM_SMOOTHING = 0.72;

export class NodeScope implements Scope {
  readonly sampleRateHz: number;
  private readonly spectrum: AnalyserNode;
  private readonly waves: readonly [AnalyserNode, AnalyserNode];

  constructor(source: AudioNode, channels: number) {
    const { context } = source;
    this.sampleRateHz = context.sampleRate;
    this.spectrum = new AnalyserNode(context, { fftSize: 2 * SPECTRUM_BINS, smoothingTimeConstant: SPECTRUM_SMOOTHING, minDecibels: -120, maxDecibels: 0 });
    source.connect(this.spectrum);
    const splitter = new ChannelSplitterNode(context, { numberOfOutputs: 2 });
    source.connect(splitter);
    const wave = (channel: number): AnalyserNode => {
      const analyser = new AnalyserNode(context, { fftSize: WAVE_FRAMES });
      splitter.connect(analyser, channel);
      return analyser;
    };
    this.waves = [wave(0), wave(channels === 2 ? 1 : 0)];
  }

  readSpectrum(into: Float32Array<ArrayBuffer>): boolean {
    this.spectrum.getFloatFrequencyData(into);
    return true;
  }

  readWaves(left: Float32Array<ArrayBuffer>, right: Float32Array<ArrayBuffer>): boolean {
    this.waves[0].getFloatTimeDomainData(left);
    this.waves[1].getFloatTimeDomainData(right);
    return true;
  }
}

export const NO_SCOPE: Scope = { sampleRateHz: 0, readSpectrum: () => false, readWaves: () => false };
