#!/usr/bin/env python3
"""`mollify verify` over many seeds and sizes of batches: a job of its own, of hours for all of it.

    cargo build --release
    python3 scripts/verify_seeds.py --seeds 50 --samples 64 512 1024 4096 --keep docs/verification.csv > table.md
    python3 scripts/verify_seeds.py --engine gpu --seeds 5 --tasks pushing friction

Prints a table with a row for each task and size: runs, runs that do not hold, samples excused, and the largest share of what is
allowed that a cost and a first order of a sample took. With `--keep FILE.csv` each run is a line of that file as it ends, and runs
that are in it already are not made again, so that the job can be stopped and go on. Exit status 1 if a run does not hold.
"""

import argparse
import csv
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

COLUMNS = [
    "task", "engine", "samples", "seed", "holds", "verdict", "excused",
    "cost", "cost_of_allowed", "first_order", "first_order_of_allowed", "version",
]  # fmt: skip


def report(args, task, samples, seed):
    """The report of one run, which may not hold."""
    command = [args.mollify, "verify", task, "--engine", args.engine]
    command += ["--samples", str(samples), "--seed", str(seed), "--json", "--quiet"]
    run = subprocess.run(command, capture_output=True, text=True)
    if not run.stdout:
        sys.exit(f"{' '.join(command)}: {run.stderr}")
    return json.loads(run.stdout)["reports"][0]


def worst(report, check):
    """The largest deviation of a check, and the largest share of what is allowed."""
    rows = [row for row in report["rows"] if row["check"] == check]
    shares = [row["deviation"] / row["tolerance"] for row in rows if row["tolerance"] > 0]
    return max((row["deviation"] for row in rows), default=0.0), max(shares, default=0.0)


def line(args, task, samples, seed):
    found = report(args, task, samples, seed)
    if not found["holds"]:
        rows = [row["check"] for row in found["rows"] if not row["holds"]]
        note = ", ".join(rows) or found.get("advice", "")
        print(f"{task}, {samples} samples, seed {seed}: {found['verdict']}: {note}", file=sys.stderr)
    cost, first = worst(found, "cost of a sample"), worst(found, "first order of a sample")
    values = [task, args.engine, samples, seed, int(found["holds"]), found["verdict"], found["excused"]]
    values += [f"{cost[0]:.3e}", f"{cost[1]:.3f}", f"{first[0]:.3e}", f"{first[1]:.3f}", args.version]
    return dict(zip(COLUMNS, map(str, values)))


def known(path):
    """The runs of a file by task, engine, samples and seed."""
    if path is None or not path.exists():
        return {}
    with path.open(newline="") as file:
        return {(r["task"], r["engine"], r["samples"], r["seed"]): r for r in csv.DictReader(file)}


def table(rows):
    print("| task | samples | runs | do not hold | excused of samples | cost of a sample | of allowed | first order | of allowed |")
    print("|---|---|---|---|---|---|---|---|---|")
    groups = defaultdict(list)
    for row in rows:
        groups[row["task"], int(row["samples"])].append(row)
    for (task, samples), runs in groups.items():
        broken = sum(row["holds"] == "0" for row in runs)
        excused = sum(int(row["excused"]) for row in runs)
        cells = [task, samples, len(runs), broken, f"{excused} of {samples * len(runs)}"]
        for check in ["cost", "first_order"]:
            cells.append(f"{max(float(row[check]) for row in runs):.1e}")
            cells.append(f"{max(float(row[check + '_of_allowed']) for row in runs):.2f}")
        print("| " + " | ".join(map(str, cells)) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mollify", default="target/release/mollify")
    parser.add_argument("--engine", default="cpu", choices=["cpu", "gpu"])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--samples", type=int, nargs="+", default=[64, 512])
    parser.add_argument("--tasks", nargs="*", default=[], help="all, unless given")
    parser.add_argument("--keep", type=Path, help="a .csv file for each run as it ends; those in it are not run again")
    args = parser.parse_args()
    said = subprocess.run([args.mollify, "--version"], capture_output=True, text=True, check=True)
    args.version = said.stdout.split()[-1]
    if not args.tasks:
        listed = subprocess.run([args.mollify, "list", "--json"], capture_output=True, text=True, check=True)
        args.tasks = [task["name"] for task in json.loads(listed.stdout)]
    done = known(args.keep)
    for task in args.tasks:
        for samples in args.samples:
            for seed in range(args.first, args.first + args.seeds):
                if (task, args.engine, str(samples), str(seed)) in done:
                    continue
                row = line(args, task, samples, seed)
                done[task, args.engine, str(samples), str(seed)] = row
                if args.keep is not None:
                    is_new = not args.keep.exists()
                    with args.keep.open("a", newline="") as file:
                        writer = csv.DictWriter(file, COLUMNS)
                        if is_new:
                            writer.writeheader()
                        writer.writerow(row)
    rows = [row for row in done.values() if row["engine"] == args.engine]
    table(rows)
    sys.exit(any(row["holds"] == "0" for row in rows))


if __name__ == "__main__":
    main()
