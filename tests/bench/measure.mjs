// Times bench.wasm with the host's clock. Runs in node and, served as it is, in a browser's worker: no node modules here.
// The report has the shape of `ag06-bench --json`.

const sampleRateHz = 48000;
const quantumFrames = 128;
const quantumNs = (1e9 * quantumFrames) / sampleRateHz;

export const usual = { repeats: 61, quanta: 200, songS: 180 };
export const quick = { repeats: 2, quanta: 10, songS: 4 };

export async function measure(moduleBytes, host, { repeats, quanta, songS }) {
  const { instance } = await WebAssembly.instantiate(moduleBytes, {});
  const bench = instance.exports;
  bench._initialize?.();
  const text = (address) => {
    const bytes = new Uint8Array(bench.memory.buffer, address);
    return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
  };
  const units = [];
  for (let entry = 0; entry < bench.bench_count(); ++entry) {
    const name = text(bench.bench_name(entry));
    if (bench.bench_prepare(entry) !== 1) throw new Error(`${name}: could not be prepared`);
    let checksum = 0;
    const ns = [];
    for (let r = 0; r < repeats; ++r) {
      const from = performance.now();
      checksum += bench.bench_run(quanta);
      ns.push((1e6 * (performance.now() - from)) / quanta);
    }
    ns.sort((a, b) => a - b);
    const median = ns[Math.floor(repeats / 2)];
    units.push({ name, ns_per_quantum: median, least_ns_per_quantum: ns[0], percent_of_quantum: (100 * median) / quantumNs, checksum });
  }
  const song = (work) => {
    const from = performance.now();
    const checksum = work(songS);
    const wallS = (performance.now() - from) / 1000;
    return { song_s: songS, wall_s: wallS, realtime_factor: songS / wallS, checksum };
  };
  return {
    host,
    sample_rate_hz: sampleRateHz,
    quantum_frames: quantumFrames,
    quantum_ns: quantumNs,
    units,
    render: song(bench.bench_render),
    analysis: song(bench.bench_analyse),
  };
}
