"""What a JAX user writes: value_and_grad under vmap and jit, both estimates with per-coordinate mean and variance.

    python3 jax_peers.py TASK --samples K        TASK: pushing, tennis, ball-wall, lqr-20

The formulas are those of src/systems/, and all constants and noises are the defaults of `mollify list`. Speaks the
protocol of protocol.py.
"""
import argparse

import jax
import jax.numpy as jnp

from protocol import serve


def open_loop(cost, theta, sigma):
    """g1 = df/dtheta, g0 = (f - f(theta, 0)) w / sigma^2 with the noise on theta."""
    nominal = cost(theta)

    def samples(key, count):
        w = sigma * jax.random.normal(key, (count, *theta.shape))
        f, g1 = jax.vmap(jax.value_and_grad(cost))(theta + w)
        return f, g1, (f - nominal)[:, None] * w / sigma**2

    return samples


def feedback(rollout, draw_initial, horizon, shape, sigma):
    """u = K x + w: g0 = (f(theta, w) - f(theta, 0)) sum_t w_t x_t' / sigma^2, both costs from the same initial state."""
    theta = jnp.zeros(shape)

    def sample(x0, w):
        (f, states), g1 = jax.value_and_grad(rollout, has_aux=True)(theta, x0, w)
        baseline = rollout(theta, x0, jnp.zeros_like(w))[0]
        return f, g1.ravel(), (f - baseline) * (w.T @ states).ravel() / sigma**2

    def samples(key, count):
        for_noise, for_initial = jax.random.split(key)
        w = sigma * jax.random.normal(for_noise, (count, horizon, shape[0]))
        return jax.vmap(sample)(draw_initial(for_initial, count), w)

    return samples


def pushing():
    H, k, c, h, m = 400, 10.0, 0.998, 0.005, 0.1
    goal, Q = jnp.array([1.0, 2.0, 0.0, 0.0]), jnp.array([0.1, 10.0, 0.1, 0.1])

    def advance(x, u):
        gap = x[1] - x[0] - 1.0
        f = jnp.where(gap < 0.0, k * gap, 0.0)
        v1 = c * x[2] + h / m * (f + u)
        v2 = c * x[3] - h / m * f
        return jnp.array([x[0] + h * v1, x[1] + h * v2, v1, v2])

    def cost(us):
        def body(carry, u):
            x, total = carry
            e = x - goal
            return (advance(x, u), total + jnp.sum(Q * e * e) + u * u), None

        (x, total), _ = jax.lax.scan(body, (jnp.array([0.0, 1.0, 0.0, 0.0]), 0.0), us)
        e = x - goal
        return total + jnp.sum(Q * e * e)

    return open_loop(cost, 0.1 * jnp.ones(H), 0.1)


def ball_wall():
    v, g, distance, height = 1.0, 9.81, 0.06, 0.02

    def cost(theta):
        angle = theta[0]
        s, c = jnp.sin(angle), jnp.cos(angle)
        reach = v * v * 2.0 * s * c / g
        drop = g * distance**2 / (2.0 * v * v)
        hits_wall = distance * s * c - drop <= height * c * c
        stopped = hits_wall & (reach > distance)
        return jnp.where(stopped, -(distance**2), -(reach**2))

    return open_loop(cost, 0.1 * jnp.ones(1), 0.1)


def tennis():
    H, h, keep, half_length, half_height = 200, 0.05, 0.999, 0.95, 0.2
    goal = jnp.array([0.0, 2.5])

    def advance(x, u):
        ball, v, pad, angle = x[0:2], x[2:4], x[4:6], x[6] + h * u[2]
        sine, cosine = jnp.sin(angle), jnp.cos(angle)
        into = lambda a: jnp.array([cosine * a[0] + sine * a[1], cosine * a[1] - sine * a[0]])
        r, s = into(ball + h * v - pad), into(v)
        hit = (jnp.abs(r[0]) <= half_length) & (jnp.abs(r[1]) <= half_height)
        below = 1e-5 - h * s[1]
        share = jnp.where(below == 0.0, 0.0, (half_height - r[1]) / jnp.where(below == 0.0, 1.0, below))
        before = jnp.where(hit, h - h * share, 0.0)
        after = jnp.array([keep * s[0], jnp.where(hit, -s[1], keep * s[1])])
        next_v = jnp.array([cosine * after[0] - sine * after[1], sine * after[0] + cosine * after[1]])
        moved = jnp.append(pad + h * u[0:2], angle)
        return jnp.concatenate([ball + before * v + (h - before) * next_v, next_v, jnp.where(hit, x[4:7], moved)])

    def rollout(theta, x0, ws):
        def body(carry, w):
            x, total = carry
            u = theta @ x + w
            return (advance(x, u), total + 0.001 * jnp.sum(u * u)), x

        (x, total), states = jax.lax.scan(body, (x0, 0.0), ws)
        e = x[0:2] - goal
        return total + 100.0 * jnp.sum(e * e) + 10.0 * jnp.sum(x[2:4] ** 2), states

    def draw(key, count):
        first, rest = jax.random.split(key)
        z = jax.random.normal(rest, (count, 6))
        ball = jnp.stack([jax.random.uniform(first, (count,), minval=-2.0, maxval=2.0), 2.0 + 0.2 * z[:, 0]], 1)
        v = -0.2 * ball + 0.03 * z[:, 1:3]
        return jnp.concatenate([ball, v, z[:, 3:6] * jnp.array([0.5, 0.05, 0.05])], 1)

    return feedback(rollout, draw, H, (3, 7), 0.01)


def lqr(n):
    H, a, b, q, q_end, effort = 10, 1.0, 1.0, 1.0, 10.0, 0.1

    def rollout(theta, x0, ws):
        def body(carry, w):
            x, total = carry
            u = theta @ x + w
            return (a * x + b * u, total + q * jnp.sum(x * x) + effort * jnp.sum(u * u)), x

        (x, total), states = jax.lax.scan(body, (x0, 0.0), ws)
        return total + q_end * jnp.sum(x * x), states

    draw = lambda key, count: 1.0 + 0.001 * jax.random.normal(key, (count, n))
    return feedback(rollout, draw, H, (n, n), 0.1)


TASKS = {"pushing": pushing, "tennis": tennis, "ball-wall": ball_wall, "lqr-20": lambda: lqr(20)}

if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("task", choices=TASKS)
    arguments.add_argument("--samples", type=int, required=True)
    arguments = arguments.parse_args()
    draw_samples = TASKS[arguments.task]()
    count = arguments.samples

    @jax.jit
    def estimate(key):
        f, g1, g0 = draw_samples(key, count)
        return f.mean(), g1.mean(0), g1.var(0), g0.mean(0), g0.var(0)

    serve(
        f"jax {jax.__version__}",
        str(jax.devices()[0]),
        lambda i: jax.block_until_ready(estimate(jax.random.key(i))),
        lambda i: draw_samples(jax.random.key(i), count),
    )
