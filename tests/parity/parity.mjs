// Runs every scenario natively and in WebAssembly and compares the hashes: node parity.mjs NATIVE_PROGRAM MODULE.wasm
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const [, , program, modulePath] = process.argv;
if (!program || !modulePath) {
  console.error("usage: node parity.mjs NATIVE_PROGRAM MODULE.wasm");
  process.exit(2);
}
if (!existsSync(modulePath)) {
  console.error(`error: ${modulePath} is missing: run tools/build --with-tests first`);
  process.exit(1);
}
const native = new Map(
  execFileSync(program, { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => [line.slice(17), line.slice(0, 16)]),
);
const { instance } = await WebAssembly.instantiate(readFileSync(modulePath), {});
const { memory, parity_count, parity_name, parity_hash, _initialize } = instance.exports;
_initialize?.();

function text(address) {
  const bytes = new Uint8Array(memory.buffer, address);
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}
let differences = 0;
for (let i = 0; i < parity_count(); ++i) {
  const name = text(parity_name(i));
  const wasm = BigInt.asUintN(64, parity_hash(i)).toString(16).padStart(16, "0");
  const same = native.get(name) === wasm && wasm !== "0".repeat(16);
  if (!same) ++differences;
  console.log(`${same ? "same     " : "DIFFERENT"} ${name}  native ${native.get(name)}  wasm ${wasm}`);
}
const complete = native.size === parity_count();
if (!complete) console.log(`DIFFERENT number of scenarios: native ${native.size}, wasm ${parity_count()}`);
console.log(`${native.size - differences} of ${native.size} scenarios give the same bits natively and in WebAssembly`);
process.exit(differences === 0 && complete ? 0 : 1);
