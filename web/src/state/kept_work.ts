/** What outlives the page: brings back an earlier page's songs, mixes and session, then keeps every change of them. */
import { effect, signal } from "@preact/signals";
import type { DocumentStore, Engine } from "../engine/engine";
import type { ProcessedId, Song } from "../protocol/types";
import { Keeper } from "./keeper";
import { LIVE_INPUT } from "./live_mix";
import type { Mix } from "./mix";
import type { Notices } from "./notices";
import type { Player } from "./player";
import { mixText, readMix, type SavedMix } from "./saved_mix";
import { profilesText, readProfiles, type Profiles } from "./profiles";
import { readSession, sessionText, type SavedSession } from "./saved_session";
import type { SongMix } from "./song_mix";
import type { Songs } from "./songs";
import { PROCESSED, versionLabel } from "./versions";

const SESSION = "session.json";
const PROFILES = "profiles.json";
/** Musical's goes without its name, as it was before there were others. */
const mixName = (song: Song, version: ProcessedId): string => (version === "musical" ? `${song.id}.mix.json` : `${song.id}.${version}.mix.json`);

export class KeptWork {
  readonly restoring = signal(false);
  private readonly watched = new Map<SongMix, () => void>();
  private keeper: Keeper | null = null;

  constructor(
    private readonly engine: Engine,
    private readonly songs: Songs,
    private readonly mix: Mix,
    private readonly player: Player,
    private readonly profiles: Profiles,
    private readonly notices: Notices,
    private readonly select: (song: Song) => Promise<void>,
  ) {}

  /** Settles when the songs and their mixes are there. */
  async restore(): Promise<void> {
    this.restoring.value = true;
    try {
      const { songs, notes, documents } = await this.engine.restore();
      for (const note of notes) this.notices.warn(note);
      if (documents === null) return;
      const live = await this.read(documents, mixName(LIVE_INPUT, "musical"), "The settings of the live input, which start anew,", readMix);
      this.mix.restore(LIVE_INPUT, live === null ? {} : { musical: live });
      for (const song of songs) this.mix.restore(song, await this.mixesOf(song, documents));
      const session = await this.read(documents, SESSION, "What was listened to", readSession);
      this.profiles.own.value = (await this.read(documents, PROFILES, "Your profiles", readProfiles)) ?? [];
      this.songs.list.value = songs;
      this.keeper = new Keeper(documents, this.notices);
      effect(() => this.watchMixes());
      this.watchProfiles();
      void this.resume(session).then(() => effect(() => this.watchSession()));
    } catch (reason) {
      this.notices.fail("The last session", reason);
    } finally {
      this.restoring.value = false;
    }
  }

  /** Whether a page that is left now would not come back as it is. */
  get isBehind(): boolean {
    return this.songs.list.peek().length > 0 && (this.keeper === null || this.keeper.failing.peek());
  }

  leave(): void {
    this.keeper?.leave();
  }

  private async mixesOf(song: Song, documents: DocumentStore): Promise<Partial<Record<ProcessedId, SavedMix>>> {
    const read = async (version: ProcessedId): Promise<[ProcessedId, SavedMix | null]> => [version, await this.read(documents, mixName(song, version), `${song.name}: its saved ${version === "musical" ? "" : `${versionLabel(version)} `}mix, which is made anew,`, readMix)];
    return Object.fromEntries((await Promise.all(PROCESSED.map(read))).filter(([, saved]) => saved !== null));
  }

  private async read<T>(documents: DocumentStore, name: string, what: string, parse: (text: string) => T): Promise<T | null> {
    try {
      const text = await documents.read(name);
      return text === null ? null : parse(text);
    } catch (reason) {
      this.notices.warn(`${what} cannot be read (${name}): ${reason instanceof Error ? reason.message : String(reason)}`);
      return null;
    }
  }

  private async resume(session: SavedSession | null): Promise<void> {
    const songs = this.songs.list.peek();
    const song = songs.find(({ id }) => id === session?.songId) ?? songs[0];
    if (session !== null) {
      this.player.version.value = session.heard;
      this.player.matchLoudness.value = session.matchLoudness;
    }
    if (song === undefined) return;
    await this.select(song);
    if (song.id !== session?.songId || this.player.loaded.peek() !== song) return;
    if (session.loopRange !== null) this.player.setLoopRange(session.loopRange);
    this.player.setLoopOn(session.loopOn);
  }

  /** One watcher per mix, for as long as its song is here. */
  private watchMixes(): void {
    const mixes = new Set(this.mix.all.value.values());
    for (const [mix, end] of this.watched) {
      if (mixes.has(mix)) continue;
      end();
      this.watched.delete(mix);
      this.keeper?.forget(mixName(mix.song, mix.version));
    }
    for (const mix of mixes) {
      if (this.watched.has(mix)) continue;
      const saved = mix.saved;
      // What is always here is kept once there is something to keep.
      let untouched = mix.isLive || mix.version !== "musical" ? saved.peek() : null;
      this.watched.set(mix, effect(() => {
        const state = saved.value;
        if (state === untouched) return;
        untouched = null;
        this.keeper?.changed(mixName(mix.song, mix.version), () => mixText(state));
      }));
    }
  }

  private watchProfiles(): void {
    const restored = this.profiles.own.peek();
    effect(() => {
      const own = this.profiles.own.value;
      if (own !== restored) this.keeper?.changed(PROFILES, () => profilesText(own));
    });
  }

  private watchSession(): void {
    const song = this.songs.current.value;
    const { version, matchLoudness, loopOn, loopRange } = this.player;
    const session = { heard: version.value, matchLoudness: matchLoudness.value, loopOn: loopOn.value, loopRange: loopRange.value };
    if (song !== null) this.keeper?.changed(SESSION, () => sessionText({ songId: song.id, ...session }));
  }
}
