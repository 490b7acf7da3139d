"""Means with bootstrap intervals over tracks, since excerpts of one track do not stand alone."""
import numpy as np

DRAWS = 1000
SEED = 6


def interval(values, tracks, draws=DRAWS):
    """{mean, low, high}: the mean of the values and its 95 % interval when tracks are drawn with replacement."""
    values, names = np.asarray(values, np.float64), np.unique(tracks)
    at = np.searchsorted(names, tracks)
    sums, counts = np.bincount(at, values, len(names)), np.bincount(at, minlength=len(names))
    taken = np.random.default_rng(SEED).multinomial(len(names), np.full(len(names), 1 / len(names)), draws)
    means = (taken @ sums) / np.maximum(taken @ counts, 1)
    return {"mean": float(values.mean()), "low": float(np.quantile(means, 0.025)), "high": float(np.quantile(means, 0.975))}


def settings_figures(told, truth, tracks):
    """Mean absolute errors of a predictor, overall with its interval and per setting."""
    error = np.abs(told - truth)
    return {"mae": interval(error.mean(1), tracks), "per_setting": [interval(error[:, k], tracks) for k in range(error.shape[1])]}


def table(head, rows):
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head)] + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def shown(x, digits=4):
    return f"{x['mean']:.{digits}f} ({x['low']:.{digits}f}-{x['high']:.{digits}f})"
