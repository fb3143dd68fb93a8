"""Policy search: the derivative of each sample of a feedback policy beside that of JAX, and a descent over the weights."""

import jax
import jax.numpy as jnp
import mollify
import numpy as np

STEP, STEPS = 0.05, 40


def advance(p, x, u):
    speed = x[1] + STEP * (u[0] - 0.5 * x[1] - 20.0 * mollify.maximum(x[0] - 1.0, 0.0))
    return [x[0] + STEP * speed, speed]


def stage_cost(p, x, u):
    return (x[0] - 0.8) ** 2 + 0.01 * u[0] ** 2


slider = mollify.system(
    name="slider", state=dict(place="m", speed="m/s"), control=dict(force="N"), horizon=STEPS,
    initial=dict(place=-0.5, speed=0.0), advance=advance, stage_cost=stage_cost, policy="affine",
)  # fmt: skip


def cost(theta):
    """The same equations in JAX: theta is K, row by row, then k."""

    def step(carried, _):
        place, speed, total = carried
        force = theta[0] * place + theta[1] * speed + theta[2]
        total = total + (place - 0.8) ** 2 + 0.01 * force**2
        speed = speed + STEP * (force - 0.5 * speed - 20.0 * jnp.maximum(place - 1.0, 0.0))
        return (place + STEP * speed, speed, total), None

    start = (jnp.asarray(-0.5), jnp.asarray(0.0), jnp.asarray(0.0))
    return jax.lax.scan(step, start, length=STEPS)[0][2]


theta = np.array([-2.0, -0.5, 2.0])
samples = mollify.rollout(slider, theta, samples=20, engine="reference")
with jax.enable_x64(True):
    derivative = jax.jit(jax.grad(cost))
    expected = np.stack([derivative(jnp.asarray(theta + w)) for w in samples.noise])
error = np.abs(samples.first_order - expected).max() / np.abs(expected).max()
print(f"largest difference of the derivatives of 20 samples: {error:.1e} of the largest")
descent = mollify.optimize(slider, theta, iterations=30, engine="reference")
print(descent)
assert error < 1e-10
assert descent.final.cost < descent.history["cost"][0]
