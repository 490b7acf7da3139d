// A real jackd with its dummy driver, a virtual AG06 on it and the real ag06-bridge that serves the page: processes of the test's own, ended by their ids.
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, test as base, type BrowserContext, type Page, type TestInfo } from "@playwright/test";
import { repository } from "./oracle";
import { Studio } from "./studio";

const START_MS = 30_000;
export const AG06_NAME = "AG06/AG03 Analog Stereo";

/** A program whose lines of output can be waited for. */
class Program {
  private readonly child: ChildProcessWithoutNullStreams;
  private lines: string[] = [];
  private waiting: (() => void)[] = [];
  private partial = "";
  readonly errors: string[] = [];
  ended = false;

  constructor(path: string, args: string[], env: NodeJS.ProcessEnv) {
    this.child = spawn(path, args, { env, stdio: "pipe" });
    this.child.stdout.on("data", (data: Buffer) => this.hear(data.toString()));
    this.child.stderr.on("data", (data: Buffer) => this.errors.push(data.toString()));
    this.child.stdin.on("error", () => undefined);
    const end = (): void => {
      this.ended = true;
      this.wake();
    };
    this.child.on("exit", end);
    this.child.on("error", end);
  }

  /** The next line of its output that fits; those before it are dropped. */
  async line(pattern: RegExp, timeoutMs = START_MS): Promise<RegExpExecArray> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      for (let next = this.lines.shift(); next !== undefined; next = this.lines.shift()) {
        const found = pattern.exec(next);
        if (found !== null) return found;
      }
      const leftMs = deadline - Date.now();
      if (leftMs <= 0 || this.ended) throw new Error(`no line ${pattern} from ${this.child.spawnfile}: ${this.errors.join("").slice(-2000)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  say(command: string): void {
    this.child.stdin.write(`${command}\n`);
  }

  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.ended) return;
    const gone = new Promise<void>((resolve) => this.child.once("exit", () => resolve()));
    this.child.kill(signal);
    const hard = setTimeout(() => this.child.kill("SIGKILL"), 10_000);
    await gone;
    clearTimeout(hard);
  }

  private hear(text: string): void {
    const parts = (this.partial + text).split("\n");
    this.partial = parts.pop() ?? "";
    this.lines.push(...parts);
    this.wake();
  }

  private wake(): void {
    for (const wake of this.waiting.splice(0)) wake();
  }
}

export interface Report {
  readonly peak: number;
  readonly rms: number;
  readonly frames: number;
}

/** Everything that a person with an AG06 has on the desk. */
export class Desk {
  readonly folder = mkdtempSync(join(tmpdir(), "ag06-desk-"));
  private readonly env: NodeJS.ProcessEnv;
  private readonly serverName = `ag06-e2e-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  private jack: Program | null = null;
  private device: Program | null = null;
  private bridge: Program | null = null;
  private port = 0;

  constructor() {
    this.env = { ...process.env, JACK_DEFAULT_SERVER: this.serverName, JACK_NO_AUDIO_RESERVATION: "1" };
  }

  async startJack(): Promise<void> {
    this.jack = new Program("jackd", ["-n", this.serverName, "-s", "-r", "-d", "dummy", "-r", "48000", "-p", "256", "-C", "2", "-P", "2"], this.env);
  }

  /** The AG06 in its socket. jackd may still be starting. */
  async plugIn(...args: string[]): Promise<void> {
    const deadline = Date.now() + START_MS;
    for (;;) {
      const device = new Program(virtualAg06(), [AG06_NAME, ...args], this.env);
      try {
        await device.line(/^ready /, 5000);
        this.device = device;
        return;
      } catch (error) {
        await device.end("SIGKILL");
        if (Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  async pullOut(): Promise<void> {
    await this.device?.end("SIGKILL");
    this.device = null;
  }

  /** The address that pairs a browser. The port stays the same over a restart. */
  async startBridge(): Promise<string> {
    const args = ["--port", String(this.port), "--web", join(repository, "build/web"), "--takes", join(this.folder, "takes"), "--token-file", join(this.folder, "token"), "--backend", "jack"];
    this.bridge = new Program(join(repository, "build/bin/ag06-bridge"), args, this.env);
    const [address] = await this.bridge.line(/http:\/\/[^\s]+pair=[^\s]+/);
    this.port = Number(new URL(address).port);
    return address;
  }

  async endBridge(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    await this.bridge?.end(signal);
    this.bridge = null;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  command(line: string): void {
    if (this.device === null) throw new Error("the AG06 is not plugged in");
    this.device.say(line);
  }

  /** What was played to the device since the last report. */
  async report(): Promise<Report> {
    this.command("report");
    const found = await (this.device as Program).line(/^report frame \d+ frames (\d+) peak ([\d.e+-]+) ([\d.e+-]+) rms ([\d.e+-]+) ([\d.e+-]+)/);
    const at = (i: number): number => Number(found[i]);
    return { frames: at(1), peak: Math.max(at(2), at(3)), rms: Math.max(at(4), at(5)) };
  }

  /** What is played to it from now on for this long. */
  async listen(ms: number): Promise<Report> {
    await this.report();
    await new Promise((resolve) => setTimeout(resolve, ms));
    return this.report();
  }

  async clear(): Promise<void> {
    await this.endBridge();
    await this.pullOut();
    await this.jack?.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Built with the tests; AG06_VIRTUAL_DEVICE names it where it lies elsewhere. */
function virtualAg06(): string {
  const told = process.env["AG06_VIRTUAL_DEVICE"];
  if (told !== undefined) return told;
  const found = under(join(repository, "build"), "virtual_ag06", 6);
  if (found === null) throw new Error("virtual_ag06 is not built: build the tests, or name it in AG06_VIRTUAL_DEVICE");
  return found;
}

function under(folder: string, name: string, depth: number): string | null {
  if (depth === 0 || !existsSync(folder)) return null;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isFile() && entry.name === name && (statSync(path).mode & 0o100) !== 0) return path;
    const deeper = entry.isDirectory() && !["node_modules", "CMakeFiles"].includes(entry.name) ? under(path, name, depth - 1) : null;
    if (deeper !== null) return deeper;
  }
  return null;
}

/** The browser with a microphone of air: a beep once a second. */
export function launchWithMicrophone(profile: string, info: TestInfo): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: info.config.metadata["chromium"] as string,
    headless: true,
    viewport: { width: 1440, height: 900 },
    acceptDownloads: true,
    permissions: ["microphone"],
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--autoplay-policy=no-user-gesture-required", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
  });
}

/** The studio as the bridge serves it, driven by roles and names. */
export class DeskStudio extends Studio {
  async openAt(address: string): Promise<void> {
    await this.page.goto(address);
    await this.page.waitForFunction(() => (window as unknown as { ag06?: { ready: boolean } }).ag06?.ready === true);
  }

  async chooseEngine(name: "In page" | "AG06 bridge"): Promise<void> {
    await this.page.getByRole("radiogroup", { name: "Engine" }).getByRole("radio", { name }).check({ force: true });
    const wanted = name === "In page" ? "in-page" : "bridge";
    await this.page.waitForFunction((engine) => (window as unknown as { ag06: { engine: string } }).ag06.engine === engine, wanted);
  }

  async chooseSource(name: "File" | "Live input"): Promise<void> {
    await this.page.getByRole("radiogroup", { name: "Source" }).getByRole("radio", { name }).check({ force: true });
    await this.page.waitForFunction((source) => document.querySelector(`[role=radiogroup][aria-label=Source][aria-busy=false] input[value=${source}]:checked`) !== null, name === "File" ? "file" : "live");
  }

  figure(name: "playing" | "positionFrames" | "processedMixRatio" | "integratedLufs"): Promise<unknown> {
    return this.telemetry().then((telemetry) => telemetry[name]);
  }
}

export const deskTest = base.extend<{ desk: Desk; context: BrowserContext; page: Page; studio: DeskStudio }>({
  desk: async ({}, use) => {
    const desk = new Desk();
    try {
      await desk.startJack();
      await desk.plugIn();
      await use(desk);
    } finally {
      await desk.clear();
    }
  },
  context: async ({}, use, info) => {
    const profile = mkdtempSync(join(tmpdir(), "ag06-e2e-"));
    const context = await launchWithMicrophone(profile, info);
    await use(context);
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  },
  page: async ({ context }, use) => {
    await use(context.pages()[0] ?? (await context.newPage()));
  },
  studio: async ({ page, desk }, use) => {
    const studio = new DeskStudio(page);
    await studio.openAt(await desk.startBridge());
    await use(studio);
  },
});
