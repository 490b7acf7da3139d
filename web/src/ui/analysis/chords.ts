/** Reads chord names: "F#m" is the pitch class 6, minor. */
import type { Chord } from "../../protocol/analysis";

const LETTERS: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

/** root null: no chord's name. */
export function chordParts(name: string): { readonly root: number | null; readonly minor: boolean } {
  const [, letter = "", accidental = "", rest = ""] = /^([A-G])([#♯b♭]?)(.*)$/.exec(name) ?? [];
  const natural = LETTERS[letter];
  if (natural === undefined) return { root: null, minor: false };
  const shift = accidental === "" ? 0 : /[#♯]/.test(accidental) ? 1 : -1;
  return { root: (natural + shift + 12) % 12, minor: /^m(?!aj)/.test(rest) };
}

/** The chords by the time they take, longest first. */
export function commonChords(chords: readonly Chord[], most: number): readonly { readonly chord: string; readonly share: number }[] {
  const lasting = new Map<string, number>();
  let total = 0;
  for (const { chord, startS, endS } of chords) {
    if (chord === null) continue;
    total += endS - startS;
    lasting.set(chord, (lasting.get(chord) ?? 0) + endS - startS);
  }
  return [...lasting].map(([chord, seconds]) => ({ chord, share: seconds / total })).sort((a, b) => b.share - a.share).slice(0, most);
}
