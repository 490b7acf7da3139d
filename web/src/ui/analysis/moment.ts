/** What happens at one moment of the song, in one line. */
import { SPECTROGRAM_HIGH_HZ, SPECTROGRAM_LOW_DB, SPECTROGRAM_LOW_HZ, type Heard } from "../../protocol/analysis";
import { clock, decimal, typeset } from "../shell/format";
import { sectionLabel } from "../waveform/sections";
import { hertz, spoken } from "./figures";
import { barBeatAt, indexAt } from "./geometry";

/** `height`: 0..1 up the spectrogram, when the pointer is on it; else null or negative. */
export function momentText({ analysis, spectrogram }: Heard, atS: number, height: number | null): string {
  const words = [clock(atS, 1)];
  const { beatsS, downbeatsS } = analysis.rhythm;
  const place = barBeatAt(beatsS, downbeatsS, atS);
  if (place !== null) words.push(`bar ${place.bar}.${place.beat}`);
  const section = analysis.structure.sections[indexAt(analysis.structure.sections, atS)];
  if (section !== undefined) words.push(`${sectionLabel(section)} ${section.group}`);
  const chord = analysis.tonality.chords[indexAt(analysis.tonality.chords, atS)]?.chord ?? null;
  if (chord !== null) words.push(chord);
  const { stepS, shortTermLufs } = analysis.loudness.history;
  const lufs = stepS === null || stepS === 0 ? null : (shortTermLufs[Math.floor(atS / stepS)] ?? null);
  if (lufs !== null) words.push(`${typeset(decimal(lufs))} LUFS`);
  if (height !== null && height >= 0) {
    const hz = SPECTROGRAM_LOW_HZ * (SPECTROGRAM_HIGH_HZ / SPECTROGRAM_LOW_HZ) ** height;
    const band = Math.min(spectrogram.bands - 1, Math.floor(height * spectrogram.bands));
    const level = spectrogram.levels[Math.floor(atS / spectrogram.stepS) * spectrogram.bands + band];
    words.push(`${spoken(hertz(hz))}${level === undefined ? "" : ` ${typeset(decimal(SPECTROGRAM_LOW_DB * (1 - level / 255), 0))} dB`}`);
  }
  return words.join("  ·  ");
}
