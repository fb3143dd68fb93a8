"""Layers for PyTorch: the smoothed objective as a function with a gradient."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

try:
    import torch
except ImportError as error:
    raise ImportError("mollify.torch needs PyTorch; install it with `pip install torch`") from error

from . import _calls
from ._engine import Engine


class _Smoothed(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, theta: Any, estimate: Callable[[np.ndarray], Any]) -> Any:
        value, slope = estimate(theta.detach().cpu().numpy())
        ctx.save_for_backward(theta.new_tensor(slope))
        return theta.new_tensor(value)

    @staticmethod
    def backward(ctx: Any, cotangent: Any) -> Any:
        (slope,) = ctx.saved_tensors
        return cotangent * slope, None


def layer(
    task: Any, *, samples: int | None = None, engine: Engine | str = "auto", **settings: Any
) -> Callable[..., Any]:
    """F of the task as a function f(theta, seed=0) of a tensor, differentiable with respect to it.

    theta: d numbers, flat or in the shape that :func:`mollify.gradient` takes; the result has its dtype and device
    seed: of the noise: the same for common random numbers, or another for each call

    The gradient is the mixed one of :func:`mollify.gradient`, which takes the other keywords.
    """
    made = _calls._task(task)
    kept = engine if isinstance(engine, Engine) else Engine(engine)

    def smoothed(theta: Any, seed: int = 0) -> Any:
        """F at theta."""

        def estimate(at: np.ndarray) -> tuple[float, np.ndarray]:
            found = _calls.gradient(made, at, samples=samples, seed=seed, engine=kept, **settings)
            return float(found.value), np.array(found.gradient).reshape(at.shape)

        return _Smoothed.apply(theta, estimate)

    return smoothed
