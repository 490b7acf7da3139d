/** The bars of the meter column on one canvas: momentary and short-term loudness with the target, then the sample peaks of both sides. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Telemetry } from "../../protocol/types";
import { colour, useSurface, type Surface } from "../shell/canvas";
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

export function MeterBridge({ targetLufs }: { readonly targetLufs: number | null }): VNode {
  const bars = useRef({ momentary: newBar(), shortTerm: newBar(), left: newBar(), right: newBar() });
  const last = useRef(0);
  const { ref, surface } = useSurface(() => undefined);

  useFrame((t, nowMs) => {
    const target = surface();
    if (target === null) return;
    const elapsed = nowMs - last.current;
    last.current = nowMs;
    const b = bars.current;
    advance(b.momentary, t.playing ? t.momentaryLufs : null, elapsed, nowMs, LOUDNESS_FALL_DB_PER_S);
    advance(b.shortTerm, t.playing ? t.shortTermLufs : null, elapsed, nowMs, LOUDNESS_FALL_DB_PER_S);
    advance(b.left, t.playing ? t.peakDbfs[0] : null, elapsed, nowMs, PEAK_FALL_DB_PER_S);
    advance(b.right, t.playing ? t.peakDbfs[1] : null, elapsed, nowMs, PEAK_FALL_DB_PER_S);
    draw(target, b, targetLufs, t);
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

function draw({ context, width, height }: Surface, bars: Record<"momentary" | "shortTerm" | "left" | "right", Bar>, targetLufs: number | null, t: Telemetry): void {
  context.clearRect(0, 0, width, height);
  context.font = `10px ${colour("font")}`;
  const barWidth = Math.max(10, Math.min(26, (width - 84) / 4));
  const gap = 4;
  const loudX = 26;
  const peakX = width - 26 - 2 * barWidth - gap;
  scaleMarks(context, LOUDNESS_SCALE, 22, "right", height, loudX, 2 * barWidth + gap);
  scaleMarks(context, PEAK_SCALE, width - 22, "left", height, peakX, 2 * barWidth + gap);
  column(context, bars.momentary, LOUDNESS_SCALE, loudX, barWidth, height, "M", (db) => loudnessColour(db, targetLufs));
  column(context, bars.shortTerm, LOUDNESS_SCALE, loudX + barWidth + gap, barWidth, height, "S", (db) => loudnessColour(db, targetLufs));
  column(context, bars.left, PEAK_SCALE, peakX, barWidth, height, "L", peakColour);
  column(context, bars.right, PEAK_SCALE, peakX + barWidth + gap, barWidth, height, "R", peakColour);
  context.fillStyle = colour("dim");
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  context.fillText("LUFS", loudX + barWidth + gap / 2, height - 5);
  context.fillText("dBFS", peakX + barWidth + gap / 2, height - 5);
  if (targetLufs !== null) {
    const y = yAt(LOUDNESS_SCALE, targetLufs, height);
    context.fillStyle = colour("accent");
    context.fillRect(loudX - 2, y - 1, 2 * barWidth + gap + 4, 2);
    context.beginPath();
    context.moveTo(loudX + 2 * barWidth + gap + 3, y);
    context.lineTo(loudX + 2 * barWidth + gap + 9, y - 4);
    context.lineTo(loudX + 2 * barWidth + gap + 9, y + 4);
    context.fill();
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.fillText(String(Math.abs(targetLufs)), loudX + 2 * barWidth + gap + 12, y);
  }
  if (t.integratedLufs !== null) {
    const y = yAt(LOUDNESS_SCALE, t.integratedLufs, height);
    context.strokeStyle = colour("text");
    context.setLineDash([2, 2]);
    context.beginPath();
    context.moveTo(loudX, y);
    context.lineTo(loudX + 2 * barWidth + gap, y);
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

function column(context: CanvasRenderingContext2D, bar: Bar, scale: Scale, x: number, width: number, height: number, name: string, tint: (db: number) => string): void {
  const full = height - TOP - BOTTOM;
  context.fillStyle = colour("well");
  context.fillRect(x, TOP, width, full);
  context.fillStyle = colour("dim");
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  context.fillText(name, x + width / 2, TOP - 5);
  const filled = position(scale, bar.shownDb) * full;
  if (filled > 0) {
    const gradient = context.createLinearGradient(0, TOP + full, 0, TOP);
    const steps = 24;
    for (let i = 0; i <= steps; i++) gradient.addColorStop(i / steps, tint(scale.lowDb + ((scale.highDb - scale.lowDb) * i) / steps));
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
