#!/usr/bin/env python3
"""Trains the genre model on what `ag06 analyze` heard in the corpus, and writes genre.json and report.json. Needs numpy and scipy; the same bits every time for the same features.

  models/genre/train.py CACHE

Multinomial logistic regression (Bishop 2006, section 4.3.4) with an L2 penalty, every genre of equal weight and every source of a genre of equal weight within it. The penalty is chosen by cross-validation over sources;
the temperature (Guo et al. 2017) is fitted on held-out predictions, never on the training ones.
Two questions are asked and both answers printed: how well does it do on unheard tracks of known sources (tracks), and on sources it never heard (sources)?
"""
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import minimize, minimize_scalar

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "corpus")]
import features
import labels

GENRES = ("speech", "rock", "jazz", "electronic", "classical", "pop", "ballad")
FOLDS = 5
PENALTIES = (0.03, 0.1, 0.3)
LIMIT = 4.0  # standard deviations an input may lie from the mean: a strange recording must not shout
MOST_WEIGHT = 4.0  # of a source over an even share: a source of one track must not rule a genre
SHORTEST_S = 8.0
BOOTSTRAP = 2000
RIGHT_WHERE_TOLD = 0.7  # of the answers, genres alike; what is less sure is "cannot be told"


def source_of(row):
    """The split group: recordings that share a maker, a renderer or a room."""
    if row["package"] == "mma":
        return "mma " + row["recipe"].rsplit(" ", 1)[-1]  # one per soundfont
    return row["package"]


def load(cache):
    rules, rows = labels.genres(), []
    for row in json.loads((HERE.parent / "corpus" / "manifest.json").read_text("utf-8")):
        genre, _ = labels.genre_of(row, rules)
        path = features.heard_file(cache, row)
        if genre is None or not path.exists():
            continue
        heard = json.loads(path.read_text())
        if heard["length_s"] >= SHORTEST_S:
            rows.append({"id": row["id"], "genre": GENRES.index(genre), "source": source_of(row), "style": row["id"].rsplit("-", 1)[0] if row["package"] == "mma" else row["id"], "vector": heard["vector"]})
    names = [name for name, _ in rows[0]["vector"]]
    x = np.array([[np.nan if v is None else v for _, v in row["vector"]] for row in rows], dtype=float)
    return rows, names, x, np.array([row["genre"] for row in rows]), np.array([row["source"] for row in rows])


def weights(y, source):
    """Genres alike, sources of a genre alike, tracks of a source alike, within MOST_WEIGHT."""
    w = np.zeros(len(y))
    for genre in np.unique(y):
        here = y == genre
        groups, inverse, counts = np.unique(source[here], return_inverse=True, return_counts=True)
        share = np.minimum(1.0 / counts / len(groups), MOST_WEIGHT / here.sum())
        w[here] = share[inverse] / share[inverse].sum()
    return w / w.sum()


class Model:
    def __init__(self, x, y, source, penalty):
        w = weights(y, source)
        known = np.isfinite(x)
        filled = np.where(known, x, 0.0)
        mass = np.maximum((w[:, None] * known).sum(0), 1e-9)
        self.mean = (w[:, None] * filled).sum(0) / mass
        self.scale = np.sqrt((w[:, None] * known * (filled - self.mean) ** 2).sum(0) / mass)
        self.scale[self.scale < 1e-6] = 1.0
        z, count, inputs = self.standard(x), len(GENRES), x.shape[1]
        one = np.eye(count)[y]

        def loss(p):
            weight, bias = p[:count * inputs].reshape(count, inputs), p[count * inputs:]
            logits = z @ weight.T + bias
            top = logits.max(1, keepdims=True)
            total = np.log(np.exp(logits - top).sum(1, keepdims=True)) + top
            error = w[:, None] * (np.exp(logits - total) - one)
            value = -(w * ((logits - total) * one).sum(1)).sum() + 0.5 * penalty * (weight ** 2).sum()
            return value, np.concatenate([(error.T @ z + penalty * weight).ravel(), error.sum(0)])

        best = minimize(loss, np.zeros(count * (inputs + 1)), jac=True, method="L-BFGS-B", options={"maxiter": 400, "ftol": 1e-10})
        self.weight, self.bias, self.temperature = best.x[:count * inputs].reshape(count, inputs), best.x[count * inputs:], 1.0
        self.heard = np.unique(y)

    def standard(self, x):
        return np.where(np.isfinite(x), np.clip((x - self.mean) / self.scale, -LIMIT, LIMIT), 0.0)

    def logits(self, x):
        return self.standard(x) @ self.weight.T + self.bias


