/** What the page asks of an analysis worker; what comes back is Heard. */
import type { SongAudio } from "../store/pages";

export interface AnalysisRequest {
  readonly module: WebAssembly.Module;
  readonly song: SongAudio;
}
