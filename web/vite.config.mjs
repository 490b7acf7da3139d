import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const coreModule = process.env.AG06_WASM ?? here("../build/wasm/ag06.wasm");
const analysisModule = process.env.AG06_ANALYSIS_WASM ?? here("../build/wasm/ag06_analysis.wasm");

// What gives a page SharedArrayBuffer. Without it the studio still runs, over message ports.
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
};

const requireModules = {
  name: "ag06-require-modules",
  apply: "build",
  buildStart() {
    for (const module of [coreModule, analysisModule]) if (!existsSync(module)) this.error(`${module} is missing: run tools/build first`);
  },
};

export default defineConfig({
  // Relative, so that the folder can be served from any path of any static host.
  base: "./",
  plugins: [requireModules],
  // A plain string alias would not match together with the query.
  resolve: {
    alias: [
      { find: /^ag06\.wasm\?url$/, replacement: `${coreModule}?url` },
      { find: /^ag06_analysis\.wasm\?url$/, replacement: `${analysisModule}?url` },
    ],
  },
  worker: { format: "es" },
  build: { outDir: here("../build/web"), emptyOutDir: true, target: "es2022", assetsInlineLimit: 0, sourcemap: true, modulePreload: { polyfill: false } },
  server: { host: "127.0.0.1", headers: isolation, fs: { allow: [here("."), here("../build")] } },
  preview: { host: "127.0.0.1", headers: isolation },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