def softmax(logits, temperature=1.0):
    e = np.exp((logits - logits.max(1, keepdims=True)) / temperature)
    return e / e.sum(1, keepdims=True)


def track_folds(rows):
    """Fold of each track by the hash of its id; songs of one style stay together."""
    return np.array([int(hashlib.sha256(row["style"].encode()).hexdigest(), 16) % FOLDS for row in rows])


def held_out(x, y, source, group, penalty, fold=None):
    """Logits of every recording from a model that never heard its group. With folds, renders of MMA are judged by a model that heard neither their soundfont nor their style."""
    out = np.zeros((len(y), len(GENRES)))
    for name in np.unique(group):
        inside = group == name
        for part in ([None] if fold is None or not str(name).startswith("mma") else np.unique(fold[inside])):
            test = inside if part is None else inside & (fold == part)
            left_out = inside if part is None else inside | ((fold == part) & np.char.startswith(group.astype(str), "mma"))
            out[test] = Model(x[~left_out], y[~left_out], source[~left_out], penalty).logits(x[test])
    return out


def temperature_of(logits, y, w):
    nll = lambda t: -(w * np.log(np.maximum(softmax(logits, np.exp(t))[np.arange(len(y)), y], 1e-12))).sum()
    return float(np.exp(minimize_scalar(nll, bounds=(-2.0, 2.5), method="bounded").x))


def calibration(p, y, w, bins=10):
    """Expected calibration error and the reliability table [(from, recordings, mean confidence, right)]."""
    best, right = p.max(1), (p.argmax(1) == y).astype(float)
    ece, table = 0.0, []
    for b in range(bins):
        here = (best >= b / bins) & ((best < (b + 1) / bins) | (b == bins - 1))
        if here.any():
            share = w[here].sum() / w.sum()
            confidence, accuracy = np.average(best[here], weights=w[here]), np.average(right[here], weights=w[here])
            ece += share * abs(confidence - accuracy)
            table.append([b / bins, int(here.sum()), round(float(confidence), 3), round(float(accuracy), 3)])
    return float(ece), table


def least_confidence(p, y):
    """The lowest confidence, in steps of 0.05, above which answers on sources never heard are right often enough, every genre counting alike."""
    w = np.array([1.0 / (y == g).sum() for g in y])
    for least in np.arange(0.3, 0.9, 0.05):
        told = p.max(1) >= least
        if told.any() and np.average((p.argmax(1) == y)[told], weights=w[told]) >= RIGHT_WHERE_TOLD:
            return round(float(least), 2)
    return 0.9


def report(p, y, least):
    """Accuracy, balanced accuracy with a 95 % bootstrap interval, confusion, and the same where the model dares to answer."""
    right = (p.argmax(1) == y).astype(float)
    here = np.unique(y)
    recall = {GENRES[g]: [int((y == g).sum()), round(float(right[y == g].mean()), 3)] for g in here}
    dice, spread = np.random.default_rng(4), []
    for _ in range(BOOTSTRAP):
        spread.append(np.mean([dice.choice(right[y == g], (y == g).sum()).mean() for g in here]))
    told = p.max(1) >= least
    confusion = [[int(((y == a) & (p.argmax(1) == b)).sum()) for b in range(len(GENRES))] for a in range(len(GENRES))]
    return {"recordings": len(y), "accuracy": round(float(right.mean()), 3), "balanced_accuracy": round(float(np.mean([v[1] for v in recall.values()])), 3),
            "balanced_interval": [round(float(v), 3) for v in np.percentile(spread, [2.5, 97.5])], "support_and_recall": recall, "confusion": confusion,
            "told": round(float(told.mean()), 3), "accuracy_where_told": round(float(right[told].mean()), 3) if told.any() else None}


