"""What goes wrong while something runs. What was told wrong is a ``ValueError`` or a ``TypeError``."""

from __future__ import annotations

from typing import Any


class Error(RuntimeError):
    """A run that failed. Fields that do not apply are None.

    task: name of the task
    sample, time: the first sample that was not finite, and the step at which it no longer was
    count, samples: how many of how many samples were not finite
    seed: of the noise
    result: what :func:`mollify.optimize` had found when its workers or its device were lost
    """

    task: str | None
    sample: int | None
    time: int | None
    count: int | None
    samples: int | None
    seed: int | None
    result: Any

    def __init__(
        self,
        message: str,
        *,
        task: str | None = None,
        sample: int | None = None,
        time: int | None = None,
        count: int | None = None,
        samples: int | None = None,
        seed: int | None = None,
        result: Any = None,
    ) -> None:
        super().__init__(message)
        self.task = task
        self.sample = sample
        self.time = time
        self.count = count
        self.samples = samples
        self.seed = seed
        self.result = result

    def __reduce__(self) -> Any:
        return _again, (str(self), dict(self.__dict__))


def _again(message: str, fields: dict[str, Any]) -> Error:
    return Error(message, **fields)


def _unless_stopped(result: Any, stop: BaseException | None, best: str = "theta") -> Any:
    """What was found; raises what stopped it, Ctrl-C with what was found until then."""
    if stop is None:
        return result
    if isinstance(stop, KeyboardInterrupt):
        raise Interrupted(result, best) from stop
    raise stop


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during what keeps its best: ``result`` is what :func:`mollify.optimize` and others would have returned."""

    result: Any

    def __init__(self, result: Any, best: str = "theta") -> None:
        super().__init__(f"stopped; the best {best} until then is .result.{best} of this exception")
        self.result = result
