/** A small picture of a level curve with its threshold. Decorative: the sliders beside it say the same in words. */
import type { VNode } from "preact";
import { transferPath } from "./transfer";

const SIZE = 100;

interface Props {
  readonly curve: (inputDb: number) => number;
  readonly floorDb: number;
  readonly markDb: number;
}

export function Picture({ curve, floorDb, markDb }: Props): VNode {
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
    </div>
  );
}
