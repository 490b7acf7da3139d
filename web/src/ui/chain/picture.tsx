/** A small picture of a level curve with its threshold and, while it plays, the level of now on it. Decorative: sliders and meters say the same in words. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Telemetry } from "../../protocol/types";
import { useFrame } from "../shell/frame";
import { useMarker } from "../shell/marker";
import { ballistic } from "../meters/scale";
import { transferPath } from "./transfer";

const SIZE = 100;
const FALL_DB_PER_S = 40;

interface Props {
  readonly curve: (inputDb: number) => number;
  readonly floorDb: number;
  readonly markDb: number;
  /** Input level of now and what it is turned down by; input null: nothing comes in. */
  readonly live?: (telemetry: Telemetry) => readonly [inputDbfs: number | null, reductionDb: number];
}

export function Picture({ curve, floorDb, markDb, live }: Props): VNode {
  const mark = SIZE * (1 - Math.min(1, Math.max(0, markDb / floorDb)));
  const path = transferPath(curve, floorDb, SIZE);
  return (
    <div class="picture">
      <svg viewBox={`0 0 ${SIZE} ${SIZE}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <path class="grid" d="M0 25H100M0 50H100M0 75H100M25 0V100M50 0V100M75 0V100" />
        <path class="unity" d="M0 100L100 0" />
        <path class="mark" d={`M${mark} 0V100`} />
        <path class="area" d={`${path}L100 100L0 100Z`} />
        <path class="curve" d={path} />
      </svg>
      {live !== undefined && <LiveDot live={live} floorDb={floorDb} />}
    </div>
  );
}

function LiveDot({ live, floorDb }: Required<Pick<Props, "live" | "floorDb">>): VNode {
  const dot = useMarker();
  const shownDb = useRef(floorDb);
  const last = useRef(0);
  useFrame((telemetry, nowMs) => {
    const [inputDbfs, reductionDb] = telemetry.playing ? live(telemetry) : [null, 0];
    shownDb.current = ballistic(shownDb.current, inputDbfs, nowMs - last.current, FALL_DB_PER_S, floorDb);
    last.current = nowMs;
    const share = (db: number): number => Math.min(1, Math.max(0, 1 - db / floorDb));
    dot.place(shownDb.current > floorDb ? share(shownDb.current) : null, 1 - share(shownDb.current - reductionDb));
  });
  return <div class="live-dot" ref={dot.ref} style={{ visibility: "hidden" }} />;
}