def write_cases(rows, x, y, out):
    """Two recordings of each genre, what the analyser heard of them and the probabilities that this program finds with the numbers of genre.json: the C++ must find the same."""
    mean, scale, weight, bias = (np.array(out[key]) for key in ("mean", "scale", "weight", "bias"))
    lines = ["// Generated by models/genre/train.py. Do not edit.", "#pragma once", "", "#include <array>", "#include <limits>", "", '#include "analysis/music/genre_model.gen.h"', "", "namespace ag06::test {", "",
             "inline constexpr double kGap = std::numeric_limits<double>::quiet_NaN();",
             "struct GenreCase {", "  const char* id;", "  int genre;", "  std::array<double, analysis::kGenreInputs> inputs;", "  std::array<double, analysis::kGenres> scores;", "};", "inline const GenreCase kGenreCases[] = {"]
    for genre in range(len(GENRES)):
        chosen = sorted((i for i in range(len(y)) if y[i] == genre), key=lambda i: hashlib.sha256(rows[i]["id"].encode()).hexdigest())[:2]
        for i in chosen:
            z = np.where(np.isfinite(x[i]), np.clip((x[i] - mean) / scale, -LIMIT, LIMIT), 0.0)
            p = softmax((weight @ z + bias)[None, :], out["temperature"])[0]
            inputs = ["kGap" if not np.isfinite(v) else repr(float(v)) for v in x[i]]
            lines += ['    {"%s", %d,' % (rows[i]["id"], genre), "     {{" + ",\n       ".join(", ".join(inputs[a:a + 8]) for a in range(0, len(inputs), 8)) + "}},", "     {{" + ", ".join("%.12g" % v for v in p) + "}}},"]
    lines += ["};", "", "}  // namespace ag06::test", ""]
    (HERE.parent.parent / "tests/core/analysis/music/genre_cases.gen.h").write_text("\n".join(lines))


def card(said):
    """Puts the figures of report.json into README.md, between its two marks."""
    tables = ["Penalty %g, temperature %.3f, told above a confidence of %.2f (the lowest at which %.0f %% of the answers on unheard sources are right, genres alike)." %
              (said["penalty"], said["temperature"], said["least_confidence"], 100 * RIGHT_WHERE_TOLD), "",
              "| question | recordings | accuracy | balanced accuracy (95 %) | told | right where told | ECE |", "|---|---|---|---|---|---|---|"]
    asked = [(name, part) for name, part in said.items() if isinstance(part, dict) and "confusion" in part]
    for name, part in asked:
        ece = "%.3f" % part["ece"] if "ece" in part else ""
        tables.append("| %s | %d | %.3f | %.3f (%.3f-%.3f) | %.0f %% | %.3f | %s |" % (name, part["recordings"], part["accuracy"], part["balanced_accuracy"], *part["balanced_interval"], 100 * part["told"], part["accuracy_where_told"], ece))
    for name, part in asked:
        tables += ["", "Confusion, %s (row: true; column: found, without \"cannot be told\"):" % name, "", "| | %s | recall |" % " | ".join(GENRES), "|---" * (len(GENRES) + 2) + "|"]
        for genre, row in zip(GENRES, part["confusion"]):
            if sum(row):
                tables.append("| %s | %s | %.2f |" % (genre, " | ".join(map(str, row)), part["support_and_recall"][genre][1]))
    part = said["sources never heard"]
    tables += ["", "Reliability on sources never heard:", "", "| confidence from | recordings | mean confidence | right |", "|---|---|---|---|"]
    tables += ["| %.1f | %d | %.2f | %.2f |" % tuple(row) for row in part["reliability"]]
    tables += ["", "Recall by source when that source was never heard:", "", "| genre: source | recordings | recall |", "|---|---|---|"]
    tables += ["| %s | %d | %.2f |" % (name, *value) for name, value in part["by_source"].items()]
    readme = HERE / "README.md"
    before, rest = readme.read_text("utf-8").split("<!-- figures -->")
    readme.write_text(before + "<!-- figures -->\n" + "\n".join(tables) + "\n<!-- end of figures -->" + rest.split("<!-- end of figures -->")[1], "utf-8")


