// The benchmark measures what it says: every host lists every subject, every figure is a positive number, and equal work gives equal checksums.
// Nothing here depends on how fast the machine is. node smoke_test.mjs NATIVE_PROGRAM MODULE.wasm
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { measure, quick } from "./measure.mjs";

const [, , program, modulePath] = process.argv;
if (!program || !modulePath) {
  console.error("usage: node smoke_test.mjs NATIVE_PROGRAM MODULE.wasm");
  process.exit(2);
}
if (!existsSync(modulePath)) {
  console.error(`error: ${modulePath} is missing: run tools/build --with-tests first`);
  process.exit(1);
}
let failures = 0;
function check(holds, words) {
  if (holds) return;
  ++failures;
  console.log(`FAILED: ${words}`);
}
const positive = (x) => typeof x === "number" && Number.isFinite(x) && x > 0;

const native = JSON.parse(execFileSync(program, ["--quick", "--json"], { encoding: "utf8" }));
const wasm = await measure(readFileSync(modulePath), "node", quick);
const expected = ["gain", "gate", "compressor", "eq", "limiter", "chain", "listening", "loudness meter", "true-peak meter", "stream meter"];
for (const start of expected) check(native.units.some(({ name }) => name.startsWith(start)), `no row for ${start}`);
check(native.units.length === wasm.units.length, `native has ${native.units.length} rows, wasm ${wasm.units.length}`);
native.units.forEach((row, i) => {
  const other = wasm.units[i];
  check(other?.name === row.name, `row ${i} is ${row.name} natively, ${other?.name} in wasm`);
  check(positive(row.ns_per_quantum) && positive(row.percent_of_quantum), `${row.name}: native figures ${JSON.stringify(row)}`);
  // A worker's clock is too coarse for a few quanta of the cheapest rows: 0 is possible there.
  check(other?.ns_per_quantum >= 0, `${row.name}: wasm figures ${JSON.stringify(other)}`);
  check(/, (silence|denormals)$/.test(row.name) || positive(row.checksum), `${row.name}: nothing was computed`);
  check(row.checksum === other?.checksum, `${row.name}: checksum ${row.checksum} natively, ${other?.checksum} in wasm`);
});
for (const work of ["render", "analysis"]) {
  for (const report of [native, wasm]) {
    const { wall_s, realtime_factor, checksum } = report[work];
    check(positive(wall_s) && positive(realtime_factor) && Number.isFinite(checksum) && checksum !== 0, `${report.host}: ${work} ${JSON.stringify(report[work])}`);
  }
  check(native[work].checksum === wasm[work].checksum, `${work}: checksum ${native[work].checksum} natively, ${wasm[work].checksum} in wasm`);
}
const live = native.live_callback;
check(positive(live?.silence_ratio), `live callback: silence_ratio is ${live?.silence_ratio}`);
for (const pace of ["steady", "paced"]) {
  const figures = ["p50_percent", "p99_percent", "p999_percent", "max_percent"].map((figure) => live?.[pace]?.[figure]);
  check(figures.every(positive), `live callback, ${pace}: ${figures}`);
  check(figures.every((figure, i) => i === 0 || figures[i - 1] <= figure), `live callback, ${pace}: percentiles out of order: ${figures}`);
}
const counted = live?.histogram_us.reduce((sum, [, count]) => sum + count, 0);
check(counted === live?.steady.callbacks + live?.paced.callbacks, `live callback: the engine's own histogram has ${counted} callbacks`);

const { ours, libebur128 } = native.loudness;
for (const figures of [ours, libebur128]) check(positive(figures.processor_s) && positive(figures.realtime_factor), `loudness: ${JSON.stringify(figures)}`);
const apart = (key, most) => check(Math.abs(ours[key] - libebur128[key]) <= most, `${key}: ${ours[key]} by our meter, ${libebur128[key]} by libebur128`);
apart("integrated_lufs", 0.01);
apart("true_peak_dbtp", 1); // four times oversampling, as libebur128 does, reads up to 0.7 dB too little next to Nyquist
console.log(`${native.units.length} subjects, render and analysis on two hosts: ${failures === 0 ? "all in order" : `${failures} failures`}`);
process.exit(failures === 0 ? 0 : 1);
