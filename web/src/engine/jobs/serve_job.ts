/** Worker side of a job: one request in, progress, one result out. */
import { StudioError } from "../engine";
import type { JobMessage } from "./run_job";

const PROGRESS_INTERVAL_MS = 50;

interface Scope {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown, transfer?: Transferable[]): void;
}

export interface Job<Question = never, Reply = never> {
  /** 0..1 with a word on what is going on; sent at most twenty times a second. */
  progress(ratio: number, what: string): void;
  /** Asks the page's own thread and waits for its answer. */
  ask(question: Question): Promise<Reply>;
}

export interface Outcome<Result> {
  readonly result: Result;
  readonly transfer?: Transferable[];
}

export function serveJob<Request, Result, Question = never, Reply = never>(work: (request: Request, job: Job<Question, Reply>) => Promise<Outcome<Result>>): void {
  const scope = self as unknown as Scope;
  const send = (message: JobMessage<Result, Question>, transfer: Transferable[] = []): void => scope.postMessage(message, transfer);
  let sentAt = -Infinity;
  let sentWhat = "";
  let answered: (reply: Reply) => void = () => undefined;
  const job: Job<Question, Reply> = {
    progress(ratio, what) {
      const now = performance.now();
      if (what === sentWhat && now - sentAt < PROGRESS_INTERVAL_MS) return;
      sentAt = now;
      sentWhat = what;
      send({ kind: "progress", ratio, what });
    },
    ask(question) {
      return new Promise((resolve) => {
        answered = resolve;
        send({ kind: "ask", question });
      });
    },
  };
  scope.onmessage = ({ data }: MessageEvent): void => {
    scope.onmessage = (event: MessageEvent): void => answered(event.data as Reply);
    work(data as Request, job).then(
      ({ result, transfer }) => send({ kind: "done", result }, transfer),
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        send({ kind: "failed", message, forPeople: error instanceof StudioError });
      },
    );
  };
}
