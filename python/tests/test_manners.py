"""Signals, callbacks, threads and processes. Each waits with a limit, so that what hangs is a failure."""

import multiprocessing
import os
import pickle
import signal
import threading
import time

import mollify
import pytest

#: A debug build on a busy machine; a release build on a quiet one takes less than a tenth of it.
SOON = 5.0


@pytest.mark.parametrize("engine", ["cpu", "reference"])
@pytest.mark.parametrize("task", ["pushing", "lqr", "planar-hand"])
def test_ctrl_c_stops_a_long_estimate(task, engine):
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    started = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        mollify.gradient(task, samples=10**8, engine=engine)
    assert time.perf_counter() - started < 0.3 + SOON
    assert mollify.gradient("heaviside", samples=10, engine=engine).complete


def test_ctrl_c_keeps_the_best_theta():
    kept = []

    def on_third(iteration):
        kept.append(iteration.cost)
        if len(kept) == 3:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt) as stopped:
        mollify.optimize("pushing", samples=50, iterations=10_000, engine="cpu", callback=on_third)
    assert isinstance(stopped.value, mollify.Interrupted)
    result = stopped.value.result
    assert result.stopped == "interrupted" and len(result.iterations) >= 3
    assert result.theta.shape == (400,) and result.final.cost < kept[0]


def test_a_callback_sees_each_iteration_and_may_stop():
    seen = []
    found = mollify.optimize(
        "friction", samples=20, iterations=9, engine="cpu",
        callback=lambda i: seen.append(i.to_dict()) or i.iteration == 3,
    )  # fmt: skip
    assert found.stopped == "interrupted" and seen == found.to_dict()["iterations"] and len(seen) == 4


def test_an_exception_of_a_callback_comes_through_with_its_traceback():
    def fails(iteration):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine") as raised:
        mollify.optimize("friction", samples=20, engine="cpu", callback=fails)
    assert "fails" in [entry.name for entry in raised.traceback]


def test_a_callback_may_estimate_on_another_engine_only():
    kept = mollify.Engine("cpu", threads=1)
    with pytest.raises(RuntimeError, match="take another Engine inside of it"):
        mollify.optimize("friction", engine=kept, callback=lambda i: mollify.gradient("heaviside", engine=kept))
    inside = []
    mollify.optimize(
        "friction", samples=20, iterations=2, engine=kept,
        callback=lambda i: inside.append(mollify.gradient("heaviside", samples=5, engine="cpu")),
    )  # fmt: skip
    assert len(inside) == 2 and inside[0] == inside[1] or inside[0].gradient.tolist() == inside[1].gradient.tolist()


def estimates(engine, found, place):
    found[place] = [float(mollify.gradient("pushing", samples=500, seed=s, engine=engine).value) for s in range(4)]


@pytest.mark.parametrize("shared", [True, False])
def test_threads_share_an_engine_or_have_their_own(shared):
    kept, found = mollify.Engine("cpu"), {}
    threads = [
        threading.Thread(target=estimates, args=(kept if shared else mollify.Engine("cpu"), found, i), daemon=True)
        for i in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 4 and all(found[i] == found[0] for i in found)


def test_the_interpreter_is_free_meanwhile():
    counted, stop = [0], threading.Event()

    def count():
        while not stop.is_set():
            counted[0] += 1
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    before, started = counted[0], time.perf_counter()
    mollify.gradient("pushing", samples=20_000, engine="cpu")
    took, ran = time.perf_counter() - started, counted[0] - before
    stop.set()
    thread.join()
    assert ran > 20 * took


def in_a_child(engine, queue):
    queue.put(float(mollify.gradient("pushing", samples=300, engine=engine).value))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_engine_survives_fork():
    kept = mollify.Engine("cpu")
    expected = float(mollify.gradient("pushing", samples=300, engine=kept).value)
    context = multiprocessing.get_context("fork")
    for engine in (kept, "reference"):
        queue = context.Queue()
        child = context.Process(target=in_a_child, args=(engine, queue))
        child.start()
        assert queue.get(timeout=60) == pytest.approx(expected, rel=1e-5)
        child.join(60)
        assert child.exitcode == 0
    assert float(mollify.gradient("pushing", samples=300, engine=kept).value) == expected


def test_a_run_that_fails_has_fields():
    task = mollify.task("pushing", damping=2.0)
    with pytest.raises(mollify.Error, match="not finite") as failed:
        mollify.gradient(task, samples=100, engine="cpu")
    error = failed.value
    assert error.task == "pushing" and error.time is not None and not isinstance(error, ValueError)
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) and again.time == error.time


def test_a_call_of_one_sample_is_quick():
    task, kept = mollify.task("heaviside"), mollify.Engine("cpu")
    times = []
    for _ in range(200):
        started = time.perf_counter()
        mollify.gradient(task, samples=1, engine=kept)
        times.append(time.perf_counter() - started)
    # 0.15 ms in a debug build on a quiet machine.
    assert min(times) < 2e-3


def test_ctrl_c_keeps_what_plan_control_and_landscape_have() -> None:
    def stop_at(count):
        seen = []
        return lambda _: seen.append(0) or (len(seen) == count and os.kill(os.getpid(), signal.SIGINT)) and None

    with pytest.raises(mollify.Interrupted, match=".result.commands") as stopped:
        mollify.plan("planar-hand", callback=stop_at(2), iterations=1000)
    assert stopped.value.result.stopped == "interrupted" and stopped.value.result.iterations >= 2
    with pytest.raises(mollify.Interrupted, match=".result.states") as stopped:
        mollify.control("pushing", steps=100_000, rollouts=100, callback=stop_at(3), engine="cpu")
    assert stopped.value.result.ended == "interrupted" and len(stopped.value.result.plans["step"]) >= 3
    threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    with pytest.raises(mollify.Interrupted, match=".result.columns") as stopped:
        mollify.landscape("pushing", points=100_000, samples=100, engine="cpu")
    found = stopped.value.result
    assert not found.complete and 0 < found.points < 100_000
    assert found.columns["value_mean"].shape == (found.points,)
