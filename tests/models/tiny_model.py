#!/usr/bin/env python3
"""Writes small ONNX models whose answer is a formula, and a registry of them: what the tests of the native, command line and page sides load.

  settings[b, s] = sigmoid(mean(mel[b]) * gain + sum_h heard[b, h] * slope(h, s) + bias[s]),  slope(h, s) = ((10 h + s) % 7 - 3) / (10 H)
  spread[b, s]   = spread + 0 * settings[b, s]

No package is needed: an ONNX file is a protocol buffer, written here field by field (onnx.proto3, IR version 8, opset 15).
Usage: tiny_model.py FOLDER HEARD PARAMETERS_SHA256 [FEATURES_ID]     writes FOLDER/registry.json and FOLDER/weights/*.onnx
"""
import hashlib
import json
import math
import os
import struct
import sys

SETTINGS = ["input-gain", "compression", "high", "mid", "low", "air", "reverb", "delay", "width", "output"]
MEL = [2, 64, 256]
FLOAT = 1


def varint(number):
    out = b""
    number &= (1 << 64) - 1
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, value):
    """An integer, or bytes, text or messages already written."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def tensor(name, dims, numbers):
    return b"".join(field(1, dim) for dim in dims) + field(2, FLOAT) + field(8, name) + field(9, struct.pack(f"<{len(numbers)}f", *numbers))


def node(kind, inputs, output, ints=None, whole=None):
    """ints: (name, list) and whole: (name, integer), an attribute each."""
    text = b"".join(field(1, name) for name in inputs) + field(2, output) + field(3, output) + field(4, kind)
    if ints:
        text += field(5, field(1, ints[0]) + b"".join(field(8, number) for number in ints[1]) + field(20, 7))
    if whole:
        text += field(5, field(1, whole[0]) + field(3, whole[1]) + field(20, 2))
    return text


def described(name, dims):
    """A tensor of floats; a dimension that is text is open."""
    shape = b"".join(field(1, field(2, dim) if isinstance(dim, str) else field(1, dim)) for dim in dims)
    return field(1, name) + field(2, field(1, field(1, FLOAT) + field(2, shape)))


def slope(h, s, heard):
    return ((10 * h + s) % 7 - 3) / (10 * heard)


def model(heard, bias, gain=0.5, spread=0.1, metadata=None, uses_heard=True, mel=None, outputs=("settings", "spread")):
    """The bytes of the file."""
    weights = [slope(h, s, heard) if uses_heard else 0.0 for h in range(heard) for s in range(10)]
    parts = [
        node("ReduceMean", ["mel"], "level4", ints=("axes", [1, 2, 3]), whole=("keepdims", 1)),
        node("Flatten", ["level4"], "level", whole=("axis", 1)),
        node("Mul", ["level", "gain"], "push"),
        node("MatMul", ["heard", "slopes"], "linear"),
        node("Add", ["linear", "bias"], "shifted"),
        node("Add", ["shifted", "push"], "sum"),
        node("Sigmoid", ["sum"], outputs[0]),
        node("Mul", [outputs[0], "nought"], "nothing"),
        node("Add", ["nothing", "width"], outputs[1]),
    ]
    graph = b"".join(field(1, part) for part in parts) + field(2, "tiny")
    for name, dims, numbers in [("gain", [1], [gain]), ("slopes", [heard, 10], weights), ("bias", [10], bias), ("nought", [1], [0.0]), ("width", [1], [spread])]:
        graph += field(5, tensor(name, dims, numbers))
    graph += field(11, described("mel", ["batch", *(mel or MEL)])) + field(11, described("heard", ["batch", heard]))
    graph += field(12, described(outputs[0], ["batch", 10])) + field(12, described(outputs[1], ["batch", 10]))
    file = field(1, 8) + field(2, "ag06 tests") + field(7, graph) + field(8, field(1, "") + field(2, 15))
    return file + b"".join(field(14, field(1, key) + field(2, value)) for key, value in (metadata or {}).items())


def bias_for(settings):
    """With which a model that hears nothing (gain 0, no slopes) answers these settings, each within 0..1."""
    return [math.log(s / (1 - s)) for s in settings]


def write_models(folder, heard, parameters_sha256, features_id="ear-1", models=None, weights=None, fallback=None, calibration=1.0, excerpt_s=10.24):
    """models: id -> bytes of its file; weights: id -> ten shares of the ensemble. By default two models that hear, an equal share each. Returns the registry."""
    metadata = {"ag06.parameters_sha256": parameters_sha256, "ag06.features": features_id}
    if models is None:
        models = {"baseline-cnn": model(heard, [0.1 * s - 0.5 for s in range(10)], metadata=metadata),
                  "ast": model(heard, [0.3 - 0.05 * s for s in range(10)], gain=-0.25, spread=0.2, metadata=metadata)}
    if weights is None:
        weights = {name: [1 / len(models)] * 10 for name in models}
    os.makedirs(os.path.join(folder, "weights"), exist_ok=True)
    listed = []
    for name, data in models.items():
        with open(os.path.join(folder, "weights", name + ".onnx"), "wb") as file:
            file.write(data)
        listed.append({"id": name, "label": name, "file": f"weights/{name}.onnx", "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), "calibration": [calibration] * 10})
    registry = {"version": 1, "parameters_sha256": parameters_sha256, "features": {"id": features_id, "mel": MEL, "heard": heard, "excerpt_s": excerpt_s}, "settings": SETTINGS,
                "fallback": fallback or [0.5] * 10, "prior_spread": [0.28] * 10, "models": listed,
                "ensemble": {"id": "ensemble", "label": "AI", "weights": weights, "calibration": [calibration] * 10}}
    with open(os.path.join(folder, "registry.json"), "w", encoding="utf-8") as file:
        json.dump(registry, file, indent=1)
    return registry


if __name__ == "__main__":
    write_models(sys.argv[1], int(sys.argv[2]), *sys.argv[3:5])
