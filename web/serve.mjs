// Serves build/web on loopback without a bridge, with the headers that give the page SharedArrayBuffer: for browser tests, and an example for a static host. tools/run starts the bridge instead.
import { createServer } from "node:http";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import sirv from "sirv";

const { values } = parseArgs({ options: { port: { type: "string", default: "5001" } } });
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  console.error(`error: --port ${values.port}: not a port number`);
  process.exit(2);
}
const root = fileURLToPath(new URL("../build/web", import.meta.url));
if (!existsSync(`${root}/index.html`)) {
  console.error("error: build/web is missing: run tools/build first");
  process.exit(1);
}

// The page talks to this server and to itself only: what a person drops can go nowhere.
const policy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const files = sirv(root, {
  dev: true, // read from disk each time, so that a rebuild shows at once
  setHeaders(response) {
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    response.setHeader("Content-Security-Policy", policy);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
  },
});
const server = createServer(files);
server.on("error", (error) => {
  console.error(error.code === "EADDRINUSE" ? `error: port ${port} is in use; try tools/run --port N` : `error: ${error.message}`);
  process.exit(1);
});
server.listen(port, "127.0.0.1", () => console.log(`AG06 Studio is on http://127.0.0.1:${server.address().port}  (Ctrl-C ends it)`));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.close(() => process.exit(0)) && server.closeAllConnections());
