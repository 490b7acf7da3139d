#!/usr/bin/env python3
"""Trains one network on the shards of CACHE, within a number of minutes. Resumable; what is already there of CACHE/runs/NAME is gone on with.

  models/train/train.py CACHE NAME [--minutes 18] [--epochs N] [--threads 1] [--seed 1] [--fresh]

NAME: baseline-cnn, enhanced-cnn or ast. The learning rate falls over the minutes given, or over the epochs given (then the run does not depend on the clock). Shards that appear while training are taken in at the next epoch.
CACHE/runs/NAME: checkpoint.pt (after each epoch), best.pt (averaged weights of the epoch with the lowest validation MAE), log.csv, curves.json. Needs torch and numpy.
"""
import argparse
import copy
import csv
import json
import math
import os
import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from train import dataset
from train.networks import NETWORKS, parameter_count

BATCH = 64
LEARNING_RATE = {"baseline-cnn": 2e-3, "enhanced-cnn": 2e-3, "ast": 7e-4}
WEIGHT_DECAY = {"baseline-cnn": 0.01, "enhanced-cnn": 0.02, "ast": 0.05}
WARM_UP = 0.03  # share of the run
AVERAGED = 0.998  # weight averaging per step, less at the start
RULES_WEIGHT = 0.15
SPREAD_WEIGHT = 0.1
PRETRAIN = {"ast": 0.2}  # share of the minutes spent on masked patches
MASKED = 0.5  # share of the patches
LARGEST_GRADIENT = 2.0


def losses(told, settings, rules):
    """L1 of settings and rules, and the Laplace likelihood of the scale given the error: the scale learns from the error, never the other way round."""
    guess, scale, rule = (x.float() for x in told)
    error = (guess - settings).abs()
    known = ~torch.isnan(rules)
    spread = (error.detach() / scale + scale.log()).mean()
    rule_error = (rule - torch.nan_to_num(rules)).abs()[known]
    return error.mean(), spread, rule_error.mean() if rule_error.numel() else rule.sum() * 0


class Averaged:
    """Exponential mean of a network's parameters and statistics."""

    def __init__(self, network):
        self.network, self.steps = copy.deepcopy(network).eval(), 0

    @torch.no_grad()
    def update(self, network):
        self.steps += 1
        keep = min(AVERAGED, (1 + self.steps) / (10 + self.steps))
        for mine, theirs in zip(self.network.state_dict().values(), network.state_dict().values()):
            if mine.dtype.is_floating_point:
                mine.lerp_(theirs, 1 - keep)
            else:
                mine.copy_(theirs)


def layout(mel, name):
    mel = torch.from_numpy(mel)
    return mel if name == "ast" else mel.contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def tell(network, split, name, batch=128):
    """(settings clamped to 0..1, Laplace scale, rules) of all examples of a split, float32."""
    network.eval()
    told = [[], [], []]
    for _, mel, heard in dataset.batches_of(split, batch):
        for kept, x in zip(told, network(layout(mel, name), torch.from_numpy(heard))):
            kept.append(x.numpy())
    settings, scale, rules = (np.concatenate(x) if x else np.zeros((0, 10), np.float32) for x in told)
    return np.clip(settings, 0, 1), scale, np.clip(rules, 0, 1)


class Clock:
    """How far the run is, 0..1: by time spent training, or by steps when epochs are given."""

    def __init__(self, minutes, epochs, steps_per_epoch):
        self.budget_s, self.steps_to_do = minutes * 60, epochs * steps_per_epoch if epochs else 0
        self.spent_s, self.steps = 0.0, 0

    def progress(self):
        return min(1.0, self.steps / self.steps_to_do if self.steps_to_do else self.spent_s / self.budget_s)


def rate(progress, peak):
    if progress < WARM_UP:
        return peak * (0.05 + 0.95 * progress / WARM_UP)
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP))))


def optimiser_of(network, name):
    plain = [p for p in network.parameters() if p.ndim < 2]
    decayed = [p for p in network.parameters() if p.ndim >= 2]
    return torch.optim.AdamW([{"params": decayed, "weight_decay": WEIGHT_DECAY[name]}, {"params": plain, "weight_decay": 0.0}], lr=LEARNING_RATE[name], betas=(0.9, 0.98))


