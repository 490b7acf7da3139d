// The weights in git still tell what they told when they were exported: models/tests/shipped.* (a few examples of the test set) through onnxruntime.
// Usage: node tests/models/shipped.mjs [MODELS]     needs web/node_modules (npm ci). Exits with 1 when a number is off.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const ort = createRequire(join(root, "web/package.json"))("onnxruntime-node");
const models = process.argv[2] ?? join(root, "models");
const FARTHEST = 2e-4; // of a setting or spread from what torch told; another runtime rounds otherwise
const FARTHEST_MAE = 1e-4;

function halves(bytes) {
  const bits = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  return Float32Array.from(bits, (h) => {
    const sign = h & 0x8000 ? -1 : 1, exponent = (h >> 10) & 31, rest = h & 1023;
    if (exponent === 31) throw new Error("a number of the features is not finite");
    return sign * (exponent === 0 ? rest * 2 ** -24 : (1024 + rest) * 2 ** (exponent - 25));
  });
}

if (!existsSync(join(models, "registry.json"))) {
  console.log("no models are shipped: nothing to check");
  process.exit(process.env.AG06_NO_SKIP ? 1 : 77);
}
const registry = JSON.parse(readFileSync(join(models, "registry.json"), "utf8"));
const expected = JSON.parse(readFileSync(join(models, "tests/shipped.json"), "utf8"));
const heardBytes = readFileSync(join(models, "tests/shipped.heard"));
const n = expected.examples;
const mel = new ort.Tensor("float32", halves(readFileSync(join(models, "tests/shipped.mel"))), [n, ...registry.features.mel]);
const heard = new ort.Tensor("float32", new Float32Array(heardBytes.buffer.slice(heardBytes.byteOffset, heardBytes.byteOffset + heardBytes.byteLength)), [n, registry.features.heard]);

const problems = [];
const said = {};
const mae = (told) => expected.settings.reduce((sum, row, i) => sum + row.reduce((s, x, k) => s + Math.abs(told(i, k) - x), 0) / row.length, 0) / n;
const compare = (what, got, wanted, most) => {
  if (!(Math.abs(got - wanted) <= most)) problems.push(`${what}: ${got} where ${wanted} was recorded`);
};
for (const model of registry.models) {
  const bytes = readFileSync(join(models, model.file));
  if (createHash("sha256").update(bytes).digest("hex") !== model.sha256) problems.push(`${model.file} is not the file that was registered`);
  const session = await ort.InferenceSession.create(bytes);
  const { settings, spread } = await session.run({ mel, heard });
  const recorded = expected.models[model.id];
  let farthest = 0;
  for (const [told, wanted] of [[settings.data, recorded.settings], [spread.data, recorded.spread]])
    wanted.forEach((row, i) => row.forEach((x, k) => { farthest = Math.max(farthest, Math.abs(told[10 * i + k] - x) || (Number.isFinite(told[10 * i + k]) ? 0 : Infinity)); }));
  if (!(farthest <= FARTHEST)) problems.push(`${model.id}: a number is ${farthest} from what was recorded`);
  said[model.id] = settings.data;
  const error = mae((i, k) => settings.data[10 * i + k]);
  compare(`${model.id}: mean absolute error`, error, recorded.mae, FARTHEST_MAE);
  console.log(`${model.id}: mean absolute error ${error.toFixed(4)} on ${n} excerpts, at most ${farthest.toExponential(1)} from what was recorded`);
}
const { weights } = registry.ensemble;
const together = (i, k) => {
  const ids = Object.keys(weights);
  return ids.reduce((sum, id) => sum + weights[id][k] * said[id][10 * i + k], (1 - ids.reduce((sum, id) => sum + weights[id][k], 0)) * registry.fallback[k]);
};
const error = mae(together);
compare("ensemble: mean absolute error", error, expected.ensemble_mae, FARTHEST_MAE);
if (!(error < expected.median_mae)) problems.push(`the ensemble (${error}) is no better than the median (${expected.median_mae})`);
console.log(`ensemble: mean absolute error ${error.toFixed(4)}, median ${expected.median_mae.toFixed(4)}`);
for (const problem of problems) console.error(problem);
process.exit(problems.length ? 1 : 0);
