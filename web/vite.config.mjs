import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defaultClientConditions, defineConfig } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const coreModule = process.env.AG06_WASM ?? here("../build/wasm/ag06.wasm");
const analysisModule = process.env.AG06_ANALYSIS_WASM ?? here("../build/wasm/ag06_analysis.wasm");

const modelsFolder = process.env.AG06_MODELS ?? here("../models");

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

// The trained models lie beside the page as they lie in the repository: the page asks for models/registry.json and the files that it names.
const models = {
  name: "ag06-models",
  generateBundle() {
    const registry = `${modelsFolder}/registry.json`;
    if (!existsSync(registry)) return this.warn(`${registry} is missing: the page offers no AI versions`);
    const files = ["registry.json", ...JSON.parse(readFileSync(registry, "utf8")).models.map(({ file }) => file)];
    for (const file of files) this.emitFile({ type: "asset", fileName: `models/${file}`, source: readFileSync(`${modelsFolder}/${file}`) });
  },
  configureServer(server) {
    server.middlewares.use("/models", (request, response, next) => {
      const [, file] = /^\/(registry\.json|weights\/[\w.-]+\.onnx)$/.exec(request.url ?? "") ?? [];
      if (file === undefined || !existsSync(`${modelsFolder}/${file}`)) return next();
      response.setHeader("Cross-Origin-Resource-Policy", "same-origin").end(readFileSync(`${modelsFolder}/${file}`));
    });
  },
};

export default defineConfig({
  // Relative, so that the folder can be served from any path of any static host.
  base: "./",
  plugins: [requireModules, models],
  // A plain string alias would not match together with the query.
  resolve: {
    // ONNX Runtime Web with its WebAssembly beside it: bundled into it, its threads could not start.
    conditions: ["onnxruntime-web-use-extern-wasm", ...defaultClientConditions],
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
