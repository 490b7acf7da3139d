import { describe, expect, it } from "vitest";
import { exampleOutputs, exampleRegistry, exampleRegistryJson } from "../engine/testing/example_models";
import { adviceFor, isModelVersion, membersOf, readRegistry } from "./models";

const CONTEXT = { tempoBpm: null, tempoConfidence: 0, energy: null, genre: null };
const changed = (change: Readonly<Record<string, unknown>>) => () => readRegistry(exampleRegistryJson(change));
const example = JSON.parse(exampleRegistryJson()) as { readonly models: readonly Record<string, unknown>[]; readonly ensemble: Record<string, unknown> };
const firstModel = (change: Readonly<Record<string, unknown>>) => changed({ models: [{ ...example.models[0], ...change }, ...example.models.slice(1)] });

describe("the registry of models", () => {
  it("is read whole", () => {
    const registry = exampleRegistry();
    expect(registry.models.map(({ id, file, bytes }) => [id, file, bytes])[2]).toEqual(["ast", "weights/ast.onnx", 1000]);
    expect(registry.ensemble.weights.ast).toHaveLength(10);
    expect(registry.features).toEqual({ id: "ear-1", mel: [2, 64, 256], heard: 130, excerptS: 10.24 });
  });
  it.each([
    [changed({ version: 2 }), "its version is 2, this studio reads 1"],
    [changed({ parameters_sha256: "abc" }), "parameters_sha256 is no SHA-256"],
    [changed({ fallback: [0.5] }), "fallback has 1 numbers for 10 settings"],
    [changed({ settings: "high" }), "settings is no list"],
    [changed({ ensemble: { ...example.ensemble, weights: { crnn: [] } } }), "ensemble.weights names crnn, which is not among the models"],
    [changed({ models: [example.models[0], example.models[0]] }), "a model is there twice"],
    [firstModel({ id: "resnet" }), "models[0] is called resnet, which this studio does not know"],
    [firstModel({ file: "../../etc/passwd" }), "models[0] names a file outside its folder"],
    [firstModel({ file: "https://elsewhere.example/x.onnx" }), "models[0] names a file outside its folder"],
    [firstModel({ file: "/x.onnx" }), "models[0] names a file outside its folder"],
    [firstModel({ sha256: 12 }), "sha256 is no text"],
    [firstModel({ bytes: 0 }), "bytes is no number it can be"],
    [() => readRegistry("<!doctype html>"), "it is no JSON"],
  ])("is refused with a reason (%#)", (read, message) => expect(read).toThrow(message));

  it("knows which models a version is made of", () => {
    const registry = exampleRegistry();
    expect(membersOf(registry, "ensemble").map(({ id }) => id)).toEqual(["baseline-cnn", "enhanced-cnn", "ast"]);
    expect(membersOf(registry, "ast").map(({ id }) => id)).toEqual(["ast"]);
    const without = readRegistry(exampleRegistryJson({ ensemble: { ...example.ensemble, weights: { ...(example.ensemble["weights"] as object), ast: Array(10).fill(0) } } }));
    expect(membersOf(without, "ensemble").map(({ id }) => id)).toEqual(["baseline-cnn", "enhanced-cnn"]);
    expect(["original", "musical", "ensemble", "ast"].map(isModelVersion)).toEqual([false, false, true, true]);
  });

  it("gives the planner each member's weights: the ensemble's own, or all for a model by itself", () => {
    const registry = exampleRegistry();
    const outputs = [exampleOutputs("ast"), exampleOutputs("enhanced-cnn"), exampleOutputs("baseline-cnn")];
    const together = adviceFor(registry, "ensemble", outputs, CONTEXT);
    expect(together.outputs.map(({ model }) => model)).toEqual(together.shares.map(({ id }) => id));
    expect(together.shares.map(({ weights }) => weights[0])).toEqual([0.2, 0.5, 0.3]);
    expect(together.calibrations.map((numbers) => numbers[0])).toEqual([1.1, 1.1, 1.1]);
    const alone = adviceFor(registry, "ast", outputs, CONTEXT);
    expect([alone.shares[0]?.weights[0], alone.calibrations[0]?.[0], alone.outputs.length]).toEqual([1, 1, 1]);
    expect(() => adviceFor(registry, "ensemble", outputs.slice(1), CONTEXT)).toThrow("AST gave no answer");
  });
});
