/** Where the sound is made and what goes in: engine, source, the bridge's device, recordings. Session state, neither saved nor undoable. */
import { computed, signal } from "@preact/signals";
import type { Recording, Rig as EngineRig, RigState } from "../engine/engine_rig";
import type { ChangedValues, DeviceChoice, DeviceRequest, EngineChoice, InputSource, LiveFigures, MixingMode, Take } from "../protocol/rig";
import type { Move, VersionId } from "../protocol/types";
import { JobSlot } from "./job";
import { isAbort, type Notices } from "./notices";

/** What the rig tells the rest of the state. */
export interface RigHooks {
  valuesChanged(values: ChangedValues, label: string): void;
  versionChanged(version: VersionId): void;
  sourceChanged(source: InputSource): void;
  /** Settles when the files are imported or have failed. */
  addFiles(files: readonly File[]): Promise<void>;
}

const ALONE: RigState = {
  engine: "in-page", source: "file", link: { phase: "off", address: "", message: "" }, bridge: null, inputName: "", hearsInput: false, recording: false, matchesLoudness: true,
};
const NO_FIGURES: LiveFigures = {
  inputPeakDbfs: [null, null], loadRatio: null, loadMaxRatio: null, xruns: null, deadlineMisses: null, inputClips: 0, songUnderruns: 0, recordedS: 0, recorderLostFrames: 0, pageLatencyMs: null,
};
const MOVES_KEPT = 40;

export class Rig {
  readonly state = signal<RigState>(ALONE);
  /** What a person chose; differs from the state while the switch is under way. */
  readonly wantedEngine = signal<EngineChoice>("in-page");
  readonly wantedSource = signal<InputSource>("file");
  /** Why the latest choice could not be met; null: it was. */
  readonly problem = signal<string | null>(null);
  readonly panelOpen = signal(false);
  readonly devices = signal<readonly DeviceChoice[]>([]);
  readonly takes = signal<readonly Take[]>([]);
  /** The automatic mode's latest steps, newest first. */
  readonly moves = signal<readonly Move[]>([]);
  readonly recordsDry = signal(false);
  readonly wetRatio = signal(1);
  /** Starting or ending a recording, and bringing it into the project. */
  readonly recordingJob = new JobSlot();
  readonly takeJob = new JobSlot();
  readonly calibrating = signal(false);
  readonly isLive = computed(() => this.state.value.source === "live");
  readonly onBridge = computed(() => this.state.value.engine === "bridge");
  readonly connected = computed(() => this.state.value.bridge !== null);
  /** Recording takes live input, or whatever the bridge's device hears and plays. */
  readonly canRecord = computed(() => this.state.value.recording || (this.onBridge.value ? this.state.value.bridge?.device.phase === "running" : this.isLive.value));
  private switches = 0;
  private again: (() => void) | null = null;

  constructor(private readonly rig: EngineRig | null, private readonly notices: Notices, private readonly hooks: RigHooks) {
    if (rig === null) return;
    this.state.value = rig.state;
    rig.listen({
      changed: (state) => this.follow(state),
      valuesChanged: (values) => hooks.valuesChanged(values, this.state.peek().bridge?.mode === "auto" ? "Automatic mix" : "Change on another page"),
      versionChanged: (version) => hooks.versionChanged(version),
      moved: (moves) => (this.moves.value = [...[...moves].reverse(), ...this.moves.value].slice(0, MOVES_KEPT)),
      takesChanged: (takes) => (this.takes.value = takes),
      devicesChanged: (devices) => (this.devices.value = devices),
      recordingEnded: (recordings, why) => {
        this.notices.warn(`Recording: ${why}`);
        void this.bringIn(recordings);
        if (this.connected.peek()) void this.refreshTakes();
      },
      problem: (message) => this.notices.warn(message),
    });
  }

  /** Whether there is anything to choose from. */
  get available(): boolean {
    return this.rig !== null;
  }

  get address(): string | null {
    return this.rig?.address ?? null;
  }

  figures(): LiveFigures {
    return this.rig?.figures() ?? NO_FIGURES;
  }

  async chooseEngine(choice: EngineChoice): Promise<void> {
    const { rig } = this;
    if (rig === null || this.wantedEngine.peek() === choice) return;
    this.wantedEngine.value = choice;
    await this.attempt(choice === "bridge" ? "AG06 bridge" : "In page", () => void this.chooseEngine(choice), async () => {
      await rig.setEngine(choice);
      this.moves.value = [];
      this.notices.announce(choice === "bridge" ? "The sound is made by the AG06 bridge now" : "The sound is made in the page now");
      if (choice === "bridge") void this.refresh();
    });
  }

  async chooseSource(source: InputSource): Promise<void> {
    const { rig } = this;
    if (rig === null || this.wantedSource.peek() === source) return;
    this.wantedSource.value = source;
    await this.attempt("Live input", () => void this.chooseSource(source), async () => {
      await rig.setSource(source);
      this.notices.announce(source === "live" ? "You are mixing the live input" : "You are mixing the song");
    });
  }

  setHearsInput(on: boolean): void {
    this.rig?.setHearsInput(on);
  }

  /** Looks for the bridge there from now on, at once when it is what a person wants. */
  async setAddress(address: string | null, token: string | null): Promise<void> {
    this.rig?.setAddress(address, token);
    if (this.onBridge.peek()) this.rig?.retryNow();
    else await this.chooseEngine("bridge");
  }

  /** What failed last, or the connection that is lost. */
  retryNow(): void {
    if (this.problem.peek() !== null && this.again !== null) this.again();
    else this.rig?.retryNow();
  }

