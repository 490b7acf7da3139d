// One table of what everything costs natively, in node and in Chromium:
// node tests/bench/bench.mjs [--native build/bin/ag06-bench] [--wasm build/wasm/tests/bench/bench.wasm] [--browser] [--quick] [--song-s S] [--file AUDIO] [--json]
// --file: what loudness is measured of, beside libebur128; the music of the other rows by itself.
// Without --native and --wasm, the programs of `tools/build --with-tests`.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measure, quick, usual } from "./measure.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const { values } = parseArgs({
  options: {
    native: { type: "string", default: join(root, "build/bin/ag06-bench") },
    wasm: { type: "string", default: join(root, "build/wasm/tests/bench/bench.wasm") },
    browser: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    "song-s": { type: "string" },
    file: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
for (const path of [values.native, values.wasm]) {
  if (existsSync(path)) continue;
  console.error(`error: ${path} is missing: run tools/build --with-tests first`);
  process.exit(1);
}
const options = { ...(values.quick ? quick : usual) };
if (values["song-s"]) options.songS = Number(values["song-s"]);
if (!(options.songS >= 1)) {
  console.error("error: --song-s needs a number of seconds from 1 up");
  process.exit(2);
}

const nativeArguments = ["--json", "--repeats", options.repeats, "--quanta", options.quanta, "--song-s", options.songS, ...(values.file ? ["--file", values.file] : [])].map(String);
const reports = [JSON.parse(execFileSync(values.native, nativeArguments, { encoding: "utf8" }))];
reports.push(await measure(readFileSync(values.wasm), `node ${process.versions.node.split(".")[0]}`, options));
if (values.browser) {
  const { measureInChromium } = await import("./bench_browser.mjs");
  reports.push(await measureInChromium(values.wasm, options));
}
if (values.json) {
  console.log(JSON.stringify(reports, null, 1));
  process.exit(0);
}
const cell = (words) => String(words).padStart(26);
console.log("ns per 128 stereo frames: median / least (median's share of the 2.667 ms they last)");
const width = 42;
console.log("".padEnd(width) + reports.map((report) => cell(report.host)).join(""));
reports[0].units.forEach(({ name }, i) => {
  const cells = reports.map(({ units }) => cell(`${units[i].ns_per_quantum.toFixed(0)} / ${units[i].least_ns_per_quantum.toFixed(0)} (${units[i].percent_of_quantum.toFixed(2)} %)`));
  console.log(name.padEnd(width) + cells.join(""));
});
console.log("silence and denormals after music, times the cost of music (least)");
reports[0].units.forEach(({ name }, i) => {
  const base = reports[0].units.findIndex((row) => [`${row.name}, silence`, `${row.name}, denormals`].includes(name));
  if (base < 0) return;
  console.log(name.padEnd(width) + reports.map(({ units }) => cell((units[i].least_ns_per_quantum / units[base].least_ns_per_quantum).toFixed(2))).join(""));
});
for (const [work, name] of [["render", "plan, render, quantise"], ["analysis", "hear everything in"]])
  console.log(`${name} ${options.songS} s`.padEnd(width) + reports.map((report) => cell(`${report[work].realtime_factor.toFixed(0)} x real time`)).join(""));
const { ours, libebur128 } = reports[0].loudness;
const speed = ({ realtime_factor }) => `${realtime_factor.toFixed(0)} x real time`;
console.log(`loudness, range, true peak, natively, processor time: ${speed(ours)}, libebur128 ${speed(libebur128)}: ${(libebur128.processor_s / ours.processor_s).toFixed(1)} times as fast`);
