"""The commands: gradient, optimize, rollout, landscape, verify, devices."""

from __future__ import annotations

from typing import Any, Callable, Mapping

import numpy as np

from . import _mollify
from ._distributed import finished
from ._engine import Engine, _engine, _local
from ._errors import Error, _unless_stopped
from ._results import Arrays, Descent, Devices, Gradient, Record, Result, Verification, _frozen
from ._task import Task, _count, _real, _theta
from ._task import task as _make_task


def _task(task: Any) -> Task:
    return task if isinstance(task, Task) else _make_task(task)


def _text(name: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} is {value!r}, but must be a name in quotes")
    return value


def _seed(seed: Any) -> int:
    whole = isinstance(seed, (int, np.integer)) and not isinstance(seed, bool)
    if not whole or not 0 <= seed < 2**64:
        raise ValueError(f"seed is {seed!r}, but must be a whole number from 0 to {2**64 - 1}")
    return int(seed)


def _iteration(iteration: Any) -> int:
    iteration = _count("iteration", iteration)
    if iteration >= 2**32:
        raise ValueError(f"iteration is {iteration}, but must be a whole number from 0 to {2**32 - 1}")
    return iteration


def _optional_real(name: str, value: Any) -> float | None:
    return None if value is None else _real(name, value)


def _optional_count(name: str, value: Any, most: int = 2**64 - 1) -> int | None:
    if value is None:
        return None
    value = _count(name, value)
    if value > most:
        raise ValueError(f"{name} is {value}, but must be a whole number from 0 to {most}")
    return value


def _settings(
    samples: Any, seed: Any, rule: Any, baseline: Any, gamma: Any, failure_probability: Any, bound: Any,
    nonfinite: Any, directions: Any, zeroth: Any,
) -> dict[str, Any]:
    return {
        "samples": _optional_count("samples", samples),
        "seed": _seed(seed),
        "rule": _text("rule", rule),
        "baseline": _text("baseline", baseline),
        "gamma": _optional_real("gamma", gamma),
        "failure_probability": _optional_real("failure_probability", failure_probability),
        "bound": _optional_real("bound", bound),
        "nonfinite": _text("nonfinite", nonfinite),
        "directions": _text("directions", directions),
        "zeroth": _text("zeroth", zeroth),
    }


def gradient(
    task: Any,
    theta: Any = None,
    *,
    samples: int | None = None,
    seed: int = 0,
    engine: Engine | str = "auto",
    rule: str | None = None,
    baseline: str | None = None,
    gamma: float | None = None,
    failure_probability: float | None = None,
    bound: float | None = None,
    nonfinite: str | None = None,
    directions: str | None = None,
    zeroth: str | None = None,
    iteration: int = 0,
) -> Gradient:
    """Estimates the gradient of the smoothed objective at theta, in both orders and mixed, as ``mollify gradient``.

    task: a Task, or what :func:`mollify.task` takes
    theta: d numbers, flat or of shape (H, M); None for the start of the task
    samples: number K of noisy rollouts, 1000 unless told
    seed: of the noise; the same seed gives the same samples on every engine
    engine: 'auto', 'gpu', 'cpu', 'reference', or an Engine, which is kept between calls
    rule: how alpha is chosen; baseline: what is subtracted from the cost in the zeroth order
    gamma, failure_probability, bound: of the rule 'aobg'
    nonfinite: 'error' or 'drop', for samples that are not finite
    directions, zeroth: directions of the noise, and formula of the zeroth order
    iteration: take the noise of this iteration of a descent

    >>> float(gradient('heaviside', samples=1000).alpha)
    0.0
    """
    task = _task(task)
    settings = _settings(
        samples, seed, rule, baseline, gamma, failure_probability, bound, nonfinite, directions, zeroth
    )
    at = _theta(task, theta)
    text, _, _, found = _engine(engine).gradient(task._task, at, settings, _iteration(iteration))
    result = Gradient(text)
    result._known["gradient"] = _frozen(found)
    return result


