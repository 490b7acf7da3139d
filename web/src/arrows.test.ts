/** protocol <- engine <- state <- ui; workers and the worklet belong to the engine; only main.tsx knows everything. */
import { describe, expect, it } from "vitest";

const sources = import.meta.glob<string>(["./**/*.ts", "./**/*.tsx", "!./**/*.test.ts", "!./**/*.test.tsx"], { query: "?raw", import: "default", eager: true });

/** What files of a room may import, as path prefixes from src/. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  protocol: ["protocol/"],
  engine: ["engine/", "protocol/", "worker/", "worklet/"],
  worker: ["engine/", "protocol/"],
  worklet: ["engine/player/", "engine/wasm/", "protocol/"],
  state: ["state/", "protocol/", "engine/engine"],
  ui: ["ui/", "state/", "protocol/", "styles/"],
};

function resolve(from: string, target: string): string {
  const parts = from.replace(/^\.\//, "").split("/").slice(0, -1);
  for (const step of target.split("/")) {
    if (step === "..") parts.pop();
    else if (step !== ".") parts.push(step);
  }
  return parts.join("/");
}

function importsOf(source: string): string[] {
  return [...source.matchAll(/(?:from\s+|import\s+|import\(\s*|new URL\(\s*)"(\.[^"]+)"/g)].map((match) => match[1] as string);
}

describe("arrows between the rooms", () => {
  it("sees the files", () => {
    expect(Object.keys(sources).length).toBeGreaterThan(40);
    expect(importsOf('import a from "./b";\nimport "../c";\nnew URL("../d.ts", import.meta.url); await import("./e")')).toEqual(["./b", "../c", "../d.ts", "./e"]);
  });
  it.each(Object.keys(ALLOWED))("%s imports only what it may", (room) => {
    const forbidden = Object.entries(sources)
      .filter(([path]) => path.startsWith(`./${room}/`))
      .flatMap(([path, source]) => importsOf(source).map((target) => [path, resolve(path, target)] as const))
      .filter(([, target]) => !(ALLOWED[room] as readonly string[]).some((prefix) => target.startsWith(prefix)))
      .map(([path, target]) => `${path} -> ${target}`);
    expect(forbidden).toEqual([]);
  });
});