def save(path, what):
    torch.save(what, str(path) + ".new")
    os.replace(str(path) + ".new", path)


def step(loss, network, optimiser, learning_rate):
    for group in optimiser.param_groups:
        group["lr"] = learning_rate
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), LARGEST_GRADIENT)
    optimiser.step()


def pretrain(network, name, cache, minutes, epochs, rng, folder):
    """Masked patches of all training excerpts, degraded and not. The weights lie in pretrained.pt: a second run does not do it again."""
    kept = folder / "pretrained.pt"
    if kept.exists():
        network.load_state_dict(torch.load(kept))
        return
    splits = [split for split in (dataset.Split(cache, "train"), dataset.Split(cache, "finished")) if len(split)]
    pool = [(s, i) for s, split in enumerate(splits) for i in range(len(split))]
    clock = Clock(minutes, epochs, math.ceil(len(pool) / BATCH))
    optimiser, curve = optimiser_of(network, name), []
    network.train()
    while clock.progress() < 1:
        for first, order in [(f, o) for o in [rng.permutation(len(pool))] for f in range(0, len(pool), BATCH)]:
            began = time.monotonic()
            chosen = [pool[i] for i in order[first : first + BATCH]]
            mel = np.concatenate([splits[s].mel([i]) for s, i in chosen])
            with torch.autocast("cpu", torch.bfloat16):
                loss = network.pretrain_loss(layout(mel, name), MASKED)
            step(loss, network, optimiser, rate(clock.progress(), LEARNING_RATE[name]))
            curve.append(float(loss.detach()))
            clock.steps, clock.spent_s = clock.steps + 1, clock.spent_s + time.monotonic() - began
            if clock.progress() >= 1:
                break
    about = {"steps": clock.steps, "epochs": clock.steps * BATCH / len(pool), "seconds": clock.spent_s, "loss": [float(np.mean(c)) for c in np.array_split(curve, min(40, len(curve)))]}
    (folder / "pretrain.json").write_text(json.dumps(about))
    print(f"{name}: masked patches, {about['epochs']:.1f} epochs, loss {about['loss'][0]:.3f} -> {about['loss'][-1]:.3f}", flush=True)
    save(kept, network.state_dict())


def start(name, train, val, seed):
    """A network that begins with the statistics of the training examples, its linear part chosen on validation."""
    torch.manual_seed(seed)
    network = NETWORKS[name](train.heard.shape[1])
    mean, deviation = dataset.standard(train)
    network.heard.fit(torch.from_numpy(mean), torch.from_numpy(deviation))
    settings, z = torch.from_numpy(train.settings), network.heard.standard(torch.from_numpy(train.heard))
    network.straight.fit(z, settings, network.heard.standard(torch.from_numpy(val.heard)), torch.from_numpy(val.settings))
    with torch.no_grad():
        left = settings - network.straight(z)
        network.head.start_at(left.median(0).values, (left - left.median(0).values).abs().mean(0), torch.from_numpy(np.nanmedian(train.rules, 0)))
    return network if name == "ast" else network.to(memory_format=torch.channels_last)


