"""Feedback policies from the networks that people have."""

from __future__ import annotations

from typing import Any

import numpy as np


def policy(network: Any) -> tuple[str, np.ndarray]:
    """The policy and theta of a network: a ``torch.nn.Sequential`` of Linear and Tanh, or a list of (weights, bias).

    weights have shape (outputs, inputs), bias (outputs,); tanh stands between the layers.

    >>> name, theta = policy(torch.nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 1)))
    >>> mollify.rollout(mollify.task('hopper', policy=name), theta, samples=8)
    """
    layers = _layers(network)
    if not layers:
        raise ValueError("network has no layers; give at least one pair of weights and bias")
    for i, (weights, bias) in enumerate(layers):
        before = layers[i - 1][0].shape[0] if i else weights.shape[1]
        if weights.ndim != 2 or bias.shape != (weights.shape[0],) or weights.shape[1] != before:
            raise ValueError(
                f"layer {i} has weights of shape {weights.shape} and a bias of shape {bias.shape}, but must have "
                f"(outputs, {before}) and (outputs,)"
            )
    widths = [weights.shape[0] for weights, _ in layers[:-1]]
    name = f"perceptron={','.join(map(str, widths))}" if widths else "affine"
    return name, np.concatenate([np.concatenate([w.reshape(-1), b]) for w, b in layers])


def _layers(network: Any) -> list[tuple[np.ndarray, np.ndarray]]:
    def array(x: Any) -> np.ndarray:
        return np.asarray(x.detach().cpu().numpy() if hasattr(x, "detach") else x, dtype=np.float64)

    if not hasattr(network, "state_dict"):
        return [(array(weights), array(bias)) for weights, bias in network]
    found = []
    for i, part in enumerate(network):
        kind = type(part).__name__
        if kind != ("Linear" if i % 2 == 0 else "Tanh"):
            raise ValueError(f"part {i} of the network is {kind}, but must be Linear and Tanh by turns, Linear first and last")
        if kind == "Linear":
            bias = part.bias if part.bias is not None else np.zeros(part.weight.shape[0])
            found.append((array(part.weight), array(bias)))
    return found
