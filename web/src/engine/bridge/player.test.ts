import { describe, expect, it, vi } from "vitest";
import type { BridgeFrame } from "../../protocol/bridge_frames";
import { FakeBridge, happened } from "../testing/fake_bridge";
import { framesIn, rampSong } from "../testing/ramp_song";
import { BridgeLink } from "./link";
import { BridgePlayer } from "./player";

const FRAMES = 400_000;

interface Setup {
  readonly bridge: FakeBridge;
  readonly link: BridgeLink;
  readonly player: BridgePlayer;
  readonly breakdowns: string[];
  clockMs: number;
}

async function setup(frames = FRAMES): Promise<Setup> {
  const bridge = new FakeBridge();
  const breakdowns: string[] = [];
  let player: BridgePlayer | null = null;
  const link: BridgeLink = new BridgeLink(bridge, {
    statusChanged: ({ phase }) => phase !== "online" && player?.connectionLost(),
    snapshot: (_, resumed) => resumed && player?.resume(),
    changed: () => undefined,
    message: (news) => {
      if (news.type === "credit") player?.credit(news.stream_id, news.frames);
      if (news.type === "song_ended") player?.ended(news.stream_id, news.reason);
    },
    frame: () => undefined,
    refused: (error) => breakdowns.push(error.message),
  });
  await link.connect(["ws://127.0.0.1:5001/ws"], null);
  const made: Setup = { bridge, link, breakdowns, clockMs: 1000, player: new BridgePlayer(link, (message) => breakdowns.push(message), () => made.clockMs) };
  player = made.player;
  made.player.load(rampSong(frames));
  return made;
}

const actions = (bridge: FakeBridge): string[] => bridge.of("transport").map((request) => request.action);
const ofStream = (bridge: FakeBridge, id: number): BridgeFrame[] => bridge.pieces.filter(({ sequence }) => sequence === id);
const count = (pieces: readonly BridgeFrame[]): number => pieces.reduce((sum, { frames }) => sum + frames, 0);
const arrived = (bridge: FakeBridge, id: number, frames: number): Promise<void> => vi.waitFor(() => expect(count(ofStream(bridge, id))).toBeGreaterThanOrEqual(frames), { timeout: 10_000 });

