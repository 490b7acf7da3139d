// The built studio in the distribution's Chromium, served as tools/run serves it. `npm --prefix web run e2e`.
import { execFileSync } from "node:child_process";
import { defineConfig } from "@playwright/test";

const port = Number(process.env.AG06_E2E_PORT ?? 5087);

export default defineConfig({
  testDir: ".",
  outputDir: "../../build/e2e",
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [["list"]],
  use: { baseURL: `http://127.0.0.1:${port}` },
  webServer: {
    command: `../../build/bin/ag06-bridge --port ${port} --no-audio --web ../../build/web --takes ../../build/e2e-bridge/takes --token-file ../../build/e2e-bridge/token`,
    url: `http://127.0.0.1:${port}`,
    reuseExistingServer: false,
  },
  metadata: { chromium: execFileSync("sh", ["-c", "command -v chromium || command -v chromium-browser || command -v google-chrome"], { encoding: "utf8" }).trim() },
});
