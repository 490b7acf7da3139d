/** What the dynamics units do to a level, drawn from their current values. */
import type { VNode } from "preact";
import { useStudio } from "../shell/context";
import { Picture } from "./picture";
import { compressedDb, gatedDb } from "./transfer";

export function GatePicture(): VNode {
  const v = useStudio().mix.values.value;
  return (
    <Picture curve={(db) => gatedDb(db, v["gate.threshold_dbfs"], v["gate.range_db"], v["gate.ratio"])} floorDb={-90} markDb={v["gate.threshold_dbfs"]}
      live={(t) => [t.gateInputDbfs, t.gateReductionDb]} />
  );
}

export function CompressorPicture(): VNode {
  const v = useStudio().mix.values.value;
  return (
    <Picture curve={(db) => compressedDb(db, v["comp.threshold_dbfs"], v["comp.ratio"], v["comp.knee_db"])} floorDb={-60} markDb={v["comp.threshold_dbfs"]}
      live={(t) => [t.compressorInputDbfs, t.compressorReductionDb]} />
  );
}
