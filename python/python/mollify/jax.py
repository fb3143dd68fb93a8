"""Layers for JAX: the smoothed objective as a function that jit, vmap and grad take."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

try:
    import jax
    import jax.numpy as jnp
except ImportError as error:
    raise ImportError("mollify.jax needs JAX; install it with `pip install jax`") from error

from . import _calls
from ._engine import Engine


def layer(
    task: Any, *, samples: int | None = None, engine: Engine | str = "auto", **settings: Any
) -> Callable[..., Any]:
    """F of the task as a function f(theta, seed=0), differentiable with respect to theta, under jit, vmap and grad.

    theta: d numbers, flat or in the shape that :func:`mollify.gradient` takes; the result has its dtype
    seed: of the noise, a whole number below 2**31: the same for common random numbers, or another for each call

    The gradient is the mixed one of :func:`mollify.gradient`, which takes the other keywords. Under vmap the calls go one after
    the other; each is a batch of its own.
    """
    made = _calls._task(task)
    kept = engine if isinstance(engine, Engine) else Engine(engine)

    def estimate(theta: Any, seed: Any) -> tuple[np.ndarray, np.ndarray]:
        at = np.asarray(theta)
        found = _calls.gradient(made, at, samples=samples, seed=int(seed), engine=kept, **settings)
        return (
            np.asarray(float(found.value), dtype=at.dtype),
            np.asarray(found.gradient, dtype=at.dtype).reshape(at.shape),
        )

    def both(theta: Any, seed: Any) -> tuple[Any, Any]:
        shapes = (jax.ShapeDtypeStruct((), theta.dtype), jax.ShapeDtypeStruct(theta.shape, theta.dtype))
        return jax.pure_callback(estimate, shapes, theta, seed, vmap_method="sequential")

    @jax.custom_vjp
    def value(theta: Any, seed: Any) -> Any:
        return both(theta, seed)[0]

    def forward(theta: Any, seed: Any) -> tuple[Any, Any]:
        found, slope = both(theta, seed)
        return found, slope

    def backward(slope: Any, cotangent: Any) -> tuple[Any, None]:
        return cotangent * slope, None

    value.defvjp(forward, backward)

    def smoothed(theta: Any, seed: Any = 0) -> Any:
        """F at theta."""
        theta = jnp.asarray(theta)
        if not jnp.issubdtype(theta.dtype, jnp.floating):
            raise ValueError(f"theta has dtype {theta.dtype}, but must be of floats, such as float32")
        return value(theta, jnp.asarray(seed, dtype=jnp.int32))

    return smoothed
