"""How `run.py` talks to a peer: one JSON line for each line that it sends.

    start-up   -> {"peer": ..., "device": ..., "compile_seconds": ...}
    "check"    -> the means, their standard errors and the variances of one batch: see `statistics`
    "run"      -> {"seconds": ...} of one more batch, with noise of its own

A peer is a function `estimate(i)` that draws batch number i and returns, as arrays of the framework that are ready to
be read, (mean of f, mean of g1, variance of g1, mean of g0, variance of g0), the latter four per coordinate; and a
function `samples(i)` that returns (f, g1, g0) of a batch, one row for each sample.
"""
import json
import sys
import time

import numpy


def spread(rows):
    """Mean, standard error, and the trace of the covariance of one sample with its own standard error."""
    rows = numpy.asarray(rows, dtype=numpy.float64).reshape(len(rows), -1)
    mean = rows.mean(0)
    distance = ((rows - mean) ** 2).sum(1)
    n = len(rows)
    return {
        "mean": mean.tolist(),
        "std_error": numpy.sqrt(rows.var(0, ddof=1) / n).tolist(),
        "variance": float(distance.sum() / (n - 1)),
        "variance_std_error": float(distance.std() / numpy.sqrt(n)),
    }


def statistics(samples, estimate):
    """The statistics of a batch from its samples, and how far the timed function is from them."""
    f, g1, g0 = (numpy.asarray(x, dtype=numpy.float64) for x in samples(0))
    found = {"value": spread(f), "first_order": spread(g1), "zeroth_order": spread(g0)}
    timed = [numpy.asarray(x, dtype=numpy.float64) for x in estimate(0)]
    n = len(f)
    traces = timed[2].sum() * n / (n - 1), timed[4].sum() * n / (n - 1)
    # The function that is timed must compute what is checked: the same batch gives the same statistics.
    norm = numpy.linalg.norm
    off = {
        "value": abs(timed[0] - f.mean()) / (abs(f.mean()) + f.std()),
        "first_order": norm(timed[1] - g1.reshape(n, -1).mean(0)) / (norm(timed[1]) + numpy.sqrt(traces[0] / n)),
        "zeroth_order": norm(timed[3] - g0.reshape(n, -1).mean(0)) / (norm(timed[3]) + numpy.sqrt(traces[1] / n)),
        "first_order_variance": abs(traces[0] / found["first_order"]["variance"] - 1),
        "zeroth_order_variance": abs(traces[1] / found["zeroth_order"]["variance"] - 1),
    }
    return found | {"timed_function_off_by": {k: float(v) for k, v in off.items()}}


def serve(peer, device, estimate, samples):
    """Compiles by running once, then answers until there is nothing more to read."""
    def say(document):
        print(json.dumps(document), flush=True)

    begin = time.perf_counter()
    estimate(0)
    say({"peer": peer, "device": device, "compile_seconds": time.perf_counter() - begin})
    number = 0
    for line in sys.stdin:
        if line.strip() == "check":
            say(statistics(samples, estimate))
        elif line.strip() == "run":
            number += 1
            begin = time.perf_counter()
            estimate(number)
            say({"seconds": time.perf_counter() - begin})
        else:
            sys.exit(f"expected check or run, not {line!r}")
