/** Fetches and compiles the WebAssembly modules once per page; a Module is handed to worklets and workers, which instantiate it themselves. */
import coreUrl from "ag06.wasm?url";
import analysisUrl from "ag06_analysis.wasm?url";
import { StudioError } from "../engine";

async function compile(url: string, name: string, what: string): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) throw new StudioError(`${what} could not be loaded: the server answered ${response.status} for ${name}`);
  // Not compileStreaming: it refuses hosts that serve .wasm under another media type.
  return WebAssembly.compile(await response.arrayBuffer());
}

/** A failure is forgotten, so that the next call tries again. */
function once(make: () => Promise<WebAssembly.Module>): () => Promise<WebAssembly.Module> {
  let compiled: Promise<WebAssembly.Module> | undefined;
  return () => {
    compiled ??= make().catch((error: unknown) => {
      compiled = undefined;
      throw error;
    });
    return compiled;
  };
}

export const coreModule = once(() => compile(coreUrl, "ag06.wasm", "The audio engine"));
/** Only songs that are analysed need it. */
export const analysisModule = once(() => compile(analysisUrl, "ag06_analysis.wasm", "The analysis"));
