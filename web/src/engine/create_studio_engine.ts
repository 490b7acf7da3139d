/** Puts the studio's engine together for a browser page. */
import { BrowserPlaces } from "./bridge/places";
import type { SocketLike } from "./bridge/link";
import { createInPageEngine } from "./in_page_engine";
import { LiveInput } from "./live/live_input";
import { StudioEngine } from "./studio_engine";
import { coreModule } from "./wasm/module";

export function createStudioEngine(): StudioEngine {
  return new StudioEngine({
    page: createInPageEngine(),
    liveInput: (onLost, onRecordingEnded) => new LiveInput(coreModule, onLost, onRecordingEnded),
    environment: { open: (address, subprotocol) => new WebSocket(address, subprotocol) as unknown as SocketLike, random: Math.random },
    places: new BrowserPlaces(location, localStorage, sessionStorage),
  });
}
