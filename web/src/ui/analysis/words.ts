/** What the analysis calls things, and what each figure means, in a musician's words. */
import type { BandName, FeatureName } from "../../protocol/analysis";

export const BANDS: Readonly<Record<BandName, readonly [label: string, range: string]>> = {
  sub_bass: ["Sub bass", "20–60 Hz"], bass: ["Bass", "60–250 Hz"], low_mids: ["Low mids", "250–500 Hz"], mids: ["Mids", "500 Hz–2 kHz"],
  upper_mids: ["Upper mids", "2–4 kHz"], highs: ["Highs", "4–10 kHz"], air: ["Air", "10–20 kHz"],
};

export interface FeatureGroup {
  readonly title: string;
  readonly features: readonly (readonly [name: FeatureName, means: string])[];
}

/** Round the radar in this order. */
export const FEATURE_GROUPS: readonly FeatureGroup[] = [
  { title: "Mood", features: [
    ["energy", "How forceful and busy it feels: loudness, attacks and brightness together"],
    ["valence", "From gloomy to cheerful: mode, tempo and brightness"],
    ["tension", "Dissonance, minor mode and rising level, against rest"],
    ["heaviness", "Weight of the low end together with density and distortion"],
    ["loudness", "How loud the song was made, on the scale of released music"],
    ["dynamics", "How far loud and quiet passages and single hits stand apart"],
  ] },
  { title: "Rhythm", features: [
    ["danceability", "A steady, clear beat at a tempo people move to"],
    ["groove", "Off-beat weight and swing against a firm pulse"],
    ["regularity", "How closely the beats keep one period"],
    ["punch", "How hard and fast the attacks rise"],
    ["percussiveness", "Share of drum-like sound against sustained sound"],
    ["density", "How much happens at once, in time and in frequency"],
  ] },
  { title: "Sound", features: [
    ["brightness", "Weight of the highs against the rest"],
    ["warmth", "Weight of bass and low mids without mud"],
    ["presence", "Weight of the upper mids, where voices come forward"],
    ["clarity", "Single voices and hits stand out instead of masking each other"],
    ["roughness", "Beating and distortion between close partials"],
    ["spaciousness", "Width of the stereo picture and length of the room"],
  ] },
  { title: "Make-up", features: [
    ["acousticness", "Sounds like instruments in a room rather than machines"],
    ["instrumentalness", "Absence of voices"],
    ["speechiness", "Share of spoken words"],
    ["liveness", "Sounds like an audience and a hall"],
    ["melodiousness", "A clear line of single pitches"],
    ["complexity", "Variety of harmony, rhythm and sound colour"],
  ] },
];

const SPECIAL: Readonly<Record<string, string>> = { dc_offset: "DC offset", mono: "Mono in two channels", polarity: "Inverted polarity", lossy_source: "Lossy source", eq: "EQ" };

/** "low_mids" reads "Low mids". */
export function titled(word: string): string {
  return SPECIAL[word] ?? word.charAt(0).toUpperCase() + word.slice(1).replaceAll("_", " ");
}

/** How far a confidence can be relied on, so that a number is not all there is. */
export function sureness(confidence: number | null): string {
  if (confidence === null) return "not rated";
  return confidence >= 0.8 ? "sure" : confidence >= 0.5 ? "likely" : "a guess";
}

export function severityWord(severity: number | null): string {
  if (severity === null) return "found";
  return severity >= 0.66 ? "severe" : severity >= 0.33 ? "audible" : "slight";
}
