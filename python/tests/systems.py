"""Built-in systems, written again in Python: what is recorded of them must be what is compiled."""

import mollify
import numpy as np

pushing = dict(
    state=dict(position_1="m", gap="m", velocity_1="m/s", velocity_2="m/s"),
    control=dict(force="N"),
    parameters=dict(
        stiffness=(10.0, "N/m"),
        damping=0.998,
        mass=(0.1, "kg", "positive"),
        time_step=(0.005, "s", "positive"),
        rest_length=(1.0, "m"),
        goal_1=(1.0, "m"),
        goal_2=(2.0, "m"),
        weight_1=(0.1, "1/m2"),
        weight_2=(10.0, "1/m2"),
        effort=(1.0, "1/N2"),
    ),
    horizon=400,
    start=0.1,
    tuned=dict(samples=200, iterations=60, radius=1.0),
    published=dict(samples=10, step=1e-3, step_decay=0.0, iterations=500, gamma=1e8, bound=100.0),
)


def pushing_final(p, x):
    position_2 = x.position_1 + x.gap + p.rest_length
    speed_squared = x.velocity_1**2 + x.velocity_2**2
    return p.weight_1 * ((x.position_1 - p.goal_1) ** 2 + speed_squared) + p.weight_2 * (position_2 - p.goal_2) ** 2


@mollify.system(**pushing)
class Pushing:
    """One mass pushes another through a stiff one-sided spring."""

    def advance(p, x, u):
        position_1, gap, velocity_1, velocity_2 = x
        contact_force = mollify.where(gap < 0.0, p.stiffness * gap, 0.0)
        gain = p.time_step / p.mass
        velocity_1 = p.damping * velocity_1 + gain * (u.force + contact_force)
        velocity_2 = p.damping * velocity_2 - gain * contact_force
        return [
            position_1 + p.time_step * velocity_1,
            gap + p.time_step * (velocity_2 - velocity_1),
            velocity_1,
            velocity_2,
        ]

    def stage_cost(p, x, u):
        return pushing_final(p, x) + p.effort * u.force**2

    def final_cost(p, x):
        return pushing_final(p, x)


def friction_final(p, x):
    position_2 = x.position_1 + x.offset
    velocity_2 = x.velocity_1 + x.slip
    speed_squared = x.velocity_1**2 + velocity_2**2
    return p.weight_1 * ((x.position_1 - p.goal_1) ** 2 + speed_squared) + p.weight_2 * (position_2 - p.goal_2) ** 2


@mollify.system(
    state=dict(position_1="m", offset="m", velocity_1="m/s", slip="m/s"),
    control=["force"],
    parameters=dict(
        viscosity=1.8,
        force_limit=0.18,
        contact_range=0.1,
        mass=(0.1, "kg", "positive"),
        time_step=(0.005, "s", "positive"),
        goal_1=2.0,
        goal_2=2.0,
        weight_1=0.1,
        weight_2=10.0,
        effort=1.0,
    ),
    horizon=400,
    tuned=dict(samples=200, iterations=100, gamma=1e4, radius=1.0),
)
class Friction:
    def advance(p, x, u):
        position_1, offset, velocity_1, slip = x
        touching = (offset < p.contact_range) & (-offset < p.contact_range)
        friction = mollify.clamp_symmetric(p.viscosity * slip, p.force_limit)
        force = mollify.where(touching, friction, 0.0)
        gain = p.time_step / p.mass
        velocity_1 = velocity_1 + gain * (u.force + force)
        slip = slip - gain * (u.force + force * 2.0)
        return dict(
            position_1=position_1 + p.time_step * velocity_1,
            offset=offset + p.time_step * slip,
            velocity_1=velocity_1,
            slip=slip,
        )

    def stage_cost(p, x, u):
        return friction_final(p, x) + p.effort * np.square(u.force)

    def final_cost(p, x):
        return friction_final(p, x)


