/** Fetches and compiles ag06.wasm once per page; the Module is handed to worklets and workers, which instantiate it themselves. */
import url from "ag06.wasm?url";
import { StudioError } from "../engine";

let compiled: Promise<WebAssembly.Module> | undefined;

async function compile(): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) throw new StudioError(`The audio engine could not be loaded: the server answered ${response.status} for ag06.wasm`);
  // Not compileStreaming: it refuses hosts that serve .wasm under another media type.
  return WebAssembly.compile(await response.arrayBuffer());
}

export function coreModule(): Promise<WebAssembly.Module> {
  compiled ??= compile().catch((error: unknown) => {
    compiled = undefined;
    throw error;
  });
  return compiled;
}
