/** What is wrong with the recording and what would help: defects with the places they were found at, suggestions with one press to take them up. */
import type { VNode } from "preact";
import type { Analysis } from "../../protocol/analysis";
import type { Song } from "../../protocol/types";
import { useStudio } from "../shell/context";
import { clock } from "../shell/format";
import { Icon } from "../shell/icons";
import { Bar, Card } from "./card";
import { percent, spoken } from "./figures";
import { Remedy } from "./remedy";
import { severityWord, sureness, titled } from "./words";

export function FindingsCard({ analysis, song }: { readonly analysis: Analysis; readonly song: Song }): VNode {
  const { player } = useStudio();
  const { defects } = analysis;
  const suggestions = [...analysis.suggestions].sort((a, b) => (a.priority ?? Infinity) - (b.priority ?? Infinity));
  return (
    <Card title="Findings" name="findings" note={`${count(defects.length, "defect")} · ${count(suggestions.length, "suggestion")}`}>
      {defects.length === 0 ? <p class="all-fine"><Icon name="check" size={14} /> No defects: the recording is clean.</p> : (
        <ul class="defects" aria-label="Defects">
          {defects.map((defect, i) => (
            <li key={i}>
              <span class="defect-head">
                <Icon name="warning" size={13} /> <b>{titled(defect.kind)}</b>
                <span class="severity"><Bar ratio={defect.severity} /> {severityWord(defect.severity)}</span>
              </span>
              <span class="defect-detail">{defect.detail}</span>
              {defect.placesS.length > 0 && (
                <span class="places">
                  {defect.placesS.map((at) => (
                    <button key={at} type="button" class="place" aria-label={`Go to ${titled(defect.kind)} at ${clock(at)}`} onClick={() => void player.seek(at * song.sampleRateHz)}>
                      {clock(at)}
                    </button>
                  ))}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {suggestions.length > 0 && (
        <ol class="suggestions" aria-label="Suggestions">
          {suggestions.map(({ title, description, reasoning, confidence, parameters }) => (
            <li key={`${title}${description}`}>
              <b>{title}</b>
              {description !== null && <p>{description}</p>}
              <p class="why">{reasoning}{confidence !== null && <span class="move-confidence" title="Confidence">{spoken(percent(confidence))} {sureness(confidence)}</span>}</p>
              <Remedy title={title} {...(description === null ? {} : { detail: description })} reason={reasoning ?? description ?? title} parameters={parameters} />
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

function count(found: number, what: string): string {
  return `${found === 0 ? "no" : found} ${what}${found === 1 ? "" : "s"}`;
}
