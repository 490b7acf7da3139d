/** Where this page looks for a bridge: where a person said, at the server it came from, at the usual address. The address is remembered, the token only until the tab closes. */
import type { BridgePlaces } from "../studio_engine";

export const USUAL_ADDRESS = "ws://127.0.0.1:5001";
const SOCKET_PATH = "/ws";
const ADDRESS_KEY = "ag06-bridge-address";
const TOKEN_KEY = "ag06-bridge-token";

/** "127.0.0.1:5001", "http://host:5001", "ws://host:5001/" all mean the socket of that host; null: it is no address. */
export function socketAddress(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  try {
    const url = new URL(/^[a-z]+:\/\//i.test(trimmed) ? trimmed : `ws://${trimmed}`);
    if (!["ws:", "wss:", "http:", "https:"].includes(url.protocol) || url.hostname === "") return null;
    const secure = url.protocol === "wss:" || url.protocol === "https:";
    return `${secure ? "wss" : "ws"}://${url.host}${SOCKET_PATH}`;
  } catch {
    return null;
  }
}

export class BrowserPlaces implements BridgePlaces {
  constructor(private readonly page: { readonly protocol: string; readonly host: string }, private readonly kept: Pick<Storage, "getItem" | "setItem" | "removeItem">, private readonly tab: Pick<Storage, "getItem" | "setItem" | "removeItem">) {}

  get address(): string | null {
    return this.kept.getItem(ADDRESS_KEY);
  }

  get token(): string | null {
    return this.tab.getItem(TOKEN_KEY);
  }

  set(address: string | null, token: string | null): void {
    put(this.kept, ADDRESS_KEY, address === null ? null : socketAddress(address));
    put(this.tab, TOKEN_KEY, token === null || token.trim() === "" ? null : token.trim());
  }

  addresses(): readonly string[] {
    const own = /^https?:$/.test(this.page.protocol) ? socketAddress(`${this.page.protocol}//${this.page.host}`) : null;
    const told = this.address;
    return [...new Set(told === null ? [own, socketAddress(USUAL_ADDRESS)] : [told])].filter((address) => address !== null);
  }
}

function put(storage: Pick<Storage, "setItem" | "removeItem">, key: string, value: string | null): void {
  if (value === null) storage.removeItem(key);
  else storage.setItem(key, value);
}
