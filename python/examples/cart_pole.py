"""A system of your own: a pole on a cart between two walls, caught by forces on the cart."""

import mollify
import numpy as np


@mollify.system(
    state=dict(position="m", speed="m/s", angle="rad", rate="rad/s"),
    control=dict(force="N"),
    parameters=dict(
        cart=(1.0, "kg", "positive", "mass of the cart"),
        pole=(0.1, "kg", "positive", "mass of the pole"),
        length=(0.5, "m", "positive", "length of the pole"),
        wall=(0.4, "m", "positive", "distance of the walls"),
        stiffness=(50.0, "N/m", "stiffness of the walls"),
        time_step=(0.02, "s", "positive"),
    ),
    initial=dict(position=0.38, speed=0.2, angle=0.05, rate=0.0),
    horizon=60,
    sigma=0.5,
)
class CartPole:
    """A pole on a cart between two walls."""

    def advance(p, x, u):
        sine, cosine = np.sin(x.angle), np.cos(x.angle)
        # Contact pushes back where the cart is beyond a wall, and not otherwise.
        right = mollify.maximum(x.position - p.wall, 0.0)
        left = mollify.maximum(-p.wall - x.position, 0.0)
        force = u.force + p.stiffness * (left - right)
        push = force + p.pole * p.length * x.rate**2 * sine
        total = p.cart + p.pole
        swing = (9.81 * sine - cosine * push / total) / (p.length * (4.0 / 3.0 - p.pole * cosine**2 / total))
        pull = (push - p.pole * p.length * swing * cosine) / total
        speed, rate = x.speed + p.time_step * pull, x.rate + p.time_step * swing
        return dict(
            position=x.position + p.time_step * speed,
            speed=speed,
            angle=x.angle + p.time_step * rate,
            rate=rate,
        )

    def stage_cost(p, x, u):
        return x.position**2 + 10.0 * (1.0 - np.cos(x.angle)) + 0.1 * x.rate**2 + 0.001 * u.force**2


print(CartPole.check())
task = mollify.task(CartPole, stiffness=100.0)
descent = mollify.optimize(task, samples=200, iterations=60, engine="cpu")
print(descent)
walls = mollify.rollout(task, descent.theta, samples=1, engine="cpu")
print("farthest", np.abs(walls.states[0, :, 0]).max(), "m")
start = descent.history["cost"][0]
assert descent.final.cost < 0.1 * start, (descent.final.cost, start)