def run(cache, name, minutes, epochs, threads, seed, fresh):
    torch.set_num_threads(threads)
    folder = Path(cache) / "runs" / name
    folder.mkdir(parents=True, exist_ok=True)
    if fresh:
        for old in folder.iterdir():
            old.unlink()
    train, val = dataset.Split(cache, "train"), dataset.Split(cache, "val")
    if not len(train) or not len(val):
        sys.exit(f"no examples in {cache}/shards: models/data/build makes them")
    rng = np.random.default_rng(seed)
    network = start(name, train, val, seed)
    share = PRETRAIN.get(name, 0.0)
    if share:
        pretrain(network, name, cache, minutes * share, max(1, round(epochs * share)) if epochs else 0, rng, folder)
    clock = Clock(minutes * (1 - share), epochs, math.ceil(len(train) / BATCH))
    optimiser, averaged, epoch, best, log = optimiser_of(network, name), Averaged(network), 0, math.inf, []
    checkpoint = folder / "checkpoint.pt"
    if checkpoint.exists():
        old = torch.load(checkpoint, **({"weights_only": False} if torch.__version__ >= "2" else {}))
        network.load_state_dict(old["network"])
        averaged.network.load_state_dict(old["averaged"])
        optimiser.load_state_dict(old["optimiser"])
        averaged.steps, epoch, best, log = old["averaged_steps"], old["epoch"], old["best"], old["log"]
        clock.spent_s, clock.steps = old["spent_s"], old["steps"]
        rng.bit_generator.state = old["numpy"]
        torch.set_rng_state(old["torch"])
    print(f"{name}: {parameter_count(network)} parameters, {len(train)} training examples of {len(set(train.track))} tracks, {len(val)} validation, from epoch {epoch}, {100 * clock.progress():.0f} % done", flush=True)
    while clock.progress() < 1:
        network.train()
        sums, seen, epoch_began = np.zeros(3), 0, clock.spent_s
        order = rng.permutation(len(train))
        for first in range(0, len(order) - (len(order) % BATCH if len(order) > BATCH else 0), BATCH):
            began = time.monotonic()
            mel, heard, settings, rules = dataset.augmented(train, order[first : first + BATCH], rng)
            with torch.autocast("cpu", torch.bfloat16):
                told = network(layout(mel, name), torch.from_numpy(heard))
            parts = losses(told, torch.from_numpy(settings), torch.from_numpy(rules))
            step(parts[0] + SPREAD_WEIGHT * parts[1] + RULES_WEIGHT * parts[2], network, optimiser, rate(clock.progress(), LEARNING_RATE[name]))
            averaged.update(network)
            sums, seen = sums + [float(x.detach()) for x in parts], seen + 1
            clock.steps, clock.spent_s = clock.steps + 1, clock.spent_s + time.monotonic() - began
            if clock.progress() >= 1:
                break
        settings, scale, rules = tell(averaged.network, val, name)
        error = np.abs(settings - val.settings)
        epoch += 1
        log.append({"epoch": epoch, "steps": clock.steps, "seconds": round(clock.spent_s, 1), "examples": len(train), "train_mae": sums[0] / seen, "train_spread": sums[1] / seen, "train_rules": sums[2] / seen,
                    "val_mae": float(error.mean()), "val_rules": float(np.nanmean(np.abs(rules - val.rules))), "examples_per_s": round(seen * BATCH / (clock.spent_s - epoch_began), 1)})
        if log[-1]["val_mae"] < best:
            best = log[-1]["val_mae"]
            save(folder / "best.pt", {"network": averaged.network.state_dict(), "heard": train.heard.shape[1], "epoch": epoch, "val_mae": best, "seed": seed, "examples": len(train)})
        save(checkpoint, {"network": network.state_dict(), "averaged": averaged.network.state_dict(), "averaged_steps": averaged.steps, "optimiser": optimiser.state_dict(), "epoch": epoch, "best": best, "log": log,
                          "spent_s": clock.spent_s, "steps": clock.steps, "numpy": rng.bit_generator.state, "torch": torch.get_rng_state()})
        with open(folder / "log.csv", "w", newline="") as file:
            writer = csv.DictWriter(file, log[0].keys())
            writer.writeheader()
            writer.writerows(log)
        (folder / "curves.json").write_text(json.dumps({key: [row[key] for row in log] for key in log[0]}))
        print(f"{name} epoch {epoch}: train {log[-1]['train_mae']:.4f}, val {log[-1]['val_mae']:.4f} (best {best:.4f}), rules {log[-1]['val_rules']:.4f}, {log[-1]['examples_per_s']} examples/s, {100 * clock.progress():.0f} %", flush=True)
        grown = dataset.Split(cache, "train")
        if len(grown) != len(train):
            train = grown


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache")
    parser.add_argument("name", choices=NETWORKS)
    parser.add_argument("--minutes", type=float, default=18.0)
    parser.add_argument("--epochs", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fresh", action="store_true")
    args = parser.parse_args()
    run(args.cache, args.name, args.minutes, args.epochs, args.threads, args.seed, args.fresh)
