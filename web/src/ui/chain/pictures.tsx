/** What the dynamics units do to a level, drawn from their current values. */
import type { VNode } from "preact";
import { useStudio } from "../shell/context";
import { Picture } from "./picture";
import { compressedDb, gatedDb, limitedDb } from "./transfer";

export function GatePicture(): VNode {
  const v = useStudio().mix.values.value;
  return <Picture curve={(db) => gatedDb(db, v["gate.threshold_dbfs"], v["gate.range_db"])} floorDb={-90} markDb={v["gate.threshold_dbfs"]} />;
}

export function CompressorPicture(): VNode {
  const v = useStudio().mix.values.value;
  return <Picture curve={(db) => compressedDb(db, v["comp.threshold_dbfs"], v["comp.ratio"], v["comp.knee_db"])} floorDb={-60} markDb={v["comp.threshold_dbfs"]} />;
}

export function LimiterPicture(): VNode {
  const v = useStudio().mix.values.value;
  const ceilingDb = v["limiter.ceiling_dbtp"];
  const gainDb = v["output.gain_db"];
  return <Picture curve={(db) => limitedDb(db, gainDb, v["limiter.enabled"] >= 0.5 ? ceilingDb : null)} floorDb={-48} markDb={ceilingDb - gainDb} />;
}
