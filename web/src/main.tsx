/** Starts the studio: one engine, the state over it, the page over that. */
import { render } from "preact";
import { createStudioEngine } from "./engine/create_studio_engine";
import { exposeForTests } from "./state/automation";
import { Studio } from "./state/studio";
import "./styles/index.css";
import { App } from "./ui/shell/app";
import { StudioContext } from "./ui/shell/context";
import { startFrames } from "./ui/shell/frame";

const root = document.getElementById("studio");
if (root === null) throw new Error("the page has no #studio element");

try {
  const studio = new Studio(createStudioEngine());
  const restored = studio.restore();
  render(<StudioContext.Provider value={studio}><App /></StudioContext.Provider>, root);
  startFrames(() => studio.player.telemetry());
  await restored;
  exposeForTests(studio);
} catch (reason) {
  render(<p class="fatal" role="alert">The studio cannot start: {reason instanceof Error ? reason.message : String(reason)}</p>, root);
}