def optimize(
    task: Any,
    theta: Any = None,
    *,
    descent: str | None = None,
    iterations: int | None = None,
    callback: Callable[[Record], Any] | None = None,
    progress: bool = False,
    samples: int | None = None,
    seed: int = 0,
    engine: Engine | str = "auto",
    radius: float | None = None,
    step: float | None = None,
    temperature: float | None = None,
    elite: float | None = None,
    adapt: str | None = None,
    sigma_schedule: str | None = None,
    rollouts: int | None = None,
    seconds: float | None = None,
    rule: str | None = None,
    baseline: str | None = None,
    gamma: float | None = None,
    failure_probability: float | None = None,
    bound: float | None = None,
    nonfinite: str | None = None,
    directions: str | None = None,
    zeroth: str | None = None,
) -> Descent:
    """Minimises the smoothed objective from theta, as ``mollify optimize``.

    descent: 'trust-region', 'gradient', 'adam', 'gradient-sampling', 'mppi', 'cem' or 'cma-es'
    callback: called with each iteration as it ends (cost, value_mean, alpha, radius, ...); True from it stops
    progress: draws a bar with tqdm, if that is installed
    radius, step, temperature, elite: of the descents that have them; sigma_schedule such as 'geometric:0.01'
    adapt: how the covariance of the samples of 'mppi' and 'cem' follows them: 'none', 'full' or 'rank=4'
    iterations, rollouts, seconds: when to stop; the rest as in :func:`gradient`

    Ctrl-C raises :class:`mollify.Interrupted`, a KeyboardInterrupt whose ``result`` has the best theta until then, and a device or
    workers that go away an :class:`mollify.Error` with the same.
    """
    task = _task(task)
    settings = _settings(
        samples, seed, rule, baseline, gamma, failure_probability, bound, nonfinite, directions, zeroth
    )
    steps = {
        "descent": _text("descent", descent),
        "iterations": _optional_count("iterations", iterations, 2**32 - 1),
        "radius": _optional_real("radius", radius),
        "step": _optional_real("step", step),
        "temperature": _optional_real("temperature", temperature),
        "elite": _optional_real("elite", elite),
        "adapt": _text("adapt", adapt),
        "sigma_schedule": _text("sigma_schedule", sigma_schedule),
        "rollouts": _optional_count("rollouts", rollouts),
        "seconds": _optional_real("seconds", seconds),
    }
    compiled = _engine(engine)
    at = _theta(task, theta)
    bar = _bar(compiled, task, settings, steps) if progress else None
    try:
        text, stop = compiled.optimize(task._task, at, settings, steps, _told(callback, bar))
    finally:
        if bar is not None:
            bar.close()
    result = _unless_stopped(Descent(text), stop)
    if result.stopped == "engine-lost":
        raise Error(result.breakdown.message, task=task.name, result=result)
    return result


def _told(callback: Callable[[Record], Any] | None, bar: Any = None) -> Callable[[str], bool] | None:
    if callback is None and bar is None:
        return None
    if callback is not None and not callable(callback):
        raise ValueError(f"callback is {callback!r}, but must be a function of one argument")

    def told(text: str) -> bool:
        iteration = Result(text)
        if bar is not None:
            bar.update(1)
            bar.set_postfix(cost=f"{iteration.cost:.6g}", alpha=f"{iteration.alpha:.3g}")
        return callback is not None and callback(iteration) is True

    return told


def _bar(compiled: Any, task: Task, settings: dict[str, Any], steps: dict[str, Any]) -> Any:
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    options = Result(compiled.options(task._task, settings, steps))
    return tqdm(total=options.iterations, desc=task.name)


class Rollouts(Arrays):
    """Samples one by one; K of them, H steps, N state and M control coordinates, and d values of theta.

    states: (K, H+1, N); controls: (K, H, M), with the noise on them
    costs: (K,), f(theta, w); baselines: (K,), the same without noise
    noise: (K, d) on theta, (K, H x M) on the control; scores: (K, d), what multiplies f - b in the zeroth order
    first_order: (K, d), the derivative of the cost of each sample
    parameters: (K, P); nonfinite: (K,), the step from which on a sample is not finite, or -1
    value_at_theta: f(theta, 0)
    """

    __slots__ = ()


