"""Tables for models/README.md and the model cards, from results.json. Every number comes from there."""
import re
from pathlib import Path

from data.plan import SETTINGS
from evaluate.figures import shown, table

NAMES = {"median": "median of the training settings", "mean": "mean of the training settings", "ridge": "ridge regression on feature statistics", "matching": "matching rule (corpus mean of spectrum, width, loudness)", "baseline-cnn": "Baseline CNN",
         "enhanced-cnn": "Enhanced CNN", "ast": "AST", "ensemble": "**AI** (ensemble)", "input": "input, as it is", "oracle": "oracle (true settings)"}
SPLIT_NAMES = {"test": "held-out tracks", "ood": "packages never trained on"}
DISTANCE_NAMES = {"spectrum_db": "spectrum dB", "range_lu": "dynamics LU", "crest_db": "crest dB", "width_db": "width dB", "lufs_lu": "loudness LU"}


def settings_table(results):
    splits = results["splits"]
    rows = [[NAMES[name]] + [shown(s["predictors"][name]["mae"]) for s in splits.values()] + [f"{s['degraded_only'][name]['mean']:.4f}" for s in splits.values()] for name in next(iter(splits.values()))["predictors"]]
    head = ["predictor"] + [f"MAE, {SPLIT_NAMES[s]} (95 %)" for s in splits] + [f"of the degraded alone, {SPLIT_NAMES[s]}" for s in splits]
    return table(head, rows + [[NAMES["oracle"]] + ["0"] * 2 * len(splits)])


def per_setting_table(results, split):
    predictors = results["splits"][split]["predictors"]
    rows = [[name] + [f"{predictors[p]['per_setting'][k]['mean']:.3f}" for p in predictors] + [f"{100 * results['splits'][split]['skill'][k]:.0f} %", f"{results['splits'][split]['spread_rank'][k]:.2f}"] for k, name in enumerate(SETTINGS)]
    return table(["setting"] + [NAMES[p].split(" (")[0] for p in predictors] + ["skill of AI over the median", "spread against error (rank)"], rows)


def weights_table(results):
    learned = results["ensemble"]
    rows = [[name] + [f"{learned['weights'][m][k]:.2f}" for m in learned["weights"]] + [f"{1 - sum(learned['weights'][m][k] for m in learned['weights']):.2f}", f"{learned['fallback'][k]:.3f}", f"{learned['calibration']['ensemble'][k]:.2f}"]
            for k, name in enumerate(SETTINGS)]
    return table(["setting"] + [NAMES[m] for m in learned["weights"]] + ["median", "the median is", "calibration of the spread"], rows)


def rules_table(results):
    splits = results["splits"]
    names = next(iter(splits.values()))["rules"]
    return table(["model"] + [f"MAE, {SPLIT_NAMES[s]}" for s in splits], [[NAMES[name]] + [f"{s['rules'][name]:.4f}" for s in splits.values()] for name in names])


def audio_table(figure):
    versions = figure["versions"]
    rows = [[NAMES[name]] + [shown(versions[name][d], 2) for d in DISTANCE_NAMES] for name in sorted(versions, key=list(NAMES).index)]
    return table([f"version ({figure['examples']} excerpts)"] + list(DISTANCE_NAMES.values()), rows)


def training_table(results):
    rows = [[NAMES[name], f"{t['parameters'] / 1e6:.2f} M", t["examples"], f"{t['epochs']}", f"{t['seconds'] / 60:.1f}", f"{t['val_mae']:.4f} (epoch {t['best_epoch']})"] for name, t in results["training"].items()]
    return table(["model", "parameters", "training examples", "epochs", "minutes", "lowest validation MAE"], rows)


def text_of(results):
    data = results["data"]
    parts = [f"{data['train']} training, {data['val']} validation, {data['test']} test examples of {data['tracks']['train']}, {data['tracks']['val']} and {data['tracks']['test']} tracks; {data['ood']} of {data['tracks']['ood']} tracks of packages never trained on. "
             "Intervals: 95 %, bootstrap over tracks.", "### Training", training_table(results), "### Settings: mean absolute error, 0..1", settings_table(results)]
    for split in results["splits"]:
        parts += [f"Per setting, {SPLIT_NAMES[split]}:", per_setting_table(results, split)]
    parts += ["### The ensemble's weights (learned on validation)", weights_table(results), "### Rule-generated targets, a task of their own", "The ten targets that a rule makes of the degraded audio itself, told by the same networks from a second head. No skill in correcting music follows from these numbers.",
              rules_table(results)]
    if results.get("audio"):
        parts += ["### Distance of degraded excerpts to the finished one (lower is better; versions matched in loudness first)"]
        for split, figure in results["audio"].items():
            if split != "finished" and figure["examples"]:
                parts += [f"{SPLIT_NAMES[split][0].upper() + SPLIT_NAMES[split][1:]}:", audio_table(figure)]
        if results["audio"].get("finished", {}).get("examples"):
            parts += ["Finished music, not degraded: how far each moves it away from itself (held-out tracks and packages never trained on):", audio_table(results["audio"]["finished"])]
    return "\n\n".join(parts)


