"""What a model has to beat: the median and the mean of the training settings, ridge regression on feature statistics, and a rule that matches spectrum, width and loudness to the corpus (as Matchering does to a reference song)."""
import numpy as np

PENALTIES = (30.0, 100.0, 300.0, 1000.0, 3000.0, 10000.0)
BATCH = 256


def statistics(split):
    """[n, H + 256]: what is heard, and mean and deviation over time of each mel band, mid and side."""
    rows = [np.zeros((0, split.heard.shape[1] + 256), np.float32)] if not len(split) else []
    for first in range(0, len(split), BATCH):
        indices = np.arange(first, min(first + BATCH, len(split)))
        mel = split.mel(indices)
        rows.append(np.concatenate([split.heard[indices], mel.mean(3).reshape(len(indices), -1), mel.std(3).reshape(len(indices), -1)], 1))
    return np.concatenate(rows)


class Ridge:
    """Standardised, cut at five deviations, closed form; one penalty per setting, chosen on validation."""

    def fit(self, x, y, x_val, y_val):
        self.mean, deviation = x.mean(0), x.std(0)
        self.deviation = np.where(deviation < 1e-6, 1.0, deviation)
        z, z_val = self.standard(x), self.standard(x_val)
        self.level = y.mean(0)
        gram, moment = z.T @ z, z.T @ (y - self.level)
        solutions = np.stack([np.linalg.solve(gram + penalty * np.eye(len(gram)), moment) for penalty in PENALTIES])
        error = np.stack([np.abs(np.clip(z_val @ s + self.level, 0, 1) - y_val).mean(0) for s in solutions])
        chosen = error.argmin(0)
        self.penalty = [PENALTIES[c] for c in chosen]
        self.weights = np.stack([solutions[c][:, k] for k, c in enumerate(chosen)], 1)
        return self

    def standard(self, x):
        return np.clip((x - self.mean) / self.deviation, -5, 5).astype(np.float64)

    def tell(self, x):
        return np.clip(self.standard(x) @ self.weights + self.level, 0, 1)


class Matching:
    """Settings that move loudness, long-term spectrum and width of an excerpt to the corpus mean of finished music; what has no rule keeps the training median. Where the numbers lie in heard: core/assist/ear.h."""

    MID_BANDS, SIDE_OVER_MID = slice(4, 34), 148  # third octaves from 25 Hz, dB / 10
    BANDS_HZ = {4: (40, 160), 3: (500, 1300), 2: (2300, 5200), 5: (8000, 16000)}  # setting: what its filter moves most
    EQ_DB, INPUT_DB = 36.0, 48.0  # of a setting's whole range

    def __init__(self, fallback):
        centre_hz = 1000.0 * 10 ** ((np.arange(30) - 16) / 10)  # IEC 61260-1, base ten
        self.bands = {k: [i for i, hz in enumerate(centre_hz) if low <= hz <= high] for k, (low, high) in self.BANDS_HZ.items()}
        self.fallback = fallback

    def measure(self, heard):
        """[n, 5]: dB of the four ranges over the mean of all bands, and side over mid."""
        db, width = 10 * heard[:, self.MID_BANDS], 10 * heard[:, self.SIDE_OVER_MID]
        return np.stack([db[:, bands].mean(1) - db.mean(1) for bands in self.bands.values()] + [width], 1)

    def fit(self, finished):
        self.corpus = np.median(self.measure(finished.heard), 0)
        return self

    def tell(self, split):
        off = self.corpus - self.measure(split.heard)
        told = np.tile(np.asarray(self.fallback, np.float64), (len(split), 1))
        for column, k in enumerate(self.bands):
            told[:, k] = 0.5 + off[:, column] / self.EQ_DB
        told[:, 8] = 0.5 * 10 ** (off[:, 4] / 20)
        told[:, 0] = 0.5 - 12.0 * split.heard[:, 0] / self.INPUT_DB  # heard[0] is (loudness + 18) / 12
        return np.clip(told, 0, 1)