def rollout(
    task: Any,
    theta: Any = None,
    *,
    samples: int = 1,
    first: int = 0,
    seed: int = 0,
    engine: Engine | str = "auto",
    iteration: int = 0,
) -> Rollouts:
    """Rolls out the samples first, first + 1, ... of :func:`gradient` with that seed, one by one.

    Costs, noise and derivatives are those of the engine; states and controls are computed again in f64.
    """
    task = _task(task)
    count, start = _count("samples", samples), _count("first", first)
    at = _theta(task, theta)
    found = _engine(engine).rollout(
        task._task, at, count, start, _seed(seed), _iteration(iteration)
    )
    n, m = task._task.sizes
    shapes = {
        "states": (count, task.horizon + 1, n),
        "controls": (count, task.horizon, m),
        "noise": (count, -1),
        "scores": (count, task.dimension),
        "first_order": (count, task.dimension),
        "parameters": (count, len(task.parameters)),
    }
    for name, shape in shapes.items():
        if count == 0:
            shape = tuple(max(length, 0) for length in shape)
        found[name] = found[name].reshape(shape)
    for value in found.values():
        if isinstance(value, np.ndarray):
            _frozen(value)
    return Rollouts(found)


def costs(
    task: Any, thetas: Any, *, engine: Engine | str = "auto", seed: int = 0
) -> np.ndarray:
    """The cost without noise of every row of thetas, shape (n, d); NaN where a rollout is not finite. Shape (n,).

    Where initial state or parameters are drawn, row i has those of sample i.
    """
    task = _task(task)
    rows = [_theta(task, theta, f"thetas[{i}]") for i, theta in enumerate(np.asarray(thetas, dtype=np.float64))]
    if not rows:
        return _frozen(np.empty(0))
    return _frozen(_engine(engine).costs(task._task, np.stack(rows), _seed(seed)))


def objective(
    task: Any,
    *,
    samples: int | None = None,
    seed: int = 0,
    engine: Engine | str = "auto",
    **settings: Any,
) -> Callable[[Any], tuple[float, np.ndarray]]:
    """A function of theta that returns F and its gradient, as ``scipy.optimize.minimize(..., jac=True)`` takes it.

    All calls have the same noise (common random numbers), so that the function is deterministic.
    """
    made = _task(task)
    kept = engine if isinstance(engine, Engine) else Engine(engine)

    def value_and_gradient(theta: Any) -> tuple[float, np.ndarray]:
        """F at theta, and its gradient, shape (d,)."""
        found = gradient(made, theta, samples=samples, seed=seed, engine=kept, **settings)
        return float(found.value), np.array(found.gradient)

    return value_and_gradient


