/** The recordings on the bridge's disk: their names as songs, and fetching a take's file over HTTP. */
import { Damaged } from "../../protocol/checked";
import type { Take } from "../../protocol/rig";
import { StudioError, type JobOptions } from "../engine";

/** Where the bridge's HTTP side is, given its WebSocket's address. */
export function httpAddress(socketAddress: string, path: string): string {
  const url = new URL(path, socketAddress);
  url.protocol = url.protocol === "wss:" ? "https:" : "http:";
  return url.href;
}

/** A song's name for a take: its local time, which a person remembers, e.g. "Take 2026-11-21 17.40.12.wav". */
export function takeName(startedAt: string, isDry: boolean, extension: string): string {
  const at = new Date(startedAt);
  if (Number.isNaN(at.getTime())) throw new Damaged(`${startedAt} is no time`);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `Take ${day} ${two(at.getHours())}.${two(at.getMinutes())}.${two(at.getSeconds())}${isDry ? " (dry)" : ""}.${extension}`;
}

export function isDryTake(take: Take): boolean {
  return /-input$/.test(take.id);
}

export async function fetchTake(address: string, token: string | null, take: Take, { signal, onProgress }: JobOptions): Promise<File> {
  const name = takeName(take.startedAt, isDryTake(take), take.fileName.split(".").at(-1) ?? "wav");
  onProgress(0, "Fetching");
  let response: Response;
  try {
    response = await fetch(address, { signal, credentials: "same-origin", ...(token === null ? {} : { headers: { authorization: `Bearer ${token}` } }) });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new StudioError(`${take.fileName}: the bridge could not be reached to fetch it; download it in the page that the bridge serves`);
  }
  if (!response.ok) throw new StudioError(`${take.fileName}: the bridge answered ${response.status}${response.status === 401 || response.status === 403 ? ": it does not know this page" : ""}`);
  const reader = response.body?.getReader();
  if (reader === undefined) throw new StudioError(`${take.fileName}: the bridge sent nothing`);
  // Pieces become Blobs, which the browser may keep on disk: takes can be longer than memory.
  const blobs: Blob[] = [];
  let pending: Uint8Array<ArrayBuffer>[] = [];
  let pendingBytes = 0;
  let received = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    pending.push(piece.value as Uint8Array<ArrayBuffer>);
    pendingBytes += piece.value.byteLength;
    received += piece.value.byteLength;
    if (pendingBytes >= BLOB_PART_BYTES) {
      blobs.push(new Blob(pending));
      pending = [];
      pendingBytes = 0;
    }
    onProgress(take.bytes > 0 ? received / take.bytes : 0, "Fetching");
  }
  if (take.isComplete && take.bytes > 0 && received !== take.bytes) throw new StudioError(`${take.fileName}: only ${received} of ${take.bytes} bytes arrived; try again`);
  return new File([...blobs, ...pending], name);
}

const BLOB_PART_BYTES = 8 << 20;
