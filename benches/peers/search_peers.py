"""The search methods of Mollify beside independent ones: `cma` of PyPI, and MPPI and CEM in a few lines of numpy.

    pip install ./python cma
    python benches/peers/search_peers.py [--tasks ...] [--seeds 10] [--rollouts 24000]

Only the rollouts are Mollify's on both sides. Samples, iterations and sigma are those that `mollify optimize --rollouts R` takes.
F at the end is from 16384 fresh samples for both. The exit status is 1 if a mean differs by more than four standard errors of the
difference and by more than a hundredth of what was gained.
"""

import argparse
import math
import sys
import warnings

import mollify
import numpy as np

TASKS = ["cart-wall", "block-wall", "planar-pushing", "ball-grazing", "billiards"]
ELITE, FLOOR = 0.1, 0.01


def costs(task, engine, thetas):
    return np.asarray(mollify.costs(task, thetas, engine=engine))


def mppi(task, engine, rng, start, samples, iterations):
    """The theta whose samples had the least mean cost."""
    mean, best = start.copy(), (math.inf, start)
    for _ in range(iterations):
        noise = task.sigma * rng.standard_normal((samples, mean.size))
        f = costs(task, engine, mean + noise)
        if f.mean() < best[0]:
            best = f.mean(), mean.copy()
        weights = np.exp(-(f - f.min()) / max(f.std(ddof=1), 1e-300))
        mean = mean + weights @ noise / weights.sum()
    return best[1]


def cem(task, engine, rng, start, samples, iterations):
    """The mean of least cost."""
    mean, spread, best = start.copy(), np.full(start.size, task.sigma), (math.inf, start)
    count = max(round(ELITE * samples), 2)
    for _ in range(iterations):
        at = costs(task, engine, mean[None])[0]
        if at < best[0]:
            best = at, mean.copy()
        steps = spread * rng.standard_normal((samples, mean.size))
        elite = steps[np.argsort(costs(task, engine, mean + steps))[:count]]
        spread = np.maximum(np.sqrt((elite**2).mean(axis=0)), FLOOR * task.sigma)
        mean = mean + elite.mean(axis=0)
    return best[1]


def cma_es(task, engine, seed, start, samples, iterations):
    """The mean of least cost."""
    import cma

    options = dict(popsize=samples, maxiter=iterations, seed=seed + 1, verbose=-9, tolx=0, tolfun=0, tolfunhist=0, tolflatfitness=1000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search, best = cma.CMAEvolutionStrategy(start, task.sigma, options), (math.inf, start)
        while not search.stop():
            at = costs(task, engine, np.asarray(search.mean)[None])[0]
            if at < best[0]:
                best = at, np.array(search.mean)
            thetas = search.ask()
            search.tell(thetas, costs(task, engine, np.array(thetas)).tolist())
    return best[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", nargs="+", default=TASKS)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--rollouts", type=int, default=24_000)
    arguments = parser.parse_args()
    differs = False
    print(f"{'task':16} {'method':8} {'Mollify':>22} {'the other':>22} {'difference, s.e.':>17}")
    for name in arguments.tasks:
        task, engine = mollify.task(name), mollify.Engine("cpu")
        start = np.array(task.start())

        def value(theta, seed):
            return float(mollify.gradient(task, theta, samples=16_384, seed=10_000 + seed, engine=engine).value)

        before = value(start, 0)
        for method, other in (("mppi", mppi), ("cem", cem), ("cma-es", cma_es)):
            ends = [], []
            for seed in range(arguments.seeds):
                found = mollify.optimize(task, descent=method, rollouts=arguments.rollouts, seed=seed, engine=engine)
                samples = found.settings.samples
                iterations = arguments.rollouts // samples
                ends[0].append(value(found.theta, seed))
                source = seed if method == "cma-es" else np.random.default_rng(seed)
                ends[1].append(value(other(task, engine, source, start, samples, iterations), seed))
            (a, b), (sa, sb) = np.mean(ends, axis=1), np.std(ends, axis=1, ddof=1)
            z = (a - b) / max(math.hypot(sa, sb) / math.sqrt(arguments.seeds), 1e-300)
            gained = before - min(a, b)
            differs |= abs(z) > 4 and abs(a - b) > 0.01 * gained
            print(f"{name:16} {method:8} {f'{a:.6g} ± {sa:.2g}':>22} {f'{b:.6g} ± {sb:.2g}':>22} {z:17.1f}", flush=True)
    sys.exit(1 if differs else 0)


if __name__ == "__main__":
    main()
