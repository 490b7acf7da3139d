/** What a browser says when it gives no audio input, as a sentence that tells what to do. */
import { StudioError } from "../engine";

const REFUSALS: Readonly<Record<string, string>> = {
  NotAllowedError: "The browser does not let this page hear the input: allow the microphone beside the address and choose Live input again",
  NotFoundError: "There is no audio input on this computer: connect one and choose Live input again",
  NotReadableError: "The audio input cannot be opened: another program may be using it",
};

export function refusal(error: unknown): StudioError {
  const name = error instanceof Error ? error.name : "";
  return new StudioError(REFUSALS[name] ?? `The audio input cannot be opened: ${error instanceof Error ? error.message : String(error)}`);
}