@mollify.system(
    state=["ball_x", "ball_y", "ball_velocity_x", "ball_velocity_y", "pad_x", "pad_y", "pad_angle"],
    control=["pad_velocity_x", "pad_velocity_y", "pad_rate"],
    parameters=dict(
        half_length=(0.95, "m", "positive"),
        half_height=(0.2, "m", "positive"),
        persistence=0.999,
        time_step=(0.05, "s", "positive"),
        goal_x=0.0,
        goal_y=2.5,
        weight=100.0,
        speed_weight=10.0,
        effort=0.001,
    ),
    initial=dict(
        ball_x="uniform:-2,2",
        ball_y="normal:2,0.2",
        ball_velocity_x="normal:0,0.03-0.2*ball_x",
        ball_velocity_y="normal:0,0.03-0.2*ball_y",
        pad_x="normal:0,0.5",
        pad_y="normal:0,0.05",
        pad_angle="normal:0,0.05",
    ),
    horizon=200,
    sigma=0.01,
    policy="linear",
    noise_on="action",
    tuned=dict(samples=2000, iterations=60, gamma=3000.0, radius=0.01),
)
class Tennis:
    def advance(p, x, u):
        ball_x, ball_y, v_x, v_y, pad_x, pad_y, pad_angle = x
        h = p.time_step
        angle = pad_angle + h * u.pad_rate
        sine, cosine = np.sin(angle), np.cos(angle)

        def into(a, b):
            return cosine * a + sine * b, cosine * b - sine * a

        r_x, r_y = into(ball_x + h * v_x - pad_x, ball_y + h * v_y - pad_y)
        s_x, s_y = into(v_x, v_y)

        def within(a, limit):
            return (a <= limit) & (-a <= limit)

        hit = within(r_x, p.half_length) & within(r_y, p.half_height)
        share = mollify.safe_divide(p.half_height - r_y, 1e-5 - h * s_y)
        before = mollify.where(hit, h - h * share, 0.0)
        after_x = p.persistence * s_x
        after_y = mollify.where(hit, -s_y, p.persistence * s_y)
        next_v_x = cosine * after_x - sine * after_y
        next_v_y = sine * after_x + cosine * after_y
        rest = h - before
        return [
            ball_x + before * v_x + rest * next_v_x,
            ball_y + before * v_y + rest * next_v_y,
            next_v_x,
            next_v_y,
            mollify.where(hit, pad_x, pad_x + h * u.pad_velocity_x),
            mollify.where(hit, pad_y, pad_y + h * u.pad_velocity_y),
            mollify.where(hit, pad_angle, angle),
        ]

    def stage_cost(p, x, u):
        return p.effort * (u[0] ** 2 + u[1] ** 2 + u[2] ** 2)

    def final_cost(p, x):
        distance = (x.ball_x - p.goal_x) ** 2 + (x.ball_y - p.goal_y) ** 2
        return p.weight * distance + p.speed_weight * (x.ball_velocity_x**2 + x.ball_velocity_y**2)


def hopper_final(p, x):
    height = x.foot_height + p.leg_length + x.extension
    spring = p.leg_stiffness / p.body_mass * x.extension**2
    apex = height + (x.body_velocity**2 + spring) / (p.gravity * 2.0)
    return p.weight * (apex - p.goal) ** 2


@mollify.system(
    state=["foot_height", "extension", "body_velocity", "foot_velocity"],
    control=["thrust"],
    parameters=dict(
        body_mass=(1.0, "kg", "positive"),
        foot_mass=(0.1, "kg", "positive"),
        gravity=(9.81, "m/s2", "positive"),
        leg_stiffness=(500.0, "N/m", "positive"),
        leg_damping=1.0,
        leg_length=(0.5, "m", "positive"),
        force_limit=(20.0, "N", "positive"),
        ground_stiffness=2e4,
        ground_dissipation=1.0,
        ground_damping=30.0,
        time_step=(0.001, "s", "positive"),
        goal=0.8,
        weight=1.0,
        effort=1e-4,
    ),
    initial=dict(foot_height="uniform:0.05,0.25"),
    horizon=250,
    policy="perceptron=16",
    noise_on="action",
    tuned=dict(samples=200, iterations=60, radius=0.3),
)
class Hopper:
    def advance(p, x, u):
        foot, extension, v_body, v_foot = x
        leg = p.force_limit * np.tanh(u.thrust) - p.leg_stiffness * extension - p.leg_damping * (v_body - v_foot)
        spring = p.ground_stiffness * mollify.maximum(0.0, -foot)
        ground = spring * mollify.maximum(-(p.ground_dissipation * v_foot) + 1.0, 0.0)
        h = p.time_step
        v_body = v_body + h * (leg / p.body_mass - p.gravity)
        v_foot = v_foot + h * ((ground - leg) / p.foot_mass - p.gravity)
        return [foot + h * v_foot, extension + h * (v_body - v_foot), v_body, v_foot]

    def stage_cost(p, x, u):
        return hopper_final(p, x) + p.effort * u.thrust**2

    def final_cost(p, x):
        return hopper_final(p, x)


ALL = dict(pushing=Pushing, friction=Friction, tennis=Tennis, hopper=Hopper)
