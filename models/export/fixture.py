"""A few examples of the test set with what the shipped models say of them, so that the weights in git can be judged without a data set (tests/models/shipped.mjs)."""
import json
from pathlib import Path

import numpy as np
import torch

from train import dataset
from train.networks import Exported

EXAMPLES = 24


def write(folder, cache, networks, learned):
    """FOLDER/shipped.{mel,heard,json}: float16 [n, 2, 64, 256], float32 [n, H]; settings, what each model tells, and its mean absolute error here."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    split = dataset.Split(cache, "test")
    chosen = np.unique(np.linspace(0, len(split) - 1, min(EXAMPLES, len(split))).astype(int))
    mel, heard, truth = split.mel(chosen), split.heard[chosen], split.settings[chosen]
    told, models = {}, {}
    with torch.no_grad():
        for name, network in networks.items():
            told[name] = [x.numpy().astype(np.float64) for x in Exported(network).eval()(torch.from_numpy(mel), torch.from_numpy(heard))]
            models[name] = {"mae": float(np.abs(told[name][0] - truth).mean()), "settings": np.round(told[name][0], 6).tolist(), "spread": np.round(told[name][1], 6).tolist()}
    fallback, weights = np.array(learned["fallback"]), {name: np.array(w) for name, w in learned["weights"].items()}
    mixed = sum(told[name][0] * weights[name] for name in weights) + (1 - sum(weights.values())) * fallback
    figures = {"examples": len(chosen), "heard": int(heard.shape[1]), "tracks": split.track[chosen].tolist(), "settings": np.round(truth.astype(float), 6).tolist(), "models": models,
               "ensemble_mae": float(np.abs(mixed - truth).mean()), "median_mae": float(np.abs(fallback - truth).mean())}
    mel.astype("<f2").tofile(folder / "shipped.mel")
    heard.astype("<f4").tofile(folder / "shipped.heard")
    (folder / "shipped.json").write_text(json.dumps(figures) + "\n")
