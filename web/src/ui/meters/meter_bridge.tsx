/** The bars of the meter column on one canvas: momentary and short-term loudness with the target, then the sample peaks of both sides. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Telemetry } from "../../protocol/types";
import { colour, still, useSurface, type Surface } from "../shell/canvas";
import { useFrame } from "../shell/frame";
import { LOUDNESS_SCALE, PEAK_SCALE, ballistic, position, type Scale } from "./scale";

const PEAK_FALL_DB_PER_S = 24;
const LOUDNESS_FALL_DB_PER_S = 40;
const HOLD_MS = 1800;
const TOP = 16;
const BOTTOM = 18;

interface Bar {
  shownDb: number;
  heldDb: number;
  heldAtMs: number;
}

const newBar = (): Bar => ({ shownDb: -120, heldDb: -120, heldAtMs: 0 });

/** What stands still for a size and a target. */
interface Scenery {
  readonly targetLufs: number | null;
  readonly back: HTMLCanvasElement;
  readonly loudness: CanvasGradient;
  readonly peak: CanvasGradient;
}

export function MeterBridge({ targetLufs }: { readonly targetLufs: number | null }): VNode {
  const bars = useRef({ momentary: newBar(), shortTerm: newBar(), left: newBar(), right: newBar() });
  const last = useRef(0);
  const scenery = useRef<Scenery | null>(null);
  const drawn = useRef("");
  const { ref, inSight } = useSurface(() => (scenery.current = null));

  useFrame((t, nowMs) => {
    const target = inSight();
    if (target === null) return;
    const elapsed = nowMs - last.current;
    last.current = nowMs;
    const b = bars.current;
    advance(b.momentary, t.playing ? t.momentaryLufs : null, elapsed, nowMs, LOUDNESS_FALL_DB_PER_S);
    advance(b.shortTerm, t.playing ? t.shortTermLufs : null, elapsed, nowMs, LOUDNESS_FALL_DB_PER_S);
    advance(b.left, t.playing ? t.peakDbfs[0] : null, elapsed, nowMs, PEAK_FALL_DB_PER_S);
    advance(b.right, t.playing ? t.peakDbfs[1] : null, elapsed, nowMs, PEAK_FALL_DB_PER_S);
    if (scenery.current?.targetLufs !== targetLufs) {
      scenery.current = sceneryOf(target, targetLufs);
      drawn.current = "";
    }
    const reading = [b.momentary, b.shortTerm, b.left, b.right].map((bar) => `${bar.shownDb.toFixed(2)} ${bar.heldDb.toFixed(2)}`).join(" ") + ` ${t.integratedLufs}`;
    if (reading === drawn.current) return;
    drawn.current = reading;
    draw(target, scenery.current, b, t);
  });
  return <canvas class="meter-bridge" ref={ref} aria-hidden="true" />;
}

function advance(bar: Bar, db: number | null, elapsedMs: number, nowMs: number, fall: number): void {
  bar.shownDb = ballistic(bar.shownDb, db, elapsedMs, fall, -120);
  if (bar.shownDb >= bar.heldDb || nowMs - bar.heldAtMs > HOLD_MS) {
    bar.heldDb = bar.shownDb;
    bar.heldAtMs = nowMs;
  }
}

const GAP = 4;
const LOUD_X = 26;

function places(width: number): { readonly barWidth: number; readonly peakX: number; readonly pair: number } {
  const barWidth = Math.max(10, Math.min(26, (width - 84) / 4));
  return { barWidth, peakX: width - 26 - 2 * barWidth - GAP, pair: 2 * barWidth + GAP };
}

function sceneryOf(surface: Surface, targetLufs: number | null): Scenery {
  const { width, height } = surface;
  const { barWidth, peakX, pair } = places(width);
  const back = still(surface, (context) => {
    context.font = `10px ${colour("font")}`;
    scaleMarks(context, LOUDNESS_SCALE, 22, "right", height, LOUD_X, pair);
    scaleMarks(context, PEAK_SCALE, width - 22, "left", height, peakX, pair);
    well(context, LOUD_X, barWidth, height, "M");
    well(context, LOUD_X + barWidth + GAP, barWidth, height, "S");
    well(context, peakX, barWidth, height, "L");
    well(context, peakX + barWidth + GAP, barWidth, height, "R");
    context.fillText("LUFS", LOUD_X + barWidth + GAP / 2, height - 5);
    context.fillText("dBFS", peakX + barWidth + GAP / 2, height - 5);
    if (targetLufs === null) return;
    const y = yAt(LOUDNESS_SCALE, targetLufs, height);
    context.fillStyle = colour("accent");
    context.beginPath();
    context.moveTo(LOUD_X + pair - 1, y);
    context.lineTo(LOUD_X + pair + 5, y - 4);
    context.lineTo(LOUD_X + pair + 5, y + 4);
    context.fill();
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.fillText(String(Math.abs(targetLufs)), LOUD_X + pair + 8, y);
  });
  const gradient = (scale: Scale, tint: (db: number) => string): CanvasGradient => {
    const made = surface.context.createLinearGradient(0, height - BOTTOM, 0, TOP);
    const steps = 24;
    for (let i = 0; i <= steps; i++) made.addColorStop(i / steps, tint(scale.lowDb + ((scale.highDb - scale.lowDb) * i) / steps));
    return made;
  };
  return { targetLufs, back, loudness: gradient(LOUDNESS_SCALE, (db) => loudnessColour(db, targetLufs)), peak: gradient(PEAK_SCALE, peakColour) };
}

