/** What of the song is on screen, and what is drawn over the waveform: session state, shared with the zoom buttons and the analysis. */
import { signal } from "@preact/signals";
import { wholeSong, type View } from "./view";

export const viewSignal = signal<View>(wholeSong(1));
export const beatsShown = signal(true);
export const sectionsShown = signal(true);
