/** Page side of a job: one worker per job, so that cancelling is ending it and its memory goes with it. */
import { StudioError, type JobOptions } from "../engine";

/** What a worker says while it works. `ask` is for what only the page's own thread can do. */
export type JobMessage<Result, Question> =
  | { readonly kind: "progress"; readonly ratio: number; readonly what: string }
  | { readonly kind: "ask"; readonly question: Question }
  | { readonly kind: "done"; readonly result: Result }
  | { readonly kind: "failed"; readonly message: string; readonly forPeople: boolean };

export interface Answer {
  readonly message: unknown;
  readonly transfer: Transferable[];
}

export function runJob<Request, Result, Question = never>(
  worker: Worker,
  request: Request,
  options: JobOptions,
  answer?: (question: Question) => Promise<Answer>,
): Promise<Result> {
  return new Promise<Result>((resolve, reject) => {
    const { signal, onProgress } = options;
    const end = (settle: () => void): void => {
      signal.removeEventListener("abort", abort);
      worker.onmessage = null;
      worker.onerror = null;
      worker.terminate();
      settle();
    };
    const abort = (): void => end(() => reject(new DOMException("The work was cancelled", "AbortError")));
    const reply = (question: Question): void => {
      if (!answer) return end(() => reject(new Error("the worker asked, but nobody can answer")));
      answer(question).then(
        ({ message, transfer }) => worker.postMessage(message, transfer),
        (error: unknown) => end(() => reject(error)),
      );
    };
    worker.onmessage = ({ data }: MessageEvent<JobMessage<Result, Question>>): void => {
      if (data.kind === "progress") onProgress(data.ratio, data.what);
      else if (data.kind === "ask") reply(data.question);
      else if (data.kind === "done") end(() => resolve(data.result));
      else end(() => reject(data.forPeople ? new StudioError(data.message) : new Error(data.message)));
    };
    worker.onerror = (event): void => {
      event.preventDefault();
      end(() => reject(new StudioError(`A part of the studio could not be started: ${event.message || "the worker failed to load"}`)));
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort);
    worker.postMessage(request);
  });
}
