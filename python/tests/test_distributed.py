"""Engines of executors: the bits of one process, whoever computes, and what is said and kept where something goes wrong.

Longer than other files, because every executor and every way in which one fails has its case here.
"""

import multiprocessing
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import mollify
import numpy as np
import pytest
import systems
from mollify import _distributed
from test_bridges import installed


@pytest.fixture(scope="module")
def processes():
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as executor:
        yield executor


class Here(Executor):
    """Computes at once, in this process; every n-th part fails so many times before it does not."""

    def __init__(self, times: int = 0, every: int = 1) -> None:
        self.left: dict[object, int] = {}
        self.times, self.every = times, every

    def submit(self, function, /, *arguments, **keywords):
        future: Future = Future()
        part = repr(arguments[1:-1])
        number = len(self.left)
        # The first one asks what the engine is.
        failing = self.times if number > 0 and number % self.every == 0 else 0
        left = self.left.setdefault(part, failing)
        if left:
            self.left[part] = left - 1
            future.set_exception(OSError("a node went away"))
        else:
            future.set_result(function(*arguments, **keywords))
        return future


def _same(found, expected) -> None:
    assert found.value == expected.value and found.alpha == expected.alpha
    assert np.array_equal(found.gradient, expected.gradient)


#: Settings that are cut by batches, and some that go as lists of costs or samples.
SETTINGS = [
    dict(),
    dict(baseline="leave-one-out", rule="ivw"),
    dict(directions="antithetic"),
    dict(zeroth="least-squares", rule="zeroth"),
]


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("kind", ["cpu", "reference"])
def test_processes_have_the_bits_of_one(processes, kind, settings) -> None:
    engine = mollify.Engine.distributed(processes, kind=kind, parts=5)
    task = mollify.task("pushing", horizon=12, randomize=dict(stiffness="uniform:5,15"))
    settings = dict(samples=4099, seed=3) | settings
    _same(mollify.gradient(task, engine=engine, **settings), mollify.gradient(task, engine=kind, **settings))
    assert engine.report["engine"] == kind and engine.done >= 4099


def test_all_commands_that_sample(processes) -> None:
    engine = mollify.Engine.distributed(processes, kind="cpu", parts=3)
    # A system of a user's own, which travels as its file.
    task = mollify.task(systems.Pushing, horizon=10, sigma=0.2)
    found = mollify.optimize(task, rollouts=3000, engine=engine)
    expected = mollify.optimize(task, rollouts=3000, engine="cpu")
    assert np.array_equal(found.theta, expected.theta) and found.final.value_mean == expected.final.value_mean
    assert found.engine == "cpu"
    found, expected = (mollify.sweep(task, dict(stiffness=[1, 10, 100]), repeats=3, engine=e) for e in (engine, "cpu"))
    assert found == expected
    for settings in (dict(points=7), dict(points=5, direction="gradient"), dict(points=4, zeroth="least-squares", rule="zeroth")):
        lines = [mollify.landscape(task, samples=1500, engine=e, **settings) for e in (engine, "cpu")]
        assert list(lines[0].columns) == list(lines[1].columns) and len(lines[0].columns) > 5
        for name, values in lines[0].columns.items():
            assert np.array_equal(values, lines[1].columns[name], equal_nan=True), name
    rows = np.linspace(-1, 1, 7)[:, None] * np.ones(10)
    assert np.array_equal(mollify.costs(task, rows, engine=engine), mollify.costs(task, rows, engine="cpu"))
    found, expected = (mollify.rollout(task, samples=9, engine=e) for e in (engine, "cpu"))
    assert np.array_equal(found.first_order, expected.first_order)
    found, expected = (mollify.control(task, steps=3, rollouts=500, engine=e) for e in (engine, "cpu"))
    assert np.array_equal(found.controls, expected.controls)
    assert mollify.verify("ball-wall", engine=engine, samples=64).holds


def test_samples_that_are_left_out(processes) -> None:
    @mollify.system(state=dict(x="m"), control=dict(u="m"), parameters=dict(a=1.0), horizon=2)
    class Logarithm:
        """A cost that is not finite for some samples."""

        def advance(p, x, u):
            return [x.x + u.u]

        def stage_cost(p, x, u):
            return u.u**2

        def final_cost(p, x):
            return np.log(x.x + p.a)

    task = mollify.task(Logarithm, sigma=0.4)
    engine = mollify.Engine.distributed(processes, kind="cpu", parts=3)
    settings = dict(samples=4000, nonfinite="drop", baseline="leave-one-out")
    expected = mollify.gradient(task, engine="cpu", **settings)
    assert expected.nonfinite.count > 0
    _same(mollify.gradient(task, engine=engine, **settings), expected)
    with pytest.raises(mollify.Error) as told:
        mollify.gradient(mollify.task("pushing", stiffness=1e30), samples=3000, engine=engine)
    assert told.value.task == "pushing" and "failed" not in str(told.value)


