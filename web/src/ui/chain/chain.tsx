/** The chain in the order the sound takes; every parameter of the table has its control here. */
import type { VNode } from "preact";
import { EqPanel } from "../eq/eq_panel";
import { Goniometer } from "../meters/goniometer";
import { ReductionHistory } from "../meters/reduction_history";
import { ReductionMeter } from "../meters/reduction_meter";
import { useStudio } from "../shell/context";
import { ChorusPicture, DelayPicture, ExciterPicture, ReverbPicture } from "./effect_pictures";
import { CompressorPicture, GatePicture } from "./pictures";
import { Rack } from "./rack";
import { ReverbPresetChoice } from "./reverb_preset";
import { GroupControls, Unit } from "./unit";

export function Chain(): VNode {
  const { mix } = useStudio();
  const empty = mix.current.value === null;
  return (
    <section class={`chain ${empty ? "empty" : ""}`} aria-label="Chain" inert={empty}>
      <Rack />
      <Unit name="Gate" group="Gate" power="gate.enabled" tag="look-ahead">
        <div class="unit-view">
          <GatePicture />
          <ReductionMeter name="Gate reduction" read={(t) => t.gateReductionDb} fullDb={48} />
        </div>
      </Unit>
      <Unit name="Compressor" group="Compressor" power="comp.enabled" tag="soft knee">
        <div class="unit-view">
          <CompressorPicture />
          <ReductionHistory read={(t) => t.compressorReductionDb} fullDb={18} />
          <ReductionMeter name="Compressor reduction" read={(t) => t.compressorReductionDb} fullDb={18} />
        </div>
      </Unit>
      <Unit name="Limiter" group="Limiter" power="limiter.enabled" tag="true peak" footer={<Levels />}>
        <div class="unit-view">
          <ReductionHistory read={(t) => t.limiterReductionDb} fullDb={12} />
          <ReductionMeter name="Limiter reduction" read={(t) => t.limiterReductionDb} fullDb={12} />
        </div>
      </Unit>
      <EqPanel />
      <Unit name="Delay" group="Delay" power="delay.enabled" tag="send" footer={<Tempo />}>
        <div class="unit-view"><DelayPicture /></div>
      </Unit>
      <Unit name="Chorus" group="Chorus" power="chorus.enabled" tag="send">
        <div class="unit-view"><ChorusPicture /></div>
      </Unit>
      <Unit name="Reverb" group="Reverb" power="reverb.enabled" tag={<ReverbPresetChoice />} always>
        <div class="unit-view"><ReverbPicture /></div>
      </Unit>
      <Unit name="Imager" group="Imager" power="imager.enabled" tag="mid/side">
        <div class="unit-view"><Goniometer /></div>
      </Unit>
      <Unit name="Exciter" group="Exciter" power="exciter.enabled" tag="oversampled">
        <div class="unit-view"><ExciterPicture /></div>
      </Unit>
    </section>
  );
}

/** The two gains that frame the chain. */
function Levels(): VNode {
  return (
    <div class="levels" role="group" aria-label="Levels">
      <GroupControls group="Input" fullNames />
      <GroupControls group="Output" fullNames />
    </div>
  );
}

function Tempo(): VNode {
  return (
    <div class="levels single">
      <GroupControls group="Tempo" fullNames />
    </div>
  );
}