function draw({ context, width, height }: Surface, { targetLufs, back, loudness, peak }: Scenery, bars: Record<"momentary" | "shortTerm" | "left" | "right", Bar>, t: Telemetry): void {
  const { barWidth, peakX, pair } = places(width);
  context.clearRect(0, 0, width, height);
  context.drawImage(back, 0, 0, width, height);
  const loudnessTint = (db: number): string => loudnessColour(db, targetLufs);
  column(context, bars.momentary, LOUDNESS_SCALE, LOUD_X, barWidth, height, loudness, loudnessTint);
  column(context, bars.shortTerm, LOUDNESS_SCALE, LOUD_X + barWidth + GAP, barWidth, height, loudness, loudnessTint);
  column(context, bars.left, PEAK_SCALE, peakX, barWidth, height, peak, peakColour);
  column(context, bars.right, PEAK_SCALE, peakX + barWidth + GAP, barWidth, height, peak, peakColour);
  if (targetLufs !== null) {
    context.fillStyle = colour("accent");
    context.fillRect(LOUD_X - 2, yAt(LOUDNESS_SCALE, targetLufs, height) - 1, pair + 4, 2);
  }
  if (t.integratedLufs !== null) {
    const y = yAt(LOUDNESS_SCALE, t.integratedLufs, height);
    context.strokeStyle = colour("text");
    context.setLineDash([2, 2]);
    context.beginPath();
    context.moveTo(LOUD_X, y);
    context.lineTo(LOUD_X + pair, y);
    context.stroke();
    context.setLineDash([]);
  }
}

function yAt(scale: Scale, db: number, height: number): number {
  return TOP + (1 - position(scale, db)) * (height - TOP - BOTTOM);
}

function scaleMarks(context: CanvasRenderingContext2D, scale: Scale, x: number, align: CanvasTextAlign, height: number, barsX: number, barsWidth: number): void {
  context.textAlign = align;
  context.textBaseline = "middle";
  for (const db of scale.ticksDb) {
    const y = Math.round(yAt(scale, db, height));
    context.fillStyle = colour("line");
    context.fillRect(barsX - 2, y, barsWidth + 4, 1);
    context.fillStyle = colour("dim");
    context.fillText(db > 0 ? `+${db}` : String(Math.abs(db)), x, y);
  }
}

function well(context: CanvasRenderingContext2D, x: number, width: number, height: number, name: string): void {
  context.fillStyle = colour("well");
  context.fillRect(x, TOP, width, height - TOP - BOTTOM);
  context.fillStyle = colour("dim");
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  context.fillText(name, x + width / 2, TOP - 5);
}

function column(context: CanvasRenderingContext2D, bar: Bar, scale: Scale, x: number, width: number, height: number, gradient: CanvasGradient, tint: (db: number) => string): void {
  const full = height - TOP - BOTTOM;
  const filled = position(scale, bar.shownDb) * full;
  if (filled > 0) {
    context.fillStyle = gradient;
    context.fillRect(x, TOP + full - filled, width, filled);
  }
  const held = position(scale, bar.heldDb);
  if (held > 0) {
    context.fillStyle = tint(bar.heldDb);
    context.fillRect(x, TOP + (1 - held) * full, width, 2);
  }
}

function loudnessColour(db: number, targetLufs: number | null): string {
  const wanted = targetLufs ?? -14;
  if (db > wanted + 3) return colour("hot");
  return db > wanted - 3 ? colour("good") : colour("good-deep");
}

function peakColour(db: number): string {
  if (db >= -0.1) return colour("hot");
  return db > -6 ? colour("warm") : db > -18 ? colour("good") : colour("good-deep");
}