def test_threads_of_one_process() -> None:
    with ThreadPoolExecutor(3) as executor:
        engine = mollify.Engine.distributed(executor, kind="cpu")
        assert "12 parts" in repr(engine)
        _same(mollify.gradient("ball-wall", samples=20000, engine=engine), mollify.gradient("ball-wall", samples=20000, engine="cpu"))


def test_a_part_may_fail_twice() -> None:
    executor = Here(times=2, every=3)
    engine = mollify.Engine.distributed(executor, kind="cpu", parts=8)
    expected = mollify.gradient("pushing", samples=20000, engine="cpu")
    _same(mollify.gradient("pushing", samples=20000, engine=engine), expected)
    assert sum(left == 0 for left in executor.left.values()) == len(executor.left) > 8
    swept = mollify.sweep("ball-wall", dict(sigma=[0.1, 0.2, 0.3]), samples=100, engine=engine)
    assert swept == mollify.sweep("ball-wall", dict(sigma=[0.1, 0.2, 0.3]), samples=100, engine="cpu")


def test_a_part_that_fails_three_times_is_named() -> None:
    engine = mollify.Engine.distributed(Here(times=3), kind="cpu", parts=8)
    with pytest.raises(mollify.Error, match=r"^part \d of 8 failed 3 times: OSError: a node went away$"):
        mollify.gradient("pushing", samples=20000, engine=engine)


def test_a_descent_that_loses_its_workers_keeps_its_best() -> None:
    executor = Here()
    engine = mollify.Engine.distributed(executor, kind="cpu", parts=8)

    def lose(iteration) -> None:
        if iteration.iteration == 3:
            executor.times = 3

    with pytest.raises(mollify.Error, match="failed 3 times") as told:
        mollify.optimize("pushing", rollouts=10**5, engine=engine, callback=lose)
    best = told.value.result
    assert best.theta.shape == (400,) and best.stopped == "engine-lost" and len(best.iterations) >= 4
    expected = mollify.optimize("pushing", rollouts=10**5, iterations=len(best.iterations), engine="cpu")
    assert [i.cost for i in best.iterations] == [i.cost for i in expected.iterations]
    again = pickle.loads(pickle.dumps(told.value))
    assert np.array_equal(again.result.theta, best.theta)
    executor.times = 0
    mollify.gradient("pushing", engine=engine)


def test_parts_that_somebody_cancels_are_told() -> None:
    class Cancelled(Here):
        def submit(self, function, /, *arguments, **keywords):
            future: Future = Future()
            future.cancel()
            return future

    engine = mollify.Engine.distributed(Cancelled(), kind="cpu")
    with pytest.raises(mollify.Error, match="part 1 of 1 failed 3 times: CancelledError: somebody cancelled it"):
        mollify.gradient("pushing", engine=engine)


def test_what_was_told_wrong_is_not_tried_again(processes) -> None:
    with pytest.raises(ValueError, match="^adapter is 'x'"):
        mollify.gradient("pushing", engine=mollify.Engine.distributed(processes, kind="cpu", adapter="x"))


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
def test_workers_that_end_are_told(error) -> None:
    class Ends(Here):
        def submit(self, function, /, *arguments, **keywords):
            future: Future = Future()
            future.set_exception(error)
            return future

    with pytest.raises(mollify.Error, match=f"failed 3 times: {type(error).__name__}"):
        mollify.gradient("pushing", engine=mollify.Engine.distributed(Ends(), kind="cpu"))


def test_an_executor_that_is_closed_is_told() -> None:
    executor = ThreadPoolExecutor(1)
    engine = mollify.Engine.distributed(executor, kind="cpu")
    executor.shutdown()
    with pytest.raises(mollify.Error, match="takes no more work, at part 1 of 1: RuntimeError"):
        mollify.gradient("pushing", engine=engine)


def test_a_worker_that_is_killed_breaks_a_pool_and_is_told() -> None:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as executor:
        engine = mollify.Engine.distributed(executor, kind="cpu", parts=4)

        def kill(iteration) -> None:
            if iteration.iteration == 1:
                os.kill(next(iter(executor._processes)), signal.SIGKILL)

        with pytest.raises(mollify.Error, match="BrokenProcessPool") as told:
            mollify.optimize("pushing", rollouts=10**6, engine=engine, callback=kill)
        assert told.value.result.theta.shape == (400,)


