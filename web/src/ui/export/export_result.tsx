/** What the written file measures. */
import type { VNode } from "preact";
import type { FinishedExport } from "../../state/exports";
import { decimal, fileSize, typeset } from "../shell/format";
import { Icon } from "../shell/icons";

export function ExportResult({ finished }: { readonly finished: FinishedExport }): VNode {
  const { report, clippedSamples, file } = finished.exported;
  return (
    <div class="export-result" role="status">
      <p><Icon name="check" size={14} /> {finished.fileName} <span class="dim">{fileSize(file.size)}</span></p>
      <dl>
        <div><dt>Integrated loudness</dt><dd>{typeset(decimal(report.integratedLufs))} LUFS</dd></div>
        <div><dt>True peak</dt><dd>{typeset(decimal(report.truePeakDbtp))} dBTP</dd></div>
        <div><dt>Loudness range</dt><dd>{typeset(decimal(report.rangeLu))} LU</dd></div>
        <div><dt>Clipped samples</dt><dd>{clippedSamples === 0 ? "none" : clippedSamples}</dd></div>
      </dl>
      <p class="dim">Measured from the file that was written.</p>
    </div>
  );
}