def main():
    rows, names, x, y, source = load(Path(sys.argv[1]))
    folds, w = track_folds(rows), weights(y, source)
    scores = {}
    for penalty in PENALTIES:
        logits = held_out(x, y, source, source, penalty, folds)
        right = logits.argmax(1) == y
        scores[penalty] = float(np.mean([right[y == g].mean() for g in np.unique(y)]))
        print("penalty %-6g balanced accuracy over sources %.3f" % (penalty, scores[penalty]))
    # the one-standard-error rule (Hastie, Tibshirani & Friedman, "The Elements of Statistical Learning", 2009, section 7.10): the strongest penalty that is not clearly worse than the best
    best = max(scores.values())
    error = float(np.sqrt(best * (1.0 - best) * np.mean([1.0 / (y == g).sum() for g in np.unique(y)]) / len(np.unique(y))))
    penalty = max(p for p in PENALTIES if scores[p] >= best - error)
    by_track, by_source = held_out(x, y, source, folds, penalty), held_out(x, y, source, source, penalty, folds)
    model = Model(x, y, source, penalty)
    model.temperature = temperature_of(by_source, y, w)
    p_track, p_source = softmax(by_track, model.temperature), softmax(by_source, model.temperature)
    least = least_confidence(p_source, y)
    real = np.array([not s.startswith(("mma", "openttd", "freedoom", "lmms")) for s in source])
    said = {"penalty": penalty, "balanced_accuracy_over_sources_by_penalty": {str(p): round(v, 3) for p, v in scores.items()}, "least_confidence": least, "temperature": round(model.temperature, 4), "sources": {g: {s: int(((y == i) & (source == s)).sum()) for s in np.unique(source[y == i])} for i, g in enumerate(GENRES)}}
    for name, p in (("unheard tracks of known sources", p_track), ("sources never heard", p_source)):
        said[name] = report(p, y, least)
        said[name]["ece"], said[name]["reliability"] = calibration(p, y, np.full(len(y), 1.0))
        said[name + ", recordings only (no renders)"] = report(p[real], y[real], least)
        right = p.argmax(1) == y
        said[name]["by_source"] = {"%s: %s" % (GENRES[g], s): [int(((y == g) & (source == s)).sum()), round(float(right[(y == g) & (source == s)].mean()), 3)] for g in range(len(GENRES)) for s in np.unique(source[y == g])}
    (HERE / "report.json").write_text(json.dumps(said, indent=1) + "\n")
    number = lambda v: float("%.6g" % v)
    out = {"genres": list(GENRES), "inputs": names, "mean": [number(v) for v in model.mean], "scale": [number(v) for v in model.scale], "weight": [[number(v) for v in row] for row in model.weight],
           "bias": [number(v) for v in model.bias], "temperature": number(model.temperature), "least_confidence": least, "limit": LIMIT}
    (HERE / "genre.json").write_text("{\n" + ",\n".join(' "%s": %s' % (k, json.dumps(v)) for k, v in out.items()) + "\n}\n")
    write_cases(rows, x, y, out)
    card(said)
    print(json.dumps({k: v for k, v in said.items()}, indent=None)[:6000])


if __name__ == "__main__":
    main()
