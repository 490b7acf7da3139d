/** The chain; every parameter of the table has its control here. */
import type { VNode } from "preact";
import { useStudio } from "../shell/context";
import { EqPanel } from "../eq/eq_panel";
import { ReductionMeter } from "../meters/reduction_meter";
import { CompressorPicture, GatePicture, LimiterPicture } from "./pictures";
import { GroupSliders, Unit } from "./unit";

export function Chain(): VNode {
  const { mix } = useStudio();
  const empty = mix.current.value === null;
  return (
    <section class={`chain ${empty ? "empty" : ""}`} aria-label="Chain" inert={empty}>
      <Unit name="Gate" group="Gate" power="gate.enabled" tag="look-ahead">
        <div class="unit-view">
          <GatePicture />
          <ReductionMeter name="Gate reduction" read={(t) => t.gateReductionDb} fullDb={48} />
        </div>
      </Unit>
      <Unit name="Compressor" group="Compressor" power="comp.enabled" tag="soft knee">
        <div class="unit-view">
          <CompressorPicture />
          <ReductionMeter name="Compressor reduction" read={(t) => t.compressorReductionDb} fullDb={18} />
        </div>
      </Unit>
      <Unit name="Limiter" group="Limiter" power="limiter.enabled" tag="true peak" footer={<Levels />}>
        <div class="unit-view">
          <LimiterPicture />
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
