/** The parts of the song under the waveform: a press goes there, with Shift it loops the part. Parts that sound alike share a letter and a colour. */
import type { VNode } from "preact";
import type { Section } from "../../protocol/analysis";
import { useStudio } from "../shell/context";
import { clock, decimal, typeset } from "../shell/format";
import { sectionLabel } from "./sections";
import { shareOf, type View } from "./view";

interface Props {
  readonly sections: readonly Section[];
  readonly view: View;
  readonly sampleRateHz: number;
}

export function SectionStrip({ sections, view, sampleRateHz }: Props): VNode | null {
  const { player } = useStudio();
  if (sections.length === 0) return null;
  const go = (section: Section, loop: boolean): void => {
    void player.seek(section.startS * sampleRateHz);
    if (!loop) return;
    player.setLoopRange({ startFrame: section.startS * sampleRateHz, endFrame: section.endS * sampleRateHz });
    player.setLoopOn(true);
  };
  return (
    <div class="sections" role="group" aria-label="Sections">
      {sections.map((section) => {
        const left = Math.max(0, shareOf(view, section.startS * sampleRateHz));
        const right = Math.min(1, shareOf(view, section.endS * sampleRateHz));
        if (right <= left) return null;
        const label = sectionLabel(section);
        const facts = `${clock(section.startS, 0)} to ${clock(section.endS, 0)}${section.loudnessLufs === null ? "" : `, ${typeset(decimal(section.loudnessLufs))} LUFS`}`;
        return (
          <button key={section.startS} type="button" class="section" onClick={(event) => go(section, event.shiftKey)}
            style={{ left: `${left * 100}%`, width: `${(right - left) * 100}%`, "--tint": `var(--band-${groupIndex(section.group) + 1})` }}
            aria-label={`${label} ${section.group}, ${facts}: go there`} title={`${label} ${section.group} · ${facts}\nClick to go there, Shift-click to loop it`}>
            <b>{section.group}</b> <span>{label}</span>
          </button>
        );
      })}
    </div>
  );
}

function groupIndex(group: string): number {
  return Math.max(0, group.charCodeAt(0) - 65) % 8;
}
