"""A smoothed layer in a training loop: JAX learns the parameters of a throw over a wall through the gradient of F."""

import jax
import jax.numpy as jnp
import mollify
import numpy as np
from mollify.jax import layer

task = mollify.task("ball-wall")
smoothed = layer(task, samples=1000, engine="cpu")
start = task.start()


def loss(weights, seed):
    """F of the throw that the weights stand for: within one of the start."""
    return smoothed(jnp.asarray(start, dtype=jnp.float32) + jnp.tanh(weights), seed)


step = jax.jit(jax.value_and_grad(loss))
weights = jnp.zeros(task.dimension)
first = None
for i in range(60):
    value, slope = step(weights, i)
    first = value if first is None else first
    weights = weights - 2.0 * slope
theta = start + np.tanh(np.asarray(weights))
end = mollify.gradient(task, theta, samples=20_000, engine="cpu")
print(f"F from {first:.5f} to {float(end.value):.5f}")
assert float(end.value) < float(first) - 10 * end.value.std_error
