/** The chain in signal order; every parameter of the table has its control here. */
import type { VNode } from "preact";
import { useStudio } from "../shell/context";
import { EqPanel } from "../eq/eq_panel";
import { ReductionMeter } from "../meters/reduction_meter";
import { GroupSliders, Unit } from "./unit";
import { Picture } from "./picture";
import { compressedDb, gatedDb, limitedDb } from "./transfer";

export function Chain(): VNode {
  const { mix, player } = useStudio();
  const v = mix.values.value;
  const empty = mix.current.value === null;
  const hearsOriginal = !empty && player.version.value === "original";
  return (
    <section class={`chain ${empty ? "empty" : ""}`} aria-label="Chain" inert={empty}>
      {hearsOriginal && (
        <p class="chain-hint">
          You hear the original. Edits shape the Musical version.
          <button type="button" class="link" onClick={() => (player.version.value = "musical")}>Hear it</button>
        </p>
      )}
      <Unit name="Gate" group="Gate" power="gate.enabled" tag="downward expander">
        <div class="unit-view">
          <Picture curve={(db) => gatedDb(db, v["gate.threshold_dbfs"], v["gate.range_db"])} floorDb={-90} markDb={v["gate.threshold_dbfs"]} />
          <ReductionMeter name="Gate reduction" read={(t) => t.gateReductionDb} fullDb={48} />
        </div>
      </Unit>
      <Unit name="Compressor" group="Compressor" power="comp.enabled" tag="soft knee">
        <div class="unit-view">
          <Picture curve={(db) => compressedDb(db, v["comp.threshold_dbfs"], v["comp.ratio"], v["comp.knee_db"])} floorDb={-60} markDb={v["comp.threshold_dbfs"]} />
          <ReductionMeter name="Compressor reduction" read={(t) => t.compressorReductionDb} fullDb={18} />
        </div>
      </Unit>
      <Unit name="Limiter" group="Limiter" power="limiter.enabled" tag="true peak" footer={<Levels />}>
        <div class="unit-view">
          <Picture curve={(db) => limitedDb(db, v["output.gain_db"], v["limiter.enabled"] >= 0.5 ? v["limiter.ceiling_dbtp"] : null)} floorDb={-48}
            markDb={v["limiter.ceiling_dbtp"] - v["output.gain_db"]} />
          <ReductionMeter name="Limiter reduction" read={(t) => t.limiterReductionDb} fullDb={12} />
        </div>
      </Unit>
      <EqPanel />
    </section>
  );
}

/** The two gains that frame the chain. */
function Levels(): VNode {
  return (
    <div class="levels" role="group" aria-label="Levels">
      <GroupSliders group="Input" fullNames />
      <GroupSliders group="Output" fullNames />
    </div>
  );
}
