#!/usr/bin/env python3
"""`mollify verify` over many seeds and sizes of batches: a job of its own, of hours for all of it.

    cargo build --release
    python3 scripts/verify_seeds.py --seeds 50 --samples 64 512 1024 4096 > table.md
    python3 scripts/verify_seeds.py --engine gpu --seeds 5 --tasks pushing friction

Prints a table with a row for each task: runs, runs that do not hold, samples excused, and the largest share of what is allowed
that a cost and a first order of a sample took. Exit status 1 if a run does not hold.
"""

import argparse
import json
import subprocess
import sys
from collections import defaultdict


def reports(args, samples, seed):
    """The reports of one run, which may not hold."""
    command = [args.mollify, "verify", *args.tasks, "--engine", args.engine]
    command += ["--samples", str(samples), "--seed", str(seed), "--json", "--quiet"]
    run = subprocess.run(command, capture_output=True, text=True)
    if not run.stdout:
        sys.exit(f"{' '.join(command)}: {run.stderr}")
    return json.loads(run.stdout)["reports"]


def share(report, check):
    """What a row has of what is allowed."""
    rows = [row for row in report["rows"] if row["check"] == check and row["tolerance"] > 0]
    return max((row["deviation"] / row["tolerance"] for row in rows), default=0.0)


def deviation(report, check):
    return max(row["deviation"] for row in report["rows"] if row["check"] == check)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mollify", default="target/release/mollify")
    parser.add_argument("--engine", default="cpu", choices=["cpu", "gpu"])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--samples", type=int, nargs="+", default=[64, 512])
    parser.add_argument("--tasks", nargs="*", default=[])
    args = parser.parse_args()
    found = defaultdict(list)
    for samples in args.samples:
        for seed in range(args.first, args.first + args.seeds):
            for report in reports(args, samples, seed):
                name = report["task"]
                found[name].append(report)
                if not report["holds"]:
                    rows = [row["check"] for row in report["rows"] if not row["holds"]]
                    note = ", ".join(rows) or report.get("advice", "")
                    print(f"{name}, {samples} samples, seed {seed}: {report['verdict']}: {note}", file=sys.stderr)
    print("| task | runs | do not hold | excused of samples | cost of a sample | of allowed | first order | of allowed |")
    print("|---|---|---|---|---|---|---|---|")
    for name, all_of_task in found.items():
        broken = sum(not report["holds"] for report in all_of_task)
        excused = sum(report["excused"] for report in all_of_task)
        samples = sum(report["samples"] for report in all_of_task)
        cells = [name, len(all_of_task), broken, f"{excused} of {samples}"]
        for check in ["cost of a sample", "first order of a sample"]:
            cells.append(f"{max(deviation(report, check) for report in all_of_task):.1e}")
            cells.append(f"{max(share(report, check) for report in all_of_task):.2f}")
        print("| " + " | ".join(map(str, cells)) + " |")
    sys.exit(any(not report["holds"] for reports in found.values() for report in reports))


if __name__ == "__main__":
    main()