  setMode(mode: MixingMode): void {
    this.rig?.setMode(mode);
  }

  setWet(wetRatio: number): void {
    this.wetRatio.value = wetRatio;
    this.rig?.setWet(wetRatio);
  }

  openDevice(request: DeviceRequest): Promise<void> {
    return this.ask("Audio device", (rig) => rig.openDevice(request));
  }

  closeDevice(): Promise<void> {
    return this.ask("Audio device", (rig) => rig.closeDevice());
  }

  async calibrate(): Promise<void> {
    if (this.calibrating.peek()) return;
    this.calibrating.value = true;
    await this.ask("Calibration", (rig) => rig.calibrate());
    this.calibrating.value = false;
  }

  async refresh(): Promise<void> {
    await Promise.all([this.refreshDevices(), this.refreshTakes()]);
  }

  refreshDevices(): Promise<void> {
    return this.ask("Audio devices", async (rig) => void (this.devices.value = await rig.devices()));
  }

  refreshTakes(): Promise<void> {
    return this.ask("Takes", async (rig) => void (this.takes.value = await rig.takes()));
  }

  async toggleRecording(): Promise<void> {
    const { rig } = this;
    if (rig === null || this.recordingJob.view.peek() !== null) return;
    if (!this.state.peek().recording) {
      await this.ask("Recording", async () => {
        await rig.startRecording({ dry: this.recordsDry.peek() });
        this.notices.announce("Recording");
      });
      return;
    }
    await this.ask("Recording", async () => {
      const recordings = await this.recordingJob.run("Ending the recording", (options) => rig.stopRecording(options));
      this.notices.announce("Recording ended");
      await this.bringIn(recordings);
    });
    if (this.connected.peek()) await this.refreshTakes();
  }

  removeTake(take: Take): Promise<void> {
    return this.ask(take.fileName, async (rig) => {
      await rig.removeTake(take.id);
      this.takes.value = this.takes.value.filter(({ id }) => id !== take.id);
      this.notices.announce(`${take.fileName} removed from the bridge`);
    });
  }

  takeAddress(take: Take): string {
    return this.rig?.takeAddress(take) ?? "";
  }

  /** A take of the bridge becomes a song of the project. */
  addTake(take: Take): Promise<void> {
    return this.ask(take.fileName, async (rig) => {
      const file = await this.takeJob.run(take.fileName, (options) => rig.fetchTake(take, options));
      await this.hooks.addFiles([file]);
    });
  }

  private async bringIn(recordings: readonly Recording[]): Promise<void> {
    if (recordings.length === 0) return;
    await this.hooks.addFiles(recordings.map(({ file }) => file));
    for (const recording of recordings) await recording.dispose().catch(() => undefined);
  }

  /** What cannot be had leaves everything as it was, and says why beside the choice. */
  private async attempt(what: string, again: () => void, work: () => Promise<void>): Promise<void> {
    const turn = ++this.switches;
    this.problem.value = null;
    this.again = again;
    try {
      await work();
      this.panelOpen.value = this.panelOpen.peek() || this.onBridge.peek() || this.isLive.peek();
    } catch (reason) {
      if (turn !== this.switches || isAbort(reason)) return;
      const why = reason instanceof Error ? reason.message : String(reason);
      this.problem.value = why;
      this.panelOpen.value = true;
      this.notices.announce(`${what}: ${why}`);
    } finally {
      if (turn === this.switches) this.settle();
    }
  }

  private settle(): void {
    const { engine, source } = this.state.peek();
    this.wantedEngine.value = engine;
    this.wantedSource.value = source;
  }

  private follow(state: RigState): void {
    const before = this.state.peek();
    this.state.value = state;
    if (before.source !== state.source) {
      this.wantedSource.value = state.source;
      this.hooks.sourceChanged(state.source);
    }
    if (state.bridge !== null && state.bridge.wetRatio !== before.bridge?.wetRatio) this.wetRatio.value = state.bridge.wetRatio;
    this.tell(before, state);
  }

  /** Spoken, because whoever does not see the panel would not know. */
  private tell(before: RigState, state: RigState): void {
    if (state.engine !== "bridge" || before.engine !== "bridge") return;
    if (before.link.phase === "online" && state.link.phase === "waiting") this.notices.announce("The connection to the bridge broke off; the page tries to get it back");
    if (before.link.phase !== "online" && state.link.phase === "online") {
      this.notices.announce("The bridge is connected again");
      void this.refresh();
    }
    const device = state.bridge?.device;
    if (device !== undefined && before.bridge !== null && before.bridge.device.phase !== device.phase && device.message !== "") this.notices.announce(device.message);
    if (before.bridge !== null && state.bridge?.guard === "loopback" && before.bridge.guard !== "loopback") this.notices.announce(LOOPBACK_ADVICE);
    if (before.bridge !== null && state.bridge !== null && state.bridge.device.measuredRoundTripFrames !== before.bridge.device.measuredRoundTripFrames && state.bridge.device.measuredRoundTripFrames !== null)
      this.notices.announce("The round trip is measured");
  }

  private async ask(what: string, work: (rig: EngineRig) => Promise<void>): Promise<void> {
    if (this.rig === null) return;
    try {
      await work(this.rig);
    } catch (reason) {
      this.notices.fail(what, reason);
    }
  }
}

export const LOOPBACK_ADVICE = "The mixer sends its output back to its input, so the bridge turned the sound down: set the TO PC switch of the AG06 to DRY CH 1-2";
