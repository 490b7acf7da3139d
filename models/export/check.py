#!/usr/bin/env python3
"""Compares every exported model with its network on the test set: models/export/check.py CACHE [--out models]. Exits with 1 when a number differs by more than 1e-5. Needs torch and onnxruntime."""
import argparse
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from export.export import ROOT, load
from train import dataset
from train.networks import NETWORKS, Exported

FARTHEST = 1e-5


def difference(cache, out, name, split):
    network, _ = load(cache, name)
    session = onnxruntime.InferenceSession(str(Path(out) / "weights" / f"{name}.onnx"), providers=["CPUExecutionProvider"])
    farthest = 0.0
    with torch.no_grad():
        for _, mel, heard in dataset.batches_of(split, 32):
            ours = Exported(network)(torch.from_numpy(mel), torch.from_numpy(heard))
            for a, b in zip(ours, session.run(None, {"mel": mel, "heard": heard})):
                farthest = max(farthest, float(np.abs(a.numpy() - b).max()))
    return farthest


def check(cache, out):
    split, failed = dataset.Split(cache, "test"), False
    for name in (name for name in NETWORKS if (Path(cache) / "runs" / name / "best.pt").exists()):
        farthest = difference(cache, out, name, split)
        failed |= not farthest <= FARTHEST
        print(f"{name}: {len(split)} examples, torch and onnxruntime differ by {farthest:.2e} at most")
    return not failed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache")
    parser.add_argument("--out", default=ROOT / "models")
    args = parser.parse_args()
    sys.exit(0 if check(args.cache, args.out) else 1)