def fill(path, results):
    """Replaces what stands between the markers of the README."""
    text = Path(path).read_text("utf-8")
    begin, end = "<!-- figures -->", "<!-- end of figures -->"
    if begin not in text or end not in text:
        raise SystemExit(f"{path} has no {begin} ... {end}")
    Path(path).write_text(re.sub(f"(?s){begin}.*?{end}", lambda _: f"{begin}\n{text_of(results)}\n{end}", text), "utf-8")


ABOUT = {
    "baseline-cnn": "Five convolution blocks (stride 2) over mid and side mel, averaged over time; of the numbers beside it only the loudness. What a plain network reaches.",
    "enhanced-cnn": "Residual convolution blocks with squeeze and excitation, attention pooling over time (weighted mean and deviation), and all numbers heard (long-term spectrum, loudness, dynamics, width, echo fingerprint) through a perceptron beside it.",
    "ast": "Spectrogram transformer: 64 patches of 16 x 16 (mid and side in one), four blocks, the numbers heard as a token of their own and once more in the head; pre-trained on masked patches of the same recordings.",
    "ensemble": "Per setting a weighted sum of the three and the training median, weights learned on validation examples. This is the version called AI.",
}

CARD = """# Model card: {label}

**What it is.** {about}

**What it tells.** Ten settings of the corrective chain in 0..1 ({settings}) for an excerpt of 10.24 s, and for each a standard deviation. Features `{features}` from `core/assist/ear.h`: mel [2, 64, 256] and {heard} numbers.

**Task.** Finished music was degraded by the inverse of ten random settings, in our own engine; the model tells the settings that undo it. So it corrects faults of the kind this chain can make. It is not a mixing engineer: it has heard no mix in the making and no
human decision.

**Data.** {data[train]} excerpts of {data[tracks][train]} recordings from Debian packages (games' music under free licences; `models/data/manifest.json` lists each with licence and split). No audio is kept in the weights' repository.

## Figures

Mean absolute error, 95 % interval by bootstrap over tracks; skill is the share of the median's error that is gone.

{figures}

## Limits

- **Input gain and output level are loudness.** Both follow from the measured level; the product meters them, and the model's value is only shown.
- **Reverb and delay are told by a fingerprint.** The inverse of our own chain leaves traces (a comb, an echo of negative sign) that the model recognises. It does not hear a room, and on music that our inverse did not touch its word on these two means little.
- **Equaliser and compression are confounded with style.** A dark recording may be meant dark. The spread says so, and confidence falls with it.
- **The corpora are free game music**: orchestral, electronic, chiptune, some rock and metal. No record collection, hardly any singing, no speech.
- Intervals are over tracks of these sources; another source may be worse, see the column of packages never trained on.
{more}"""


def card(name, label, results):
    splits = results["splits"]
    rows = [["all"] + [shown(s["predictors"][name]["mae"]) for s in splits.values()] + [""] * len(splits)]
    rows += [[setting] + [shown(s["predictors"][name]["per_setting"][k], 3) for s in splits.values()] +
             [f"{100 * (1 - s['predictors'][name]['per_setting'][k]['mean'] / max(1e-9, s['predictors']['median']['per_setting'][k]['mean'])):.0f} %" for s in splits.values()] for k, setting in enumerate(SETTINGS)]
    figures = table(["setting"] + [SPLIT_NAMES[s] for s in splits] + [f"skill, {SPLIT_NAMES[s]}" for s in splits], rows)
    worse = [f"{setting} ({SPLIT_NAMES[s]})" for s in splits for k, setting in enumerate(SETTINGS)
             if splits[s]["predictors"][name]["per_setting"][k]["mean"] > splits[s]["predictors"]["median"]["per_setting"][k]["mean"]]
    more = f"- No better than the median: {', '.join(worse)}.\n" if worse else ""
    return CARD.format(label=label, about=ABOUT[name], settings=", ".join(SETTINGS), features=results["features"], heard=results["heard"], data=results["data"], figures=figures, more=more)
