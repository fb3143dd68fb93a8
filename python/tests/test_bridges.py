"""Layers for other libraries; what is not installed is skipped."""

import importlib
import os

import mollify
import numpy as np
import pytest
import systems


def installed(name):
    """The module, or a skip that says why; a failure where MOLLIFY_REQUIRE_BRIDGES is 1."""
    if os.environ.get("MOLLIFY_REQUIRE_BRIDGES") == "1":
        return importlib.import_module(name)
    return pytest.importorskip(name, reason=f"{name} is not installed")


def test_jax_under_jit_vmap_and_grad():
    jax = installed("jax")
    import jax.numpy as jnp
    from mollify.jax import layer

    smoothed = layer("quadratic", samples=300, engine="cpu")
    start = mollify.task("quadratic").start() + 0.3
    expected = mollify.gradient("quadratic", np.float32(start), samples=300, engine="cpu")
    value, slope = jax.jit(jax.value_and_grad(smoothed))(jnp.asarray(start))
    np.testing.assert_allclose(value, float(expected.value), rtol=1e-6)
    np.testing.assert_allclose(slope, expected.gradient, rtol=1e-5)
    many = jax.vmap(jax.grad(lambda x: 2.0 * smoothed(x)))(jnp.stack([start, start]))
    np.testing.assert_allclose(many, np.stack([2 * expected.gradient] * 2), rtol=1e-5)
    seeds = jax.vmap(smoothed, in_axes=(None, 0))(jnp.asarray(start), jnp.arange(3))
    assert len(set(np.asarray(seeds).tolist())) == 3


def test_a_system_against_the_gradient_of_jax():
    jax = installed("jax")
    import jax.numpy as jnp

    def equations(library, maximum, p, x, u):
        position, speed, angle, rate = x
        wall = p["stiffness"] * (maximum(position - 0.4, 0.0) - maximum(-0.4 - position, 0.0))
        sine, cosine = library.sin(angle), library.cos(angle)
        acceleration = (u[0] - wall + 0.1 * rate**2 * sine - 0.98 * sine * cosine) / (1.1 - 0.1 * cosine**2)
        h = 0.02
        speed, rate = speed + h * acceleration, rate + h * (9.8 * sine - acceleration * cosine)
        return [position + h * speed, speed, angle + h * rate, rate]

    def cost(p, x, u):
        return x[0] ** 2 + 3.0 * x[2] ** 2 + 0.1 * x[3] ** 2 + 0.01 * u[0] ** 2

    names = ["position", "speed", "angle", "rate"]
    system = mollify.system(
        name="cart-pole-between-walls", state=names, control=["force"], parameters=dict(stiffness=200.0), horizon=60,
        initial=[0.0, 1.5, 0.2, 0.0], sigma=0.05,
        advance=lambda p, x, u: equations(np, mollify.maximum, p, x, u), stage_cost=cost,
    )  # fmt: skip
    theta = 0.5 * np.sin(np.arange(60.0))
    with jax.enable_x64(True):

        def rolled(noisy):
            x, total = [jnp.asarray(v) for v in (0.0, 1.5, 0.2, 0.0)], 0.0
            for t in range(60):
                total += cost(None, x, noisy[t : t + 1])
                x = equations(jnp, jnp.maximum, dict(stiffness=200.0), x, noisy[t : t + 1])
            return total

        derivative = jax.jit(jax.grad(rolled))
        for engine, bound in (("reference", 1e-10), ("cpu", 1e-5)):
            samples = mollify.rollout(system, theta, samples=5, engine=engine)
            expected = np.stack([derivative(jnp.asarray(theta + w)) for w in samples.noise])
            error = np.abs(samples.first_order - expected).max() / np.abs(expected).max()
            assert error < bound, engine


