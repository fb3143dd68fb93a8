"""Gradients through contact, from thousands to millions of noisy rollouts at once.

>>> import mollify
>>> task = mollify.task('pushing', stiffness=1000, horizon=200)
>>> g = mollify.gradient(task, samples=10_000)
>>> g.alpha, g.gradient.shape
"""

from ._calls import (
    Continuity,
    Linearization,
    Rollouts,
    Sweep,
    continuity,
    linearize,
    costs,
    devices,
    gradient,
    objective,
    optimize,
    rollout,
    sweep,
    tasks,
    verify,
)
from ._engine import Engine
from ._horizons import Control, Plan, Tree, control, plan
from ._errors import Error, Interrupted
from ._landscape import Landscape, landscape
from ._results import Descent, Devices, Gradient, Record, Result, Verification
from ._casadi import from_casadi
from ._check import Check
from ._policy import policy
from ._system import System, check, system
from ._task import Task, task
from ._trace import (
    clamp_symmetric,
    clip,
    detach,
    loop,
    maximum,
    minimum,
    named,
    norm,
    safe_divide,
    sqrt,
    where,
    with_derivative_of,
)

__all__ = [
    "Check",
    "Continuity",
    "Control",
    "Descent",
    "Devices",
    "Engine",
    "Error",
    "Gradient",
    "Interrupted",
    "Landscape",
    "Linearization",
    "Plan",
    "Record",
    "Result",
    "Rollouts",
    "Sweep",
    "System",
    "Task",
    "Tree",
    "Verification",
    "check",
    "clamp_symmetric",
    "clip",
    "continuity",
    "control",
    "costs",
    "detach",
    "devices",
    "from_casadi",
    "gradient",
    "landscape",
    "linearize",
    "loop",
    "maximum",
    "minimum",
    "named",
    "norm",
    "objective",
    "optimize",
    "plan",
    "policy",
    "rollout",
    "safe_divide",
    "sqrt",
    "sweep",
    "system",
    "task",
    "tasks",
    "verify",
    "where",
    "with_derivative_of",
]
