/** What the painted pictures show, in words. */
import { SPECTROGRAM_HIGH_HZ, SPECTROGRAM_LOW_HZ, type Analysis, type Spectrogram } from "../../protocol/analysis";
import { clock, quantity } from "../shell/format";
import { hertz, spoken } from "./figures";

export function loudnessWords({ loudness }: Analysis, targetLufs: number | null): string {
  const { stepS, shortTermLufs } = loudness.history;
  const loudest = shortTermLufs.reduce<number>((best, lufs, i) => (lufs !== null && lufs > (shortTermLufs[best] ?? -Infinity) ? i : best), -1);
  const where = loudest < 0 || stepS === null ? "" : `, loudest at ${clock(loudest * stepS, 0)}`;
  const target = targetLufs === null ? "" : `; target ${quantity(targetLufs, "LUFS")}`;
  return `Loudness over time: ${quantity(loudness.integratedLufs, "LUFS")} integrated, short-term up to ${quantity(loudness.shortTermMaxLufs, "LUFS")}${where}${target}`;
}

/** The stretch of frequencies that holds nearly all of what is loud. */
export function spectrogramWords({ columns, bands, levels }: Spectrogram): string {
  const mean = new Float64Array(bands);
  const powers = Float64Array.from({ length: 256 }, (_, level) => 10 ** ((level * (100 / 255)) / 10));
  levels.forEach((level, i) => (mean[i % bands] = (mean[i % bands] as number) + (powers[level] as number)));
  const loudest = mean.reduce((a, b) => Math.max(a, b), 0);
  if (columns === 0 || levels.every((level) => level === 0)) return "Spectrogram: silence";
  const heard = [...mean.keys()].filter((band) => (mean[band] as number) > loudest * 1e-3);
  const hz = (band: number): string => spoken(hertz(SPECTROGRAM_LOW_HZ * (SPECTROGRAM_HIGH_HZ / SPECTROGRAM_LOW_HZ) ** ((band + 0.5) / bands)));
  return `Spectrogram, 30 Hz to 16 kHz over time: strongest around ${hz(mean.indexOf(loudest))}, within 30 dB of that from ${hz(heard[0] as number)} to ${hz(heard.at(-1) as number)}`;
}
