/** How the energy of the song moves through the frequencies; follows the zoom of the waveform. */
import type { VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { SPECTROGRAM_HIGH_HZ, SPECTROGRAM_LOW_HZ, type Spectrogram } from "../../protocol/analysis";
import { useSurface } from "../shell/canvas";
import { LABELLED_HZ } from "../shell/frequency_axis";
import type { View } from "../waveform/view";
import { logShare } from "./geometry";
import { levelRamp } from "./ramp";
import { levelShades, poolColumns } from "./spectrogram_image";

interface Props {
  readonly spectrogram: Spectrogram;
  readonly view: View;
  readonly sampleRateHz: number;
  readonly words: string;
}

export function SpectrogramLane({ spectrogram, view, sampleRateHz, words }: Props): VNode {
  const image = useRef<HTMLCanvasElement | null>(null);
  const shades = useMemo(() => levelShades(spectrogram, levelRamp()), [spectrogram]);
  const paint = (): void => {
    const target = surface();
    if (target === null || spectrogram.columns === 0) return;
    const { context, width, height, density } = target;
    const columns = Math.max(1, Math.round(width * density));
    image.current ??= document.createElement("canvas");
    image.current.width = columns;
    image.current.height = spectrogram.bands;
    const small = image.current.getContext("2d");
    if (small === null) return;
    const pixels = new ImageData(columns, spectrogram.bands);
    const perColumn = 1 / spectrogram.stepS / sampleRateHz;
    poolColumns(spectrogram, shades, view.startFrame * perColumn, view.endFrame * perColumn, columns, new Uint32Array(pixels.data.buffer));
    small.putImageData(pixels, 0, 0);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.clearRect(0, 0, width, height);
    context.drawImage(image.current, 0, 0, columns, spectrogram.bands, 0, 0, width, height);
  };
  const { ref, surface } = useSurface(paint);
  useEffect(paint, [spectrogram, view.startFrame, view.endFrame, sampleRateHz]);
  return (
    <div class="time-lane lane-spectrogram">
      <canvas ref={ref} role="img" aria-label={words} />
      {LABELLED_HZ.map(([hz, text]) => <span key={hz} class="lane-mark" aria-hidden="true" style={{ top: `${(1 - logShare(hz, SPECTROGRAM_LOW_HZ, SPECTROGRAM_HIGH_HZ)) * 100}%` }}>{text}</span>)}
      {shades.loudest === 0 && <span class="lane-empty">– silence</span>}
      <span class="lane-name" aria-hidden="true">Spectrogram <small>Hz</small></span>
    </div>
  );
}