class Sweep(Record):
    """Estimates over a grid: the columns of ``mollify sweep``, in the shape of the grid with the repeats last.

    axes: values of each axis by its name; numbers where they are
    value_mean, first_order_variance, zeroth_order_variance, alpha, bias, error_mixed, ...: one array each
    alpha_reason: why alpha is what it is, or how the numbers broke down
    """

    __slots__ = ()

    def __getitem__(self, name: str) -> Any:
        return self._members[name]

    def __reduce__(self) -> Any:
        return Sweep, (self._members,)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sweep) or list(self) != list(other) or list(self["axes"]) != list(other["axes"]):
            return False
        pairs = [(self[name], other[name]) for name in self if name != "axes"]
        pairs += [(values, other["axes"][name]) for name, values in self["axes"].items()]
        return all(a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in pairs)

    def __repr__(self) -> str:
        axes = ", ".join(f"{name} ({len(values)})" for name, values in self["axes"].items())
        return f"Sweep over {axes}: {', '.join(name for name in self if name != 'axes')}, of shape {self['alpha'].shape}"

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers and lists."""
        axes = {name: values.tolist() for name, values in self["axes"].items()}
        return {"axes": axes} | {name: self[name].tolist() for name in self if name != "axes"}


def _grid(name: str, grid: Any) -> str:
    if isinstance(grid, str):
        return grid
    values = list(grid) if np.ndim(grid) else [grid]
    return ",".join(v if isinstance(v, str) else repr(_real(f"over['{name}']", v)) for v in values)


def _axis(labels: list[str]) -> np.ndarray:
    try:
        return _frozen(np.array([float(label) for label in labels]))
    except ValueError:
        return _frozen(np.array(labels))


def sweep(
    task: Any,
    over: dict[str, Any],
    theta: Any = None,
    *,
    repeats: int = 1,
    samples: int | None = None,
    seed: int = 0,
    engine: Engine | str = "auto",
    rule: str | None = None,
    baseline: str | None = None,
    gamma: float | None = None,
    failure_probability: float | None = None,
    bound: float | None = None,
    nonfinite: str | None = None,
    directions: str | None = None,
    zeroth: str | None = None,
) -> Sweep:
    """Estimates the gradient over a grid of settings, as ``mollify sweep``.

    over: values by the name of an axis: 'samples', 'sigma', 'horizon', 'gamma', 'rule', a parameter, or 'randomize:' and one;
        a list, or a text such as '10..1e4', 'log:1..100/5'
    repeats: estimates of each point, with the seeds seed, seed + 1, ...; the other keywords are those of :func:`gradient`

    >>> sweep('pushing', dict(stiffness=[10, 100, 1000]), repeats=4).first_order_variance.mean(axis=-1)
    """
    task = _task(task)
    if not isinstance(over, dict):
        raise ValueError(f"over is {over!r}, but must be a dictionary from names of axes to their values")
    settings = _settings(
        samples, seed, rule, baseline, gamma, failure_probability, bound, nonfinite, directions, zeroth
    )
    asked = {
        "theta": None if theta is None else np.asarray(theta, dtype=np.float64).reshape(-1).tolist(),
        "settings": settings,
        "over": [(name, _grid(name, grid)) for name, grid in over.items()],
        "repeats": _count("repeats", repeats),
    }
    axes, columns, reasons = _swept(engine, task, asked)
    shape = tuple(len(labels) for _, labels in axes) + (int(repeats),)
    members: dict[str, Any] = {"axes": {name: _axis(labels) for name, labels in axes}}
    members |= {name: _frozen(values.reshape(shape)) for name, values in columns.items()}
    members["alpha_reason"] = _frozen(np.array(reasons).reshape(shape))
    return Sweep(members)


def _swept(engine: Engine | str, task: Task, asked: dict[str, Any]) -> Any:
    """The rows; workers have every n-th."""
    compiled = _engine(engine)
    if not isinstance(engine, Engine) or engine._carrier is None:
        return compiled.sweep(task._task, asked, None)
    parts = min(engine._parts, compiled.sweep_rows(task._task, asked))
    run = engine._carrier.sweep(task._task.shipped(), asked, parts)
    return compiled.sweep(task._task, asked, finished(run))


class Continuity(Result):
    """Where a map jumps: what ``mollify continuity --json`` prints, and ``outputs`` and ``slopes`` at the ``grid``."""

    __slots__ = ("grid", "outputs", "slopes")
    grid: np.ndarray
    outputs: np.ndarray
    slopes: np.ndarray
    _summary = ("task", "over", "of", "range", "places", "jumps", "sum_of_jumps", "pathwise_slope", "rise")

    def __reduce__(self) -> Any:
        return _continuity, (self._text, self.grid, self.outputs, self.slopes)


def _continuity(text: str, grid: Any, values: Any, slopes: Any) -> Continuity:
    found = Continuity(text)
    found.grid, found.outputs, found.slopes = (_frozen(np.array(x, dtype=np.float64)) for x in (grid, values, slopes))
    return found


def continuity(
    task: Any,
    over: str,
    of: str,
    places: Any,
    theta: Any = None,
    *,
    time_steps: Any = (),
    tolerance: float | None = None,
) -> Continuity:
    """Where the map from start to end jumps, as ``mollify continuity``, without noise and in f64.

    over: a coordinate of the control or of the initial state, or a parameter; of: a coordinate of the last state, or 'cost'
    places: values of it, at least two; time_steps: looks at each of these, and says which jumps shrink
    tolerance: neighbours that differ by no more are left alone
    """
    task = _task(task)
    grid = np.unique(np.asarray(places, dtype=np.float64))
    if grid.ndim != 1 or len(grid) < 2 or not np.isfinite(grid).all():
        raise ValueError("places must be at least two different finite numbers")
    steps = [_real("time_steps", step) for step in time_steps]
    text, values, slopes = _mollify.continuity(
        task._task, _theta(task, theta), over, of, grid.tolist(), steps, _optional_real("tolerance", tolerance)
    )
    return _continuity(text, grid, values, slopes)


class Linearization(Result):
    """A smoothed quasi-dynamic step, next = c + A state + B command: what ``mollify linearize --json`` prints.

    barrier, first_order, zeroth_order, mixed: c (N,), a (N, N), b (N, M), those by noise with std_error
    point: state (N,) and control (M,); names: what rows and columns stand for
    kappa: weight of the barrier in 1/J, None for the exact step; length: in m
    """

    __slots__ = ()
    _summary = ("task", "engine", "kappa", "length", "samples", "sigma", "state_sigma", "noise", "seed", "point", "seconds")


def _values(what: str, values: Any, names: list[str], usual: Callable[[], list[float]]) -> list[float] | None:
    """All values in order, or some by name."""
    if values is None:
        return None
    if isinstance(values, Mapping):
        unknown = [name for name in values if name not in names]
        if unknown:
            raise ValueError(f"{what} has '{unknown[0]}', but must have some of {', '.join(names)}")
        given = dict(zip(names, usual())) | {name: _real(f"{what}['{name}']", value) for name, value in values.items()}
        return [given[name] for name in names]
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (len(names),):
        raise ValueError(f"{what} has shape {array.shape}, but must be ({len(names)},): {', '.join(names)}")
    return array.tolist()


def linearize(
    task: Any,
    state: Any = None,
    control: Any = None,
    *,
    kappa: float | None = None,
    length: float | None = None,
    barrier_under_noise: bool = False,
    sigma: float | None = None,
    state_sigma: float | None = None,
    noise: str | None = None,
    samples: int = 1000,
    pairs: bool = True,
    seed: int = 0,
    engine: Engine | str = "auto",
) -> Linearization:
    """Linearizes one quasi-dynamic step by the barrier and by noise, as ``mollify linearize``.

    state: configuration, shape (N,), or values of some coordinates by name; the rest is where the task starts
    control: commands, shape (M,), or some by name; the rest keeps the robot where it is
    kappa: weight of the barrier in 1/J, inf for the exact step; or length, in m
    sigma, state_sigma: of the noise on commands, for B, and on the configuration, for A
    noise: 'gaussian' or 'student-t'; pairs: of w and -w

    >>> linearize('planar-pushing', dict(box_y=0.5, disc_y=-0.1), dict(command_y=-0.05)).mixed.estimate.b
    """
    made = _task(task)
    size = made._task.configuration()
    if size == 0:
        raise ValueError(f"task is '{made.name}', but must be one that has a quasi-dynamic step, such as 'planar-pushing'")
    places = list(made.state)[:size]
    start = list(made._task.initial_state())[: len(places)]
    at = _values("state", state, places, lambda: start)

    def hold() -> list[float]:
        return made._task.holds(start if at is None else at)

    asked = {
        "state": at,
        "control": _values("control", control, list(made.control), hold),
        "kappa": _optional_real("kappa", kappa),
        "length": _optional_real("length", length),
        "barrier_under_noise": bool(barrier_under_noise),
        "sigma": _optional_real("sigma", sigma),
        "state_sigma": _optional_real("state_sigma", state_sigma),
        "noise": _text("noise", noise),
        "samples": _count("samples", samples),
        "pairs": bool(pairs),
        "seed": _seed(seed),
    }
    if kappa is not None and length is not None:
        raise ValueError("kappa and length are two names of one thing; give one of them")
    return Linearization(_local(engine, "linearize").linearize(made._task, asked))


def verify(
    *tasks: Any, engine: Engine | str = "cpu", samples: int = 1024, seed: int = 0
) -> Verification:
    """Compares an engine with the reference, sample by sample, as ``mollify verify``; of all built-in tasks unless told."""
    found = [_task(task)._task for task in (tasks or _mollify.tasks)]
    count = _count("samples", samples)
    if not 1 <= count < 2**32:
        raise ValueError(f"samples is {samples}, but must be a whole number from 1 to {2**32 - 1}")
    return Verification(_engine(engine).verify(found, count, _seed(seed)))


def devices() -> Devices:
    """The adapters of this machine, their limits, and which engine 'auto' takes, as ``mollify devices``."""
    return Devices(_mollify.devices())


def tasks() -> list[str]:
    """The names of the built-in tasks."""
    return list(_mollify.tasks)
