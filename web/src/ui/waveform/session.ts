/** The part of the song on screen: session state, shared by the waveform and the zoom buttons. */
import { signal } from "@preact/signals";
import { wholeSong, type View } from "./view";

export const viewSignal = signal<View>(wholeSong(1));
