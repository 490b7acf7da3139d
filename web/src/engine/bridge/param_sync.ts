/** Keeps the bridge's parameters and the page's document the same: sends what the page sets, latest wins, and tells what others set. Never takes its own echo for news. */
import { PARAMS } from "../../protocol/params.gen";
import type { ChangedValues } from "../../protocol/rig";

type Values = Readonly<Record<string, number>>;

const DEFAULTS: Values = Object.fromEntries(PARAMS.map((p) => [p.key, p.defaultValue]));
const KNOWN: ReadonlySet<string> = new Set(PARAMS.map((p) => p.key));

/** A value that went through a 32-bit float on its way is still the same setting. */
function same(a: number | undefined, b: number | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a)));
}

export class ParamSync {
  /** What the page wants, and thinks the bridge has. */
  private mine: Record<string, number> = {};
  /** The bridge's latest, as it told. */
  private theirs: Values | null = null;
  private queued: Record<string, number> = {};
  private inFlight: Record<string, number> | null = null;
  private connection = 0;
  private online = false;

  constructor(
    private readonly send: (values: Values) => Promise<unknown>,
    private readonly onRemote: (values: ChangedValues) => void,
    private readonly onRefused: (error: Error) => void,
  ) {}

  set(values: ChangedValues): void {
    Object.assign(this.mine, values);
    if (!this.online) return;
    Object.assign(this.queued, values);
    this.flush();
  }

  /** resumed: the same page was connected before, so that what changed since then can be told from what is merely different. */
  snapshot(params: Values, resumed: boolean): void {
    const before = this.theirs;
    this.connection++;
    this.online = true;
    this.inFlight = null;
    this.queued = {};
    this.theirs = params;
    const isFresh = (values: Values): boolean => Object.entries(values).every(([key, value]) => same(DEFAULTS[key], value));
    // A bridge that was started anew has forgotten everything: that is no wish of anybody.
    const restarted = before !== null && !isFresh(before) && isFresh(params);
    const remote: Record<string, number> = {};
    for (const [key, value] of Object.entries(params)) {
      const own = this.mine[key];
      if (same(own, value) || !KNOWN.has(key)) continue;
      const changedThere = resumed && before !== null && !restarted && !same(before[key], value) && same(own, before[key]);
      if (own === undefined || changedThere) remote[key] = value;
      else this.queued[key] = own;
    }
    this.flush();
    this.follow(remote);
  }

  changed(params: Values): void {
    this.theirs = { ...this.theirs, ...params };
    const remote: Record<string, number> = {};
    for (const [key, value] of Object.entries(params)) {
      // While a value of this page is on its way, what the bridge tells is older than it.
      if (key in this.queued || (this.inFlight !== null && key in this.inFlight)) continue;
      if (!same(this.mine[key], value) && KNOWN.has(key)) remote[key] = value;
    }
    this.follow(remote);
  }

  /** The page goes its own way: what it wants next time it says then. */
  forget(): void {
    this.disconnected();
    this.mine = {};
    this.theirs = null;
  }

  disconnected(): void {
    this.online = false;
    this.inFlight = null;
    this.queued = {};
  }

  private follow(remote: Record<string, number>): void {
    if (Object.keys(remote).length === 0) return;
    Object.assign(this.mine, remote);
    this.onRemote(remote as ChangedValues);
  }

  private flush(): void {
    if (!this.online || this.inFlight !== null || Object.keys(this.queued).length === 0) return;
    const values = this.queued;
    const { connection } = this;
    this.inFlight = values;
    this.queued = {};
    this.send(values).then(
      () => this.settled(connection),
      (error: Error) => {
        if (connection === this.connection && this.online) this.onRefused(error);
        this.settled(connection);
      },
    );
  }

  private settled(connection: number): void {
    if (connection !== this.connection) return;
    this.inFlight = null;
    this.flush();
  }
}
