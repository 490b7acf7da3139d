/** A model's file, held against what the registry says of it: every refusal names the file and the reason. */
import type { ModelEntry } from "../../protocol/models";
import { StudioError } from "../engine";

/** Relative to the registry's address. */
export async function fetchWeights(base: string, entry: ModelEntry): Promise<ArrayBuffer> {
  const name = `models/${entry.file}`;
  const response = await fetch(new URL(entry.file, base)).catch(() => {
    throw new StudioError(`${name} could not be loaded: the server does not answer`);
  });
  if (!response.ok) throw new StudioError(`${name} is missing: the server answered ${response.status}`);
  const bytes = await response.arrayBuffer().catch(() => {
    throw new StudioError(`${name} could not be loaded: the transfer broke off`);
  });
  await checkWeights(name, bytes, entry);
  return bytes;
}

export async function checkWeights(name: string, bytes: ArrayBuffer, entry: ModelEntry): Promise<void> {
  if (bytes.byteLength < entry.bytes) throw new StudioError(`${name} is truncated: it has ${bytes.byteLength} of the ${entry.bytes} bytes that models/registry.json states`);
  if (bytes.byteLength > entry.bytes) throw new StudioError(`${name} is another file than models/registry.json describes: ${bytes.byteLength} bytes instead of ${entry.bytes}`);
  const digest = await sha256(bytes);
  if (digest !== entry.sha256) throw new StudioError(`${name} is another file than models/registry.json describes: its SHA-256 is ${digest.slice(0, 12)}…, not ${entry.sha256.slice(0, 12)}…`);
}

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