def test_ctrl_c_keeps_the_best_and_leaves_the_executor_usable(processes) -> None:
    engine = mollify.Engine.distributed(processes, kind="cpu", parts=16)
    stopped = []

    def stop(iteration) -> None:
        if iteration.iteration == 2:
            stopped.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(mollify.Interrupted) as told:
        mollify.optimize("pushing", rollouts=10**8, engine=engine, callback=stop)
    assert told.value.result.theta.shape == (400,)
    # Long enough ago to be in the middle of a batch, most of which has not begun.
    timer = threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        mollify.gradient("pushing", samples=3 * 10**6, engine=engine)
    waited = time.monotonic() - begun
    before = engine.done
    _same(mollify.gradient("pushing", samples=2000, engine=engine), mollify.gradient("pushing", samples=2000, engine="cpu"))
    assert before < 3 * 10**6 and waited < 60


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda executor: mollify.Engine.distributed("cluster"), "must be a concurrent.futures.Executor"),
        (lambda executor: mollify.Engine.distributed(ThreadPoolExecutor), "must be a concurrent.futures.Executor"),
        (lambda executor: mollify.Engine.distributed(executor, parts=0), "parts is 0"),
        (lambda executor: mollify.Engine.distributed(executor, parts=2.5), "parts is 2.5"),
        (lambda executor: mollify.Engine.distributed(executor, kind="tpu"), "'auto', 'gpu', 'cpu', 'reference'"),
        (
            lambda executor: mollify.plan("planar-pushing", engine=mollify.Engine.distributed(executor)),
            "of this process for plan",
        ),
        (
            lambda executor: mollify.linearize("planar-pushing", engine=mollify.Engine.distributed(executor)),
            "of this process for linearize",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(call, words) -> None:
    with pytest.raises(ValueError, match=words):
        call(Here())


def test_it_is_not_pickled() -> None:
    with pytest.raises(TypeError, match="an engine of an executor"):
        pickle.dumps(mollify.Engine.distributed(Here()))


def test_futures_of_another_kind_are_told() -> None:
    class Other(Executor):
        def submit(self, function, /, *arguments, **keywords):
            return function(*arguments, **keywords)

    with pytest.raises(ValueError, match="must give a concurrent.futures.Future"):
        mollify.gradient("pushing", engine=mollify.Engine.distributed(Other(), kind="cpu"))


def test_workers_of_another_kind_are_refused() -> None:
    class Mixed(Here):
        def submit(self, function, arguments, *rest):
            kinds = ["cpu", "reference"]
            return super().submit(function, (kinds[len(self.left) % 2], *arguments[1:]), *rest)

    with pytest.raises(mollify.Error, match="the workers differ: engine is 'cpu' for one and 'reference' for another"):
        mollify.gradient("ball-wall", samples=9000, engine=mollify.Engine.distributed(Mixed(), kind="cpu", parts=9))


# Clusters of other packages, where these are installed.


def test_dask_and_a_worker_that_is_killed() -> None:
    dask = installed("distributed")
    expected = mollify.optimize("pushing", rollouts=20000, engine="cpu")
    with dask.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, dask.Client(cluster) as client:
        engine = mollify.Engine.distributed(client.get_executor(), kind="cpu")
        assert "8 parts" in repr(engine)
        killed = []

        def kill(iteration) -> None:
            if iteration.iteration == 2 and not killed:
                killed.append(next(iter(cluster.workers.values())).pid)
                os.kill(killed[0], signal.SIGKILL)

        found = mollify.optimize("pushing", rollouts=20000, engine=engine, callback=kill)
        assert killed and np.array_equal(found.theta, expected.theta)
        _slow_worker(client, engine)


def _slow_worker(client, engine) -> None:
    """One of two workers that stands still for a while."""
    pid = client.submit(os.getpid, pure=False).result()
    os.kill(pid, signal.SIGSTOP)
    timer = threading.Timer(3.0, lambda: os.kill(pid, signal.SIGCONT))
    timer.start()
    found = mollify.gradient("pushing", samples=50000, engine=engine)
    timer.join()
    _same(found, mollify.gradient("pushing", samples=50000, engine="cpu"))


def _dask(*arguments, inside=()):
    line = [*inside, sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]]
    return subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_a_scheduler_of_dask_that_goes_away() -> None:
    dask = installed("distributed")
    scheduler = _dask("scheduler", "--host", "127.0.0.1", "--port", "18786", "--no-dashboard")
    worker = _dask("worker", "tcp://127.0.0.1:18786", "--nthreads", "1", "--no-dashboard")
    lost = []

    def kill(iteration) -> None:
        if iteration.iteration == 2:
            lost.append(time.monotonic())
            scheduler.kill()

    client = dask.Client("tcp://127.0.0.1:18786", timeout=30)
    try:
        client.wait_for_workers(1, timeout=30)
        engine = mollify.Engine.distributed(client.get_executor(), kind="cpu")
        with pytest.raises(mollify.Error, match="scheduler|takes no more work|failed 3 times") as told:
            mollify.optimize("pushing", rollouts=10**6, engine=engine, callback=kill)
        assert time.monotonic() - lost[0] < 30
        assert told.value.result.theta.shape == (400,)
    finally:
        for process in (scheduler, worker):
            process.kill()
            process.wait()


