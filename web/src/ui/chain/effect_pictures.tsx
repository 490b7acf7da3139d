/** What the effects do, drawn from their current values: echoes, voices and decays over time, the band of the harmonics. Decorative. */
import type { VNode } from "preact";
import { useStudio } from "../shell/context";
import { xOfHz } from "../eq/bands";
import { chorusPath, decayPath, echoes } from "./effect_shapes";

const W = 200;
const H = 100;

function Frame({ children }: { readonly children: VNode | readonly VNode[] }): VNode {
  return (
    <div class="picture">
      <svg viewBox={`0 0 ${W} ${H}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <path class="grid" d={`M0 25H${W}M0 50H${W}M0 75H${W}M50 0V${H}M100 0V${H}M150 0V${H}`} />
        {children}
      </svg>
    </div>
  );
}

export function DelayPicture(): VNode {
  const v = useStudio().mix.values.value;
  const bars = echoes({ timeMs: v["delay.time_ms"], syncChoice: v["delay.sync"], tempoBpm: v["tempo.bpm"], feedback: v["delay.feedback_ratio"], send: v["delay.send_ratio"] });
  const pingPong = v["delay.ping_pong_ratio"];
  return (
    <Frame>
      {bars.map(({ x, height }, i) => {
        const lean = pingPong * (i % 2 === 0 ? 1 : -1);
        const up = (H / 2) * height * Math.min(1, 1 + lean);
        const down = (H / 2) * height * Math.min(1, 1 - lean);
        return <path key={i} class="bar" d={`M${(x * W).toFixed(1)} ${H / 2 - up}V${H / 2 + down}`} />;
      })}
    </Frame>
  );
}

export function ChorusPicture(): VNode {
  const v = useStudio().mix.values.value;
  const count = Math.round(v["chorus.voices"]) + 1;
  return (
    <Frame>
      {Array.from({ length: count }, (_, voice) => (
        <path key={voice} class="curve" style={{ opacity: 0.35 + 0.65 * v["chorus.send_ratio"] }}
          d={chorusPath({ voice, count, rateHz: v["chorus.rate_hz"], depthMs: v["chorus.depth_ms"], delayMs: v["chorus.delay_ms"], triangle: v["chorus.shape"] >= 0.5, width: W, height: H })} />
      ))}
    </Frame>
  );
}

export function ReverbPicture(): VNode {
  const v = useStudio().mix.values.value;
  const decay = (ratio: number): string => decayPath(v["reverb.predelay_ms"] / 1000, v["reverb.decay_s"] * ratio, W, H);
  return (
    <Frame>
      <path class="area" d={`${decay(1)}L0 ${H}Z`} />
      <path class="curve low" d={decay(v["reverb.low_decay_ratio"])} />
      <path class="curve high" d={decay(v["reverb.high_decay_ratio"])} />
      <path class="curve" d={decay(1)} />
    </Frame>
  );
}

export function ExciterPicture(): VNode {
  const v = useStudio().mix.values.value;
  const from = xOfHz(v["exciter.freq_hz"]) * W;
  const to = xOfHz(v["exciter.tone_hz"]) * W;
  const height = H * (0.12 + 0.8 * v["exciter.amount_ratio"]);
  const path = `M${from - 24} ${H}C${from} ${H} ${from - 6} ${H - height} ${from + 14} ${H - height}H${Math.max(from + 14, to - 8)}C${Math.max(from + 20, to + 6)} ${H - height} ${to} ${H} ${to + 22} ${H}`;
  return (
    <Frame>
      <path class="area" d={path} />
      <path class="curve" d={path} />
    </Frame>
  );
}