describe("playing a song through the bridge", () => {
  it("asks for the song's own rate and place and sends as far as it was granted", async () => {
    const { bridge, player } = await setup();
    await player.seek(1234);
    await player.play();
    expect(bridge.of("transport").slice(0, 2)).toMatchObject([{ action: "source", source: "file" }, { action: "start", sample_rate_hz: 48000, first_frame: 1234 }]);
    await arrived(bridge, 1, 69_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(count(bridge.pieces)).toBeLessThanOrEqual(72_000);
    expect(framesIn((bridge.pieces[0] as BridgeFrame).samples).slice(0, 3)).toEqual([1234, 1235, 1236]);
    expect(bridge.pieces[1]?.sampleTime).toBe(1234n + 4096n);
    bridge.grant(48_000);
    await arrived(bridge, 1, 114_000);
  });

  it("takes credit that comes before the answer to its start", async () => {
    const { bridge, player } = await setup();
    bridge.holds = new Set(["transport"]);
    bridge.grantsCredit = false;
    const playing = player.play();
    await vi.waitFor(() => expect(bridge.of("transport")).toHaveLength(1));
    bridge.releaseAnswers();
    await vi.waitFor(() => expect(bridge.of("transport")).toHaveLength(2));
    bridge.releaseAnswers();
    bridge.grant(9000);
    await playing;
    await arrived(bridge, 1, 8192);
  });

  it("shows the place that is heard, and runs on by the clock for a moment only", async () => {
    const made = await setup();
    const { bridge, player } = made;
    await player.seek(10_000);
    await player.play();
    await arrived(bridge, 1, 60_000);
    expect(player.positionFrames).toBe(10_000);
    player.heardAt(34_000);
    expect(player.positionFrames).toBe(34_000);
    made.clockMs += 20;
    expect(player.positionFrames).toBe(34_000 + 960);
    made.clockMs += 60_000;
    expect(player.positionFrames).toBe(34_000 + 4800);
    player.heardAt(9_000_000); // of another stream
    player.heardAt(200);
    expect(player.positionFrames).toBe(34_000 + 4800);
  });

  it("starts anew at another place when sought, and never mixes the two streams", async () => {
    const { bridge, player } = await setup();
    await player.play();
    await arrived(bridge, 1, 8192);
    await Promise.all([player.seek(200_000), player.seek(300_000)]);
    await vi.waitFor(() => expect(bridge.pieces.some(({ sequence }) => sequence === bridge.state.transport.stream_id && sequence > 1)).toBe(true));
    const latest = bridge.state.transport.stream_id;
    expect(framesIn((ofStream(bridge, latest)[0] as BridgeFrame).samples)[0]).toBe(300_000);
    expect(player.positionFrames).toBe(300_000);
    expect(latest).toBe(2); // the place that was left before it was reached was never asked for
  });

  it("obeys a pause that comes while it is starting, whenever that is", async () => {
    const { bridge, player } = await setup();
    bridge.holds = new Set(["transport"]);
    const answered = async (): Promise<void> => {
      const heard = bridge.of("transport").length;
      bridge.releaseAnswers();
      await happened();
      if (bridge.of("transport").length > heard) await answered();
    };
    for (const answersBefore of [0, 1]) {
      const playing = player.play();
      await happened();
      for (let i = 0; i < answersBefore; ++i) {
        bridge.releaseAnswers();
        await happened();
      }
      const pausing = player.pause();
      await happened();
      await answered();
      await Promise.all([playing, pausing]);
      bridge.grantsCredit = true;
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect([player.playing, bridge.state.transport.is_playing, bridge.pieces.length]).toEqual([false, false, 0]);
    }
  });

  it("pauses and goes on in the same stream, stops back to the start", async () => {
    const { bridge, player } = await setup();
    await player.play();
    await arrived(bridge, 1, 60_000);
    player.heardAt(20_000);
    await player.pause();
    expect([player.playing, player.positionFrames]).toEqual([false, 20_000]);
    await player.play();
    await player.stop();
    expect(actions(bridge)).toEqual(["source", "start", "pause", "resume", "stop"]);
    expect([player.playing, player.positionFrames]).toEqual([false, 0]);
  });

  it("starts anew where the bridge has let go of a paused song", async () => {
    const { bridge, player } = await setup();
    await player.play();
    await arrived(bridge, 1, 60_000);
    player.heardAt(20_000);
    await player.pause();
    bridge.refusesOnce.set("transport", ["not_playing", "no song is there"]);
    await player.play();
    expect(bridge.of("transport").at(-1)).toMatchObject({ action: "start", first_frame: 20_000 });
  });

  it("ends with the song, and plays it from the start the next time", async () => {
    const { bridge, player } = await setup(20_000);
    await player.play();
    await arrived(bridge, 1, 20_000);
    expect(bridge.pieces.at(-1)?.isLast).toBe(true);
    bridge.endSong("finished");
    expect([player.playing, player.positionFrames]).toEqual([false, 20_000]);
    await player.play();
    expect(bridge.of("transport").at(-1)).toMatchObject({ action: "start", first_frame: 0 });
  });

  it("goes on from the same place after the device's rate has changed", async () => {
    const { bridge, player, breakdowns } = await setup();
    await player.play();
    await arrived(bridge, 1, 60_000);
    player.heardAt(40_000);
    bridge.endSong("rate_changed");
    await arrived(bridge, 2, 4096);
    expect(bridge.of("transport").at(-1)).toMatchObject({ action: "start", first_frame: 40_000 });
    expect([player.playing, breakdowns]).toEqual([true, []]);
  });

  it("waits where the bridge is back before its device is", async () => {
    const { bridge, link, player, breakdowns } = await setup();
    await player.play();
    await arrived(bridge, 1, 60_000);
    player.heardAt(25_000);
    bridge.socket.breakOff();
    bridge.refusals.set("transport", ["no_device", "No audio device is running."]);
    link.retryNow([], null);
    await vi.waitFor(() => expect(bridge.of("transport").length).toBe(3));
    await happened();
    expect([player.playing, player.positionFrames, breakdowns]).toEqual([true, 25_000, []]);
    bridge.refusals.clear();
    player.deviceRuns();
    await arrived(bridge, 2, 4096);
    expect(bridge.of("transport").at(-1)).toMatchObject({ action: "start", first_frame: 25_000 });
  });

  it("does not restart for ever", async () => {
    const { bridge, player, breakdowns } = await setup();
    await player.play();
    for (let i = 1; i <= 8 && player.playing; ++i) {
      await arrived(bridge, i, 4096);
      bridge.endSong("rate_changed");
    }
    expect(breakdowns).toHaveLength(1);
    expect(player.playing).toBe(false);
  });

  it("says who or what ended the song, and keeps the place", async () => {
    const { bridge, player, breakdowns } = await setup();
    await player.play();
    await arrived(bridge, 1, 60_000);
    player.heardAt(30_000);
    bridge.endSong("replaced");
    expect(breakdowns[0]).toMatch(/Another page/);
    expect([player.playing, player.positionFrames]).toEqual([false, 30_000]);
  });

  it("waits for a device that was pulled out, and goes on when it is back", async () => {
    const { bridge, player, breakdowns } = await setup();
    await player.play();
    await arrived(bridge, 1, 60_000);
    player.heardAt(30_000);
    bridge.endSong("device_lost");
    expect([player.playing, player.positionFrames, breakdowns]).toEqual([true, 30_000, []]);
    player.deviceRuns();
    await arrived(bridge, 2, 4096);
    expect(bridge.of("transport").at(-1)).toMatchObject({ action: "start", first_frame: 30_000 });
    bridge.endSong("device_lost");
    await player.pause();
    player.deviceRuns();
    expect([player.playing, bridge.of("transport").filter(({ action }) => action === "start").length]).toEqual([false, 2]);
  });

  it("loops, and follows a loop that is changed while playing", async () => {
    const { bridge, player } = await setup();
    player.setLoop({ startFrame: 0, endFrame: 24_000 });
    await player.play();
    await arrived(bridge, 1, 60_000);
    player.heardAt(26_000);
    expect(player.positionFrames).toBe(2000);
    player.setLoop(null);
    await arrived(bridge, 2, 4096);
    expect(bridge.of("transport").at(-1)).toMatchObject({ action: "start", first_frame: 2000 });
    player.setLoop({ startFrame: 0, endFrame: 200_000 });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(bridge.state.transport.stream_id).toBe(2);
  });

  it("picks up where it was when the connection is back, if it was playing", async () => {
    const { bridge, link, player, breakdowns } = await setup();
    await player.play();
    await arrived(bridge, 1, 60_000);
    player.heardAt(25_000);
    bridge.socket.breakOff();
    expect(player.positionFrames).toBe(25_000);
    link.retryNow([], null);
    await arrived(bridge, 2, 4096);
    expect(bridge.of("transport").at(-1)).toMatchObject({ action: "start", first_frame: 25_000 });
    expect(breakdowns).toEqual([]);
    await player.pause();
    bridge.socket.breakOff();
    const before = bridge.of("transport").length;
    link.retryNow([], null);
    await vi.waitFor(() => expect(link.status.phase).toBe("online"));
    expect(bridge.of("transport")).toHaveLength(before);
  });

  it("says why it cannot start, and is not playing then", async () => {
    const { bridge, player } = await setup();
    bridge.refusals.set("transport", ["no_device", "no audio device is open"]);
    await expect(player.play()).rejects.toThrow("no audio device is open");
    expect(player.playing).toBe(false);
  });
});
