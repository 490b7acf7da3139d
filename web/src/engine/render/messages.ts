/** What the page asks of a render worker, and what comes back. */
import type { ExportSettings, ParamValues, Plan, RenderFacts, StreamReport } from "../../protocol/types";
import type { MixProfile } from "../../protocol/profile";
import type { SongAudio } from "../store/pages";
import type { PlanTarget } from "../wasm/planner";

/** What a worker that decides by models asks for after it has listened; a ModelAdvice is the answer. */
export type RenderQuestion = "advice";

interface Common {
  readonly module: WebAssembly.Module;
  readonly song: SongAudio;
  readonly values: ParamValues;
}

interface Planning {
  readonly target: PlanTarget;
  /** What an earlier plan of the song heard of it: it is not listened to again. */
  readonly heard: Float64Array | null;
}

export type RenderRequest =
  | (Common & Planning & { readonly kind: "decide"; readonly profile: MixProfile; readonly amount: number; readonly byModels: boolean })
  | (Common & Planning & { readonly kind: "fit" })
  | (Common & { readonly kind: "measure" })
  | (Common & { readonly kind: "export"; readonly how: ExportSettings; readonly folderName: string | null; readonly fileName: string });

export interface Planned {
  readonly plan: Plan;
  readonly heard: Float64Array;
}

export interface WrittenFile {
  readonly blob: Blob;
  readonly report: StreamReport;
  readonly clippedSamples: number;
}

export interface RenderResults {
  readonly decide: Planned;
  readonly fit: Planned;
  readonly measure: RenderFacts;
  readonly export: WrittenFile;
}
