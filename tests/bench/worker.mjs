// The browser's half of bench_browser.mjs: measures in a module worker, as the page's exports run.
import { measure } from "./measure.mjs";

onmessage = async ({ data }) => {
  try {
    const response = await fetch("bench.wasm");
    if (!response.ok) throw new Error(`bench.wasm: ${response.status}`);
    postMessage({ report: await measure(await response.arrayBuffer(), data.host, data.options) });
  } catch (error) {
    postMessage({ error: String(error) });
  }
};