def test_torch_layer():
    torch = installed("torch")
    from mollify.torch import layer

    smoothed = layer("quadratic", samples=50, engine="reference", rule="first")
    theta = torch.tensor(mollify.task("quadratic").start(), dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(smoothed, (theta,), eps=1e-4, rtol=1e-4)
    network = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
    name, weights = mollify.policy(network)
    task = mollify.task("hopper", policy=name)
    samples = mollify.rollout(task, weights, samples=2, engine="reference")
    first = network(torch.tensor(samples.states[0, 0], dtype=torch.float32)).item()
    assert samples.controls[0, 0, 0] - samples.noise[0, 0] == pytest.approx(first, rel=1e-5)


def test_a_list_of_weights_is_a_policy():
    random = np.random.default_rng(0)
    layers = [(random.normal(size=(5, 4)), random.normal(size=5)), (random.normal(size=(1, 5)), random.normal(size=1))]
    name, weights = mollify.policy(layers)
    task = mollify.task("hopper", policy=name, horizon=10)
    samples = mollify.rollout(task, weights, samples=3, engine="reference")
    inside = np.tanh(samples.states[:, :-1] @ layers[0][0].T + layers[0][1])
    expected = inside @ layers[1][0].T + layers[1][1]
    np.testing.assert_allclose(samples.controls[:, :, 0] - samples.noise, expected[:, :, 0], rtol=1e-9)
    with pytest.raises(ValueError, match="layer 1 has weights"):
        mollify.policy([layers[0], layers[0]])


def test_scipy_descends_under_common_random_numbers():
    optimize = installed("scipy.optimize")
    objective = mollify.objective("pushing", samples=100, engine="cpu")
    start = mollify.task("pushing").start()
    found = optimize.minimize(objective, start, jac=True, method="L-BFGS-B", options=dict(maxiter=30))
    assert objective(start)[0] > 2000 > 1140 > found.fun


def arm(casadi):
    """One step of two links that a wall stops, with the torque of the first joint."""
    x, u = casadi.SX.sym("x", 4), casadi.SX.sym("u")
    q1, q2, w1, w2 = casadi.vertsplit(x)
    c, s = casadi.cos(q2), casadi.sin(q2)
    mass = casadi.vertcat(casadi.horzcat(2.0 + c, 0.6 + 0.5 * c), casadi.horzcat(0.6 + 0.5 * c, 0.6))
    reach = casadi.sin(q1) + casadi.sin(q1 + q2)
    push = casadi.if_else(reach > 1.2, 300.0 * (reach - 1.2), 0.0)
    lever = casadi.vertcat(casadi.cos(q1) + casadi.cos(q1 + q2), casadi.cos(q1 + q2))
    bias = casadi.vertcat(-s * w2 * (w1 + 0.5 * w2), 0.5 * s * w1**2)
    acceleration = casadi.solve(mass, casadi.vertcat(u, 0.0) - bias - push * lever)
    w = casadi.vertcat(w1, w2) + 0.01 * acceleration
    return casadi.Function("arm", [x, u], [casadi.vertcat(q1 + 0.01 * w[0], q2 + 0.01 * w[1], w)])


def test_an_arm_from_casadi_has_its_gradient():
    casadi = installed("casadi")
    step = arm(casadi)
    recorded = mollify.from_casadi(step)
    system = mollify.system(
        name="arm", state=["q1", "q2", "w1", "w2"], control=["torque"], horizon=80, initial=[0.3, 0.4, 1.0, 0.0],
        advance=lambda p, x, u: recorded(x, u),
        stage_cost=lambda p, x, u: (x.q1 - 1.0) ** 2 + 0.1 * x.w2**2 + 0.01 * u.torque**2,
    )  # fmt: skip
    theta = casadi.MX.sym("theta", 80)
    x, cost = casadi.DM([0.3, 0.4, 1.0, 0.0]), 0.0
    for t in range(80):
        cost += (x[0] - 1.0) ** 2 + 0.1 * x[3] ** 2 + 0.01 * theta[t] ** 2
        x = step(x, theta[t])
    gradient = casadi.Function("gradient", [theta], [casadi.gradient(cost, theta)])
    at = 3.0 + np.cos(0.1 * np.arange(80.0))
    samples = mollify.rollout(system, at, samples=4, engine="reference")
    q1, q2 = samples.states[:, :, 0], samples.states[:, :, 1]
    touches = np.sin(q1) + np.sin(q1 + q2) > 1.2
    assert touches.any(axis=1).all() and not touches.all()
    for noise, found in zip(samples.noise, samples.first_order):
        expected = np.asarray(gradient(at + noise)).ravel()
        assert np.abs(found - expected).max() / np.abs(expected).max() < 1e-6


def test_casadi_functions_of_matrices_and_calls_on_plain_floats():
    casadi = installed("casadi")
    x = casadi.MX.sym("x", 2, 2)
    inner = casadi.Function("inner", [x], [casadi.mtimes(x, x)])
    outer = casadi.Function("outer", [x], [inner(x).T + 1.0, casadi.norm_fro(x)])
    value = np.array([[1.0, 2.0], [3.0, 4.0]])
    product, length = mollify.from_casadi(outer)(value)
    np.testing.assert_allclose(product, np.asarray(outer(value)[0]).ravel(order="F"))
    assert length[0] == pytest.approx(np.linalg.norm(value))
    rounded = casadi.SX.sym("y")
    with pytest.raises(ValueError, match="OP_FLOOR"):
        mollify.from_casadi(casadi.Function("rounds", [rounded], [casadi.floor(rounded)]))
    with pytest.raises(ValueError, match="takes 1 arguments, but got 2"):
        mollify.from_casadi(inner)(value, value)
    with pytest.raises(ValueError, match="must be a casadi.Function"):
        mollify.from_casadi(3)


def test_a_pickled_system_needs_no_functions():
    import pickle

    again = pickle.loads(pickle.dumps(systems.Pushing))
    with pytest.raises(ValueError, match="came without its Python functions"):
        again.check()
