// Runs bench.wasm in a worker of the distribution's Chromium and returns the report. Served on loopback, cross-origin isolated for the finer clock.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const { chromium } = createRequire(join(here, "../../web/package.json"))("@playwright/test");

export async function measureInChromium(modulePath, options) {
  const files = {
    "/": ["text/html", "<!doctype html><title>bench</title>"],
    "/measure.mjs": ["text/javascript", readFileSync(join(here, "measure.mjs"))],
    "/worker.mjs": ["text/javascript", readFileSync(join(here, "worker.mjs"))],
    "/bench.wasm": ["application/wasm", readFileSync(modulePath)],
  };
  const server = createServer((request, response) => {
    const [type, body] = files[request.url] ?? [];
    response.writeHead(body ? 200 : 404, {
      "Content-Type": type ?? "text/plain",
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    });
    response.end(body ?? "");
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const executablePath = execFileSync("sh", ["-c", "command -v chromium || command -v chromium-browser || command -v google-chrome"], { encoding: "utf8" }).trim();
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    const answer = await page.evaluate(
      ([host, runOptions]) =>
        new Promise((done) => {
          const worker = new Worker("worker.mjs", { type: "module" });
          worker.onmessage = ({ data }) => done(data);
          worker.onerror = (event) => done({ error: event.message ?? "the worker did not load" });
          worker.postMessage({ host, options: runOptions });
        }),
      [`Chromium ${browser.version().split(".")[0]}`, options],
    );
    if (answer.error) throw new Error(answer.error);
    return answer.report;
  } finally {
    await browser.close();
    server.close();
  }
}
