#!/usr/bin/env python3
"""Writes the trained networks as ONNX and the registry that page, ag06 and bridge read.

  models/export/export.py CACHE [--out models]

Reads CACHE/runs/NAME/best.pt, CACHE/evaluation/ensemble.json (weights, calibration, fallback) and CACHE/evaluation/results.json (what goes into each file's metadata). Writes OUT/weights/NAME.onnx, OUT/registry.json
and OUT/tests/shipped.* (fixture.py).
Needs torch and onnx. Opset 15, the batch is free.
"""
import argparse
import hashlib
import json
import sys
import warnings
from pathlib import Path

import onnx
import torch

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "models"))
from data.plan import SETTINGS
from export import fixture
from train.networks import LABELS, MEL, NETWORKS, Exported

OPSET = 15
FEATURES = "ear-1"
EXCERPT_S = 10.24
LARGEST_BYTES = 25_000_000  # of all weights


def digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def parameters_sha256():
    return digest(ROOT / "core" / "params" / "params.json")


def load(cache, name):
    """(network in eval mode, what the checkpoint says beside its weights)."""
    kept = torch.load(Path(cache) / "runs" / name / "best.pt", map_location="cpu")
    network = NETWORKS[name](kept["heard"])
    network.load_state_dict(kept["network"])
    return network.eval(), {k: v for k, v in kept.items() if k != "network"}


def write_onnx(network, heard, path, metadata):
    arguments = {"input_names": ["mel", "heard"], "output_names": ["settings", "spread"], "opset_version": OPSET,
                 "dynamic_axes": {name: {0: "batch"} for name in ("mel", "heard", "settings", "spread")}}
    if torch.__version__.split(".")[0] != "1":
        arguments["dynamo"] = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(Exported(network).eval(), (torch.zeros(2, *MEL), torch.zeros(2, heard)), str(path), **arguments)
    model = onnx.load(str(path))
    del model.metadata_props[:]
    for key, value in sorted(metadata.items()):
        model.metadata_props.add(key=key, value=value)
    model.doc_string = ""
    model.producer_name, model.producer_version = "ag06 models/export", ""
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def classifiers(models):
    """The two models that were there before: their data is generated into the core, so nothing is read at run time."""
    entries = [("genre", "genre/genre.json", models / "genre" / "genre.json"), ("voice", "../core/analysis/speech/voice_model.gen.h", ROOT / "core" / "analysis" / "speech" / "voice_model.gen.h")]
    return [{"id": name, "file": shown, "sha256": digest(path), "compiled_into": "core/analysis"} for name, shown, path in entries]


def export(cache, out):
    cache, out = Path(cache), Path(out)
    (out / "weights").mkdir(parents=True, exist_ok=True)
    learned = json.loads((cache / "evaluation" / "ensemble.json").read_text())
    results = json.loads((cache / "evaluation" / "results.json").read_text())
    entries, heard, networks = [], 0, {}
    for name in (name for name in NETWORKS if name in learned["weights"]):
        network, about = load(cache, name)
        networks[name] = network
        heard, path = about["heard"], out / "weights" / f"{name}.onnx"
        metrics = {"val_mae": about["val_mae"], **{split: results["splits"][split]["predictors"][name]["mae"] for split in results["splits"]}}
        write_onnx(network, heard, path, {"ag06.parameters_sha256": parameters_sha256(), "ag06.features": FEATURES, "ag06.manifest_sha256": digest(cache / "manifest.json"), "ag06.metrics": json.dumps(metrics, sort_keys=True)})
        entries.append({"id": name, "label": LABELS[name], "file": f"weights/{name}.onnx", "sha256": digest(path), "bytes": path.stat().st_size, "calibration": learned["calibration"][name]})
    total = sum(entry["bytes"] for entry in entries)
    if total > LARGEST_BYTES:
        sys.exit(f"the weights take {total} bytes, more than {LARGEST_BYTES}")
    registry = {
        "version": 1,
        "parameters_sha256": parameters_sha256(),
        "features": {"id": FEATURES, "mel": list(MEL), "heard": heard, "excerpt_s": EXCERPT_S},
        "settings": list(SETTINGS),
        "fallback": learned["fallback"],
        "prior_spread": learned["prior_spread"],
        "models": entries,
        "ensemble": {"id": "ensemble", "label": "AI", "weights": learned["weights"], "calibration": learned["calibration"]["ensemble"]},
        "classifiers": classifiers(ROOT / "models"),
    }
    (out / "registry.json").write_text(json.dumps(registry, indent=1) + "\n")
    fixture.write(out / "tests", cache, networks, learned)
    print(f"wrote {len(entries)} models, {total / 1e6:.2f} MB, and {out / 'registry.json'}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "models")
    args = parser.parse_args()
    export(args.cache, args.out)
