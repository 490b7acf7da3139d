// The page's engine (ag06.wasm through its ABI, as web/src/worker/render_worker.ts drives it) and `ag06 mix` give the same samples.
// node page_parity.mjs AG06 ag06.wasm
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [, , ag06, modulePath] = process.argv;
if (!modulePath || !existsSync(modulePath)) {
  console.error(modulePath ? `error: ${modulePath} is missing: run tools/build --with-tests first` : "usage: node page_parity.mjs AG06 ag06.wasm");
  process.exit(1);
}
const wasm = (await WebAssembly.instantiate(readFileSync(modulePath), {})).instance.exports;
wasm._initialize?.();
const BLOCK_FRAMES = 2048;
const DITHER_SEED = 0x41473036;
const paramIds = JSON.parse(execFileSync(ag06, ["params", "--json"], { encoding: "utf8" })).parameters.map((parameter) => parameter.id);

// Chords and hits with a quiet stretch, 24-bit integers; loud enough that the limiter works.
function song(rateHz, channels, seconds, level) {
  let state = 99;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
  return Array.from({ length: channels }, (_, c) =>
    Int32Array.from({ length: rateHz * seconds + 333 }, (_unused, i) => {
      const t = i / rateHz;
      const hit = Math.exp(-10 * (t * 2 - Math.floor(t * 2))) * (random() - 0.5);
      const chord = 0.3 * Math.sin(2 * Math.PI * 110 * t) + (0.1 + 0.05 * c) * Math.sin(2 * Math.PI * 1318.5 * t);
      const x = level * (Math.floor(t) % 4 === 3 ? 0.1 : 1) * (1.2 * hit + chord);
      return Math.max(-8388608, Math.min(8388607, Math.round(x * 8388608)));
    }),
  );
}

function writeWav(path, rateHz, planes) {
  const bytes = planes.length * planes[0].length * 3;
  const out = Buffer.alloc(44 + bytes);
  out.write("RIFF", 0, "latin1");
  out.writeUInt32LE(36 + bytes, 4);
  out.write("WAVEfmt ", 8, "latin1");
  out.writeUInt32LE(16, 16);
  out.writeUInt16LE(1, 20);
  out.writeUInt16LE(planes.length, 22);
  out.writeUInt32LE(rateHz, 24);
  out.writeUInt32LE(rateHz * planes.length * 3, 28);
  out.writeUInt16LE(planes.length * 3, 32);
  out.writeUInt16LE(24, 34);
  out.write("data", 36, "latin1");
  out.writeUInt32LE(bytes, 40);
  let at = 44;
  for (let i = 0; i < planes[0].length; ++i) for (const plane of planes) at = out.writeIntLE(plane[i], at, 3);
  writeFileSync(path, out);
}

const floats = (address) => new Float32Array(wasm.memory.buffer, address, BLOCK_FRAMES);
// Calls use(planes, frames, at) for each block, with frames past the end as silence.
function stream(buffers, planes, total, use) {
  for (let at = 0; at < total; at += BLOCK_FRAMES) {
    const frames = Math.min(BLOCK_FRAMES, total - at);
    buffers.forEach((buffer, c) => {
      for (let i = 0; i < frames; ++i) buffer[i] = (planes[c][at + i] ?? 0) / 8388608;
    });
    use(frames);
  }
}

function planned(rateHz, planes, targetLufs) {
  const planner = wasm.ag06_planner_create(rateHz, planes.length, BLOCK_FRAMES, targetLufs, -1);
  const buffers = planes.map((_, c) => floats(wasm.ag06_planner_buffer(planner, c)));
  while (wasm.ag06_planner_wants_pass(planner)) {
    stream(buffers, planes, planes[0].length, (frames) => wasm.ag06_planner_feed(planner, frames));
    wasm.ag06_planner_end_pass(planner);
  }
  const values = paramIds.map((id) => wasm.ag06_planner_get_param(planner, id));
  wasm.ag06_planner_destroy(planner);
  return values;
}

