/** The export dialog (Escape does not throw a running export away): settings, progress with cancel, and the finished file with its own measurement. */
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ExportFormat, VersionId } from "../../protocol/types";
import { VERSIONS } from "../../state/versions";
import { useStudio } from "../shell/context";
import { fileSize, sampleRate, signed, typeset } from "../shell/format";
import { Icon } from "../shell/icons";
import { ProgressBar } from "../shell/progress_bar";
import { ExportResult } from "./export_result";

const FORMATS: readonly { readonly id: ExportFormat; readonly label: string; readonly hint: string; readonly bytes: number }[] = [
  { id: "wav16", label: "WAV 16-bit (dithered)", hint: "TPDF dither: plain, even noise. For CDs and simple players.", bytes: 2 },
  { id: "wav16-shaped", label: "WAV 16-bit (shaped dither)", hint: "The dither's noise lies where the ear hears least. For the last step only.", bytes: 2 },
  { id: "wav24", label: "WAV 24-bit", hint: "For distribution and archives.", bytes: 3 },
  { id: "wav32f", label: "WAV 32-bit float", hint: "Nothing is rounded or clipped. For further work.", bytes: 4 },
];

const RATES_HZ = [44100, 48000, 88200, 96000];
const OWN_RATE = "";

export function ExportDialog(): VNode | null {
  const { exports } = useStudio();
  return exports.open.value ? <OpenDialog /> : null;
}

function OpenDialog(): VNode | null {
  const studio = useStudio();
  const { exports, mix } = studio;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const current = mix.current.value;
  if (current === null) return null;
  const { song } = current;
  const job = exports.job.view.value;
  const finished = exports.finished.value;
  const format = FORMATS.find((f) => f.id === exports.format.value) ?? FORMATS[0]!;
  const rateHz = exports.sampleRateHz.value ?? song.sampleRateHz;
  const miss = mix.missLu.value;
  const offTarget = exports.version.value === current.version && miss !== null && Math.abs(miss) > 0.1;
  const percent = Math.round((job?.ratio ?? 0) * 100);
  return (
    <dialog class="sheet export" ref={dialog} aria-labelledby="export-title" onClose={() => void exports.close()}
      onCancel={(event) => {
        if (exports.job.view.peek() !== null) event.preventDefault();
      }}
      onKeyDown={(event) => {
        // Browsers let a page refuse only the first of two requests to close.
        if (event.key === "Escape" && exports.job.view.peek() !== null) event.preventDefault();
      }}>
      <header>
        <h2 id="export-title">Export</h2>
        <button type="button" class="icon-button" aria-label="Close" onClick={() => void exports.close()}><Icon name="close" size={14} /></button>
      </header>
      <p class="export-song">{song.name}</p>
      <div class="fields">
        <label class="field">
          <span>Version</span>
          <select aria-label="Export version" value={exports.version.value} disabled={job !== null}
            onChange={(event) => {
              exports.version.value = event.currentTarget.value as VersionId;
              void exports.discard();
            }}>
            {VERSIONS.map(({ id, label }) => <option key={id} value={id} disabled={!studio.offers(id)}>{label}</option>)}
          </select>
        </label>
        <label class="field">
          <span>Format</span>
          <select aria-label="Export format" value={exports.format.value} disabled={job !== null}
            onChange={(event) => {
              exports.format.value = event.currentTarget.value as ExportFormat;
              void exports.discard();
            }}>
            {FORMATS.map((f) => <option key={f.id} value={f.id}>{f.label}</option>)}
          </select>
        </label>
        <label class="field">
          <span>Sample rate</span>
          <select aria-label="Export sample rate" value={exports.sampleRateHz.value ?? OWN_RATE} disabled={job !== null}
            onChange={(event) => {
              const chosen = event.currentTarget.value;
              exports.sampleRateHz.value = chosen === OWN_RATE ? null : Number(chosen);
              void exports.discard();
            }}>
            <option value={OWN_RATE}>As the song ({sampleRate(song.sampleRateHz)})</option>
            {RATES_HZ.map((hz) => <option key={hz} value={hz}>{sampleRate(hz)}</option>)}
          </select>
        </label>
      </div>
      <p class="dim">{format.hint} {sampleRate(rateHz)}, {song.channels === 1 ? "mono" : "stereo"}, about {fileSize((song.frames * rateHz * song.channels * format.bytes) / song.sampleRateHz)}.</p>
      {offTarget && finished === null && job === null && (
        <p class="export-warning">
          <Icon name="warning" size={14} /> The mix is {typeset(signed(miss))} LU from its target.
          <button type="button" class="small" onClick={() => mix.fitToTarget()}>Fit to target</button>
        </p>
      )}
      {job !== null && (
        <div class="export-job">
          <ProgressBar label="Export progress" ratio={job.ratio} />
          <span class="dim">{job.what || "Rendering"} {percent} %</span>
        </div>
      )}
      {exports.failure.value !== null && <p class="export-failure" role="alert"><Icon name="warning" size={14} /> {exports.failure.value}</p>}
      {finished !== null && <ExportResult finished={finished} />}
      <footer>
        {job !== null ? (
          <button type="button" onClick={() => exports.job.cancel()}>Cancel</button>
        ) : finished !== null ? (
          <a class="button primary" href={finished.url} download={finished.fileName}><Icon name="down" /> Download</a>
        ) : (
          <button type="button" class="primary" onClick={() => void exports.start(current)}>Render</button>
        )}
      </footer>
    </dialog>
  );
}
