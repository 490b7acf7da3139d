"""The weights of the ensemble and the calibration of spreads, both learned on validation examples. How they are applied to a song: core/assist/opinion.h."""
import itertools

import numpy as np

from data.plan import NEUTRAL

LEAST_MOVE_IN_SPREADS = 0.8  # core/assist/model_rule.h: errs less on validation than 0, and leaves finished music alone (models/README.md)
STEPS = 20  # of the grid: weights in twentieths


def grid(members, steps=STEPS):
    """All weights of `members` models in steps of 1/steps that sum to one at most; the rest is the fallback's."""
    rows = [w for w in itertools.product(range(steps + 1), repeat=members) if sum(w) <= steps]
    return np.array(rows, np.float64) / steps


def combine(predictions, weights, fallback):
    """predictions [models, n, settings], weights [models, settings] -> [n, settings]."""
    return np.einsum("mns,ms->ns", predictions, weights) + (1 - weights.sum(0)) * fallback


def fit_weights(predictions, truth, fallback):
    """Weights [models, settings] of the least mean absolute error, by trying the whole grid: every member alone and the fallback alone are points of it, so on these examples nothing does better."""
    candidates, best = grid(len(predictions)), np.zeros((len(predictions), truth.shape[1]))
    for k in range(truth.shape[1]):
        moves = predictions[:, :, k].T - fallback[k]  # [n, models]
        error = np.abs(moves @ candidates.T + (fallback[k] - truth[:, k])[:, None]).mean(0)
        best[:, k] = candidates[np.argmin(error)]
    return best


def calibration(error, spread):
    """Factor per setting with which the root mean square of the spread equals that of the error. 1 where no spread was told."""
    told = np.sqrt((spread ** 2).mean(0))
    return np.where(told > 0, np.sqrt((error ** 2).mean(0)) / np.maximum(told, 1e-12), 1.0)


def as_played(settings, spread):
    """The settings, neutral where their way from there is too short to be told from none. Both levels are metered in the product and stay as they are."""
    kept = np.where(np.abs(settings - NEUTRAL) >= LEAST_MOVE_IN_SPREADS * spread, settings, NEUTRAL)
    kept[:, [0, -1]] = settings[:, [0, -1]]
    return kept


def rank_correlation(a, b):
    """Spearman's, for how well a spread orders the errors. 0 where one of them never moves."""
    ranks = [np.argsort(np.argsort(x)).astype(float) for x in (a, b)]
    return float(np.corrcoef(*ranks)[0, 1]) if np.ptp(a) > 0 and np.ptp(b) > 0 else 0.0