// Interleaved samples, as the format's own integers or floats.
function rendered(rateHz, planes, values, bits) {
  const channels = planes.length;
  const session = wasm.ag06_session_create(rateHz, channels, BLOCK_FRAMES, 0);
  paramIds.forEach((id, i) => wasm.ag06_session_set_param(session, id, values[i]));
  wasm.ag06_session_set_monitor(session, 1, 0, 0);
  wasm.ag06_session_reset(session);
  const quantiser = bits < 32 ? wasm.ag06_quantiser_create(bits, channels, BLOCK_FRAMES, DITHER_SEED, 0, rateHz) : 0;
  const buffers = planes.map((_, c) => floats(wasm.ag06_session_buffer(session, c)));
  const out = bits < 32 ? new Int32Array(channels * planes[0].length) : new Float32Array(channels * planes[0].length);
  const latency = wasm.ag06_session_latency_frames(session);
  let late = latency;
  let at = 0;
  stream(buffers, planes, planes[0].length + latency, (frames) => {
    wasm.ag06_session_process(session, frames);
    const skipped = Math.min(late, frames);
    late -= skipped;
    const kept = frames - skipped;
    if (bits < 32) {
      buffers.forEach((buffer, c) => floats(wasm.ag06_quantiser_input(quantiser, c)).set(buffer.subarray(skipped, frames)));
      wasm.ag06_quantiser_process(quantiser, kept);
      out.set(new Int32Array(wasm.memory.buffer, wasm.ag06_quantiser_output(quantiser), kept * channels), at);
    } else {
      for (let i = 0; i < kept; ++i) buffers.forEach((buffer, c) => (out[at + i * channels + c] = buffer[skipped + i]));
    }
    at += kept * channels;
  });
  wasm.ag06_session_destroy(session);
  if (quantiser) wasm.ag06_quantiser_destroy(quantiser);
  return out;
}

function samplesOf(path, bits) {
  const file = readFileSync(path);
  const data = file.indexOf("data", 12, "latin1");
  const bytes = file.readUInt32LE(data + 4);
  const width = bits / 8;
  const out = bits < 32 ? new Int32Array(bytes / width) : new Float32Array(bytes / width);
  for (let i = 0; i < out.length; ++i) out[i] = bits < 32 ? file.readIntLE(data + 8 + i * width, width) : file.readFloatLE(data + 8 + i * 4);
  return out;
}

const folder = mkdtempSync(join(tmpdir(), "ag06-parity-"));
let failures = 0;
for (const [rateHz, channels, level, target] of [[44100, 2, 0.9, -11], [48000, 1, 0.2, -16], [96000, 2, 0.5, NaN]]) {
  const planes = song(rateHz, channels, 9, level);
  const input = join(folder, "in.wav");
  writeWav(input, rateHz, planes);
  const values = planned(rateHz, planes, target);
  for (const [format, bits] of [["wav16", 16], ["wav24", 24], ["wav32f", 32]]) {
    const output = join(folder, `${format}.wav`);
    const options = ["--version", "musical", "--target", Number.isNaN(target) ? "none" : String(target), "--format", format, "--quiet", "--json"];
    const native = JSON.parse(execFileSync(ag06, ["mix", input, "-o", output, ...options], { encoding: "utf8" }));
    const sameSettings = Object.values(native.params).every((value, i) => Object.is(value, values[i]));
    const page = rendered(rateHz, planes, values, bits);
    const mine = samplesOf(output, bits);
    const sameSamples = page.length === mine.length && page.every((value, i) => Object.is(value, mine[i]));
    const untouched = planes[0].every((value, i) => page[i * channels] === (bits === 16 ? value >> 8 : bits === 24 ? value : value / 8388608));
    const good = sameSettings && sameSamples && !untouched;
    if (!good) ++failures;
    console.log(`${good ? "same     " : "DIFFERENT"} ${rateHz} Hz, ${channels} channel(s), target ${target}, ${format}: settings ${sameSettings}, ${mine.length} samples ${sameSamples}`);
  }
}
rmSync(folder, { recursive: true });
process.exit(failures === 0 ? 0 : 1);
