import { afterEach, describe, expect, it, vi } from "vitest";
import { exampleRegistry, exampleRegistryJson } from "../testing/example_models";
import { checkedRegistry, fetchRegistry } from "./registry";
import { checkWeights, fetchWeights } from "./weights";

const BASE = "http://127.0.0.1/studio/models/registry.json";
const bytes = new TextEncoder().encode("a model").buffer as ArrayBuffer;
const entry = { ...exampleRegistry().models[2]!, bytes: 7, sha256: "0".repeat(64) };
const digestOf = async (data: ArrayBuffer): Promise<string> => Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", data)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** A server that answers with this. */
function serving(status: number, body: BodyInit | null): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (url: URL | string) => {
    asked.push(String(url));
    return Promise.resolve(new Response(body, { status }));
  });
  return asked;
}

afterEach(() => void vi.unstubAllGlobals());

describe("a model's file", () => {
  it("is taken when it is the one the registry describes, from beside the registry", async () => {
    const asked = serving(200, bytes.slice(0));
    const found = await fetchWeights(BASE, { ...entry, sha256: await digestOf(bytes) });
    expect(found.byteLength).toBe(7);
    expect(asked).toEqual(["http://127.0.0.1/studio/models/weights/ast.onnx"]);
  });
  it.each([
    [404, bytes, "models/weights/ast.onnx is missing: the server answered 404"],
    [200, bytes.slice(0, 3), "models/weights/ast.onnx is truncated: it has 3 of the 7 bytes that models/registry.json states"],
    [200, new Uint8Array(9), "models/weights/ast.onnx is another file than models/registry.json describes: 9 bytes instead of 7"],
    [200, new Uint8Array(7), "models/weights/ast.onnx is another file than models/registry.json describes: its SHA-256 is"],
  ])("is refused with its name and why (%i, %#)", async (status, body, message) => {
    serving(status, body as BodyInit);
    await expect(fetchWeights(BASE, entry)).rejects.toThrow(message);
  });
  it("names the file when the server is gone", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("network")));
    await expect(fetchWeights(BASE, entry)).rejects.toThrow("models/weights/ast.onnx could not be loaded: the server does not answer");
    await expect(fetchRegistry(BASE)).rejects.toThrow("models/registry.json could not be loaded: the server does not answer");
  });
  it("is held against the whole digest", async () => {
    await expect(checkWeights("x", bytes, { ...entry, sha256: await digestOf(bytes) })).resolves.toBeUndefined();
  });
});

describe("the registry's file", () => {
  it("is refused when it is not there, is damaged, or belongs to another parameter table", async () => {
    serving(404, null);
    await expect(fetchRegistry(BASE)).rejects.toThrow("This studio came without trained models (models/registry.json is missing)");
    serving(200, "{");
    await expect(fetchRegistry(BASE)).rejects.toThrow("models/registry.json cannot be read: it is no JSON");
    expect(() => checkedRegistry(exampleRegistryJson({ parameters_sha256: "0".repeat(64) }))).toThrow("models/registry.json: its models were trained for another parameter table (000000000000…");
    expect(checkedRegistry(exampleRegistryJson()).models).toHaveLength(3);
  });
});
