"""The knob law of a parameter: real unit <-> 0..1, as core/params/curves.h, proven equal on tests/core/params/curve_vectors.gen.json."""

import math


def from_norm(parameter: dict, position_norm: float) -> float:
    """Real value of a knob position, which is clamped to [0, 1]; a choice or toggle rounds half up."""
    x = min(max(position_norm, 0.0), 1.0)
    low, high = parameter["min"], parameter["max"]
    if x in (0.0, 1.0):
        return high if x else low
    if parameter["curve"] == "log":
        return min(max(low * (high / low) ** x, low), high)
    value = low + (high - low) * x
    return math.floor(value + 0.5) if parameter["curve"] in ("choice", "toggle") else value


def to_norm(parameter: dict, value: float) -> float:
    """Knob position of a real value, which is clamped to the parameter's range."""
    low, high = parameter["min"], parameter["max"]
    v = min(max(value, low), high)
    if parameter["curve"] == "log":
        return math.log2(v / low) / math.log2(high / low)
    return (v - low) / (high - low)