def test_loky() -> None:
    loky = installed("loky")
    engine = mollify.Engine.distributed(loky.get_reusable_executor(2), kind="cpu")
    _same(mollify.gradient("pushing", samples=9000, engine=engine), mollify.gradient("pushing", samples=9000, engine="cpu"))


MPI = """
import numpy, mollify
from mpi4py.futures import MPIPoolExecutor

if __name__ == "__main__":
    expected = mollify.optimize("pushing", rollouts=5000, engine="cpu")
    with MPIPoolExecutor(2) as executor:
        found = mollify.optimize("pushing", rollouts=5000, engine=mollify.Engine.distributed(executor, kind="cpu"))
    print(numpy.array_equal(found.theta, expected.theta))
"""


def test_mpi4py(tmp_path: Path) -> None:
    installed("mpi4py")
    if shutil.which("mpiexec") is None:
        pytest.skip("there is no mpiexec (apt-get install openmpi-bin)")
    script = tmp_path / "over_mpi.py"
    script.write_text(MPI)
    line = ["mpiexec", "--allow-run-as-root", "--oversubscribe", "-n", "3", sys.executable, "-m", "mpi4py.futures", script]
    done = subprocess.run(line, capture_output=True, text=True, timeout=120)
    assert done.stdout == "True\n", done.stderr


def _ip(*arguments) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def test_two_network_namespaces() -> None:
    """The scheduler and one worker here, the other worker in a namespace of its own behind a virtual cable."""
    dask = installed("distributed")
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces need root and ip (apt-get install iproute2)")
    started = []
    try:
        _ip("netns", "add", "mollify")
        _ip("link", "add", "mollify0", "type", "veth", "peer", "name", "mollify1")
        _ip("link", "set", "mollify1", "netns", "mollify")
        _ip("addr", "add", "10.213.7.1/30", "dev", "mollify0")
        _ip("link", "set", "mollify0", "up")
        _ip("-n", "mollify", "addr", "add", "10.213.7.2/30", "dev", "mollify1")
        _ip("-n", "mollify", "link", "set", "mollify1", "up")
        _ip("-n", "mollify", "link", "set", "lo", "up")
        here = "tcp://10.213.7.1:18787"
        started.append(_dask("scheduler", "--host", "10.213.7.1", "--port", "18787", "--no-dashboard"))
        for inside in ([], ["ip", "netns", "exec", "mollify"]):
            started.append(_dask("worker", here, "--nthreads", "1", "--no-dashboard", inside=inside))
        with dask.Client(here, timeout=30) as client:
            client.wait_for_workers(2, timeout=30)
            hosts = {worker.split("//")[1].split(":")[0] for worker in client.scheduler_info()["workers"]}
            assert hosts == {"10.213.7.1", "10.213.7.2"}
            engine = mollify.Engine.distributed(client.get_executor(), kind="cpu")
            found = mollify.optimize("pushing", rollouts=5000, engine=engine)
            assert np.array_equal(found.theta, mollify.optimize("pushing", rollouts=5000, engine="cpu").theta)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"network namespaces cannot be made here: {error.stderr.decode().strip()}")
    finally:
        for process in started:
            process.kill()
            process.wait()
        subprocess.run(["ip", "netns", "del", "mollify"], capture_output=True)
        subprocess.run(["ip", "link", "del", "mollify0"], capture_output=True)


def test_attempts_and_patience_are_as_documented() -> None:
    assert _distributed.ATTEMPTS == 3 and _distributed.PATIENCE < 30
