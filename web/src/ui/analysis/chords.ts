/** Reads chord names: "F#m" is the pitch class 6, minor. */
import type { Chord } from "../../protocol/analysis";

const LETTERS: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

/** Rounding aside, chords of one passage touch. */
const LONGEST_GAP_S = 0.05;

/** root null: no chord's name. */
export function chordParts(name: string): { readonly root: number | null; readonly minor: boolean } {
  const [, letter = "", accidental = "", rest = ""] = /^([A-G])([#♯b♭]?)(.*)$/.exec(name) ?? [];
  const natural = LETTERS[letter];
  if (natural === undefined) return { root: null, minor: false };
  const shift = accidental === "" ? 0 : /[#♯]/.test(accidental) ? 1 : -1;
  return { root: (natural + shift + 12) % 12, minor: /^m(?!aj)/.test(rest) };
}

/** Neighbours of one name are one chord to the ear. */
export function joinedChords(chords: readonly Chord[]): readonly Chord[] {
  const joined: Chord[] = [];
  for (const chord of chords) {
    const before = joined.at(-1);
    if (before === undefined || before.chord !== chord.chord || chord.startS - before.endS > LONGEST_GAP_S) joined.push(chord);
    else joined[joined.length - 1] = { ...before, endS: chord.endS, confidence: Math.max(before.confidence ?? 0, chord.confidence ?? 0) };
  }
  return joined;
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
