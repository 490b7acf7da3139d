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

export type RenderRequest =
  | (Common & { readonly kind: "decide"; readonly target: PlanTarget; readonly profile: MixProfile; readonly amount: number; readonly byModels: boolean })
  | (Common & { readonly kind: "fit"; readonly target: PlanTarget })
  | (Common & { readonly kind: "measure" })
  | (Common & { readonly kind: "export"; readonly how: ExportSettings; readonly folderName: string | null; readonly fileName: string });

export interface WrittenFile {
  readonly blob: Blob;
  readonly report: StreamReport;
  readonly clippedSamples: number;
}

export interface RenderResults {
  readonly decide: Plan;
  readonly fit: Plan;
  readonly measure: RenderFacts;
  readonly export: WrittenFile;
}
