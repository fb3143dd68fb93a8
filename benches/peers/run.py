#!/usr/bin/env python3
"""Mollify beside its peers on this machine: who gives the same gradient, and how much faster is who.

    python3 benches/peers/run.py --setup             once: a virtual environment with the peers this machine can run
    python3 benches/peers/run.py                     every peer, task and engine
    python3 benches/peers/run.py --peers jax --tasks pushing,tennis --engines cpu

For each peer and task: the peer's value, both gradients and both variances are compared with those of Mollify (and
nothing is timed if they disagree); then the peer and Mollify take turns, ABAB, each with several batches of new noise,
start-up and compiling excluded on both sides. The ratio is that of the two medians of one turn; the table shows the
median of the ratios, the least and the largest. Needs Python 3.9 and nothing else; see README.md.
"""
import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# Enough samples that neither side waits for its own overhead.
SAMPLES = {"pushing": 16384, "tennis": 16384, "ball-wall": 1048576, "lqr-20": 16384}
PEERS = {"jax": list(SAMPLES), "torch": ["pushing"], "cuda": ["pushing"]}
# In standard errors of the difference: 5 is exceeded by chance in one of 4000 tables of 400 numbers.
STANDARD_ERRORS = 5.0
# Where both sides draw the same noise only f32 is between them.
SAME_NOISE_STANDARD_ERRORS, SAME_NOISE_VARIANCE = 0.02, 1e-3
# The function that is timed against the samples that are checked, relative.
TIMED_FUNCTION = 2e-3


def say(text):
    print(text, flush=True)


def output(*command):
    """Standard output, or none where the command is not there or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def has_nvidia():
    return bool(output("nvidia-smi", "-L"))


def nvcc(venv):
    """The compiler of the system, or the one from PyPI in the virtual environment."""
    places = [*Path("/usr/local").glob("cuda*/bin/nvcc"), *venv.glob("lib/python*/site-packages/nvidia/cu*/bin/nvcc")]
    return shutil.which("nvcc") or next((str(p) for p in places), None)


def setup(venv):
    """The virtual environment and the CUDA peer, as far as this machine can run them."""
    python = venv / "bin" / "python"
    steps = [] if python.exists() else [[sys.executable, "-m", "venv", str(venv)]]
    jax = "jax[cuda13]" if has_nvidia() else "jax[cpu]"
    steps.append([str(python), "-m", "pip", "install", "--quiet", "numpy", jax, "torch"])
    if has_nvidia() and not nvcc(venv):
        steps.append([str(python), "-m", "pip", "install", "--quiet", "nvidia-cuda-nvcc"])
    for step in steps:
        follow(step)
    if not has_nvidia():
        return say("no CUDA peer: it needs an NVIDIA GPU")
    compiler = nvcc(venv) or sys.exit("there is no nvcc, not even from PyPI")
    libraries = Path(compiler).resolve().parent.parent / "lib"
    program = ["-o", str(venv / "pushing_cuda"), str(HERE / "pushing.cu"), "-L", str(libraries)]
    follow([compiler, "-O3", "-std=c++17", "-arch=native", *program])


def follow(step):
    say("+ " + " ".join(step))
    if subprocess.run(step).returncode != 0:
        sys.exit(f"'{' '.join(step)}' failed")


class Peer:
    """One that runs, ready to be asked."""

    def __init__(self, name, task, samples, venv):
        python = [str(venv / "bin" / "python"), "-B"]
        script = {"jax": "jax_peers.py", "torch": "torch_pushing.py"}
        program = [str(venv / "pushing_cuda")] if name == "cuda" else [*python, str(HERE / script[name]), task]
        command = [*program, "--samples", str(samples)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.about = self.read()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"'{' '.join(self.process.args)}' ended with status {self.process.wait()}")
        return json.loads(line)

    def ask(self, what):
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return self.read()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def available(name, venv):
    if name == "cuda":
        return (venv / "pushing_cuda").exists() and has_nvidia()
    return output(str(venv / "bin" / "python"), "-c", f"import {name}") is not None


def mollify(binary, *arguments):
    environment = {"XDG_RUNTIME_DIR": "/tmp", **os.environ}
    done = subprocess.run([binary, *arguments, "--json"], capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"status {done.returncode}")
    return json.loads(done.stdout)


def disagreements(theirs, ours, same_noise):
    """All that differs by more than it may, in words."""
    allowed = SAME_NOISE_STANDARD_ERRORS if same_noise else STANDARD_ERRORS
    found = []

    def compare(what, a, a_error, b, b_error):
        error = b_error if same_noise else (a_error**2 + b_error**2) ** 0.5
        if not abs(a - b) <= allowed * error + 1e-6 * abs(b):
            found.append(f"{what}: {a:.6g}, here {b:.6g}, with a standard error of {error:.2g}")

    value = ours["value"]
    compare("value", theirs["value"]["mean"][0], theirs["value"]["std_error"][0], value["mean"], value["std_error"])
    for order in ("first_order", "zeroth_order"):
        a, b = theirs[order], ours[order]
        if len(a["mean"]) != len(b["gradient"]):
            found.append(f"{order}: {len(a['mean'])} values, here {len(b['gradient'])}")
            continue
        for i, row in enumerate(zip(a["mean"], a["std_error"], b["gradient"], b["std_error"])):
            compare(f"{order}[{i}]", *row)
        if same_noise:
            error = SAME_NOISE_VARIANCE * b["variance"] / allowed
        else:
            error = a["variance_std_error"]
        # Both are estimates with about that error.
        compare(f"variance of {order}", a["variance"], error, b["variance"], error)
    for what, off in theirs.get("timed_function_off_by", {}).items():
        if not off <= TIMED_FUNCTION:
            found.append(f"{what} of the timed function is off by {off:.2g}")
    return found


def turns(peer, arguments, task, engine, samples):
    """Seconds of both, turn by turn."""
    pairs = []
    for _ in range(arguments.pairs):
        theirs = statistics.median(peer.ask("run")["seconds"] for _ in range(arguments.batches))
        ours = mollify(
            arguments.mollify, "bench", task, "--engine", engine, "--samples", str(samples), "--repeats",
            str(arguments.batches), "--seconds", "1000", "--no-stages", "--break-even", "0",
        )
        pairs.append((theirs, ours["rows"][0]["seconds"]["median"]))
    return pairs


def measure(name, task, engines, arguments):
    """Lines of the table, and whether all agreed."""
    samples, checked = arguments.samples or SAMPLES[task], 0
    peer = Peer(name, task, samples, arguments.venv)
    say(f"{peer.about['peer']} on {peer.about['device']}: {task}, K = {samples}, compiled in {peer.about['compile_seconds']:.1f} s")
    theirs, same_noise, lines, agreed = peer.ask("check"), peer.about.get("same_noise", False), [], True
    for engine in engines:
        seed = "0" if same_noise else "1"
        try:
            ours = mollify(
                arguments.mollify, "gradient", task, "--samples", str(samples), "--engine", engine, "--rule", "shared",
                "--seed", seed, "--quiet",
            )
        except RuntimeError as error:
            say(f"  {engine}: {error}")
            agreed = agreed and engine == "gpu"
            continue
        wrong = disagreements(theirs, ours, same_noise)
        if wrong:
            agreed = False
            say(f"  {engine}: NOT TIMED, because the results disagree in {len(wrong)} places, such as {wrong[0]}")
            continue
        checked += 1
        say(f"  {engine}: value, {len(ours['gradient'])}-dimensional gradients and variances agree")
        if arguments.check_only:
            continue
        horizon = ours["horizon"]
        pairs = turns(peer, arguments, task, engine, samples)
        ratios = sorted(theirs / ours for theirs, ours in pairs)
        rate = lambda i: samples * horizon / statistics.median(pair[i] for pair in pairs) / 1e6
        lines.append({
            "peer": peer.about["peer"], "peer_device": peer.about["device"], "task": task, "samples": samples,
            "engine": engine, "adapter": ours["adapter"], "peer_rate": rate(0), "rate": rate(1),
            "ratio": statistics.median(ratios), "least": ratios[0], "largest": ratios[-1], "pairs": len(ratios),
        })
    peer.close()
    return lines, agreed and checked > 0


def machine():
    name = platform.processor() or platform.machine()
    try:
        text = Path("/proc/cpuinfo").read_text()
        name = next(line.split(":")[1].strip() for line in text.splitlines() if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    gpus = output("nvidia-smi", "-L") or "no NVIDIA GPU"
    return f"{name}, {os.cpu_count()} threads, load {load:.1f}, {platform.system()}, {gpus}"


def chosen(text, known, what):
    names = text.split(",") if text else list(known)
    for name in names:
        if name not in known:
            sys.exit(f"there is no {what} '{name}'; there are {', '.join(known)}")
    return names


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--setup", action="store_true", help="make the virtual environment, compile the CUDA peer, and stop")
    a.add_argument("--venv", type=Path, default=HERE / "venv", help="where it is [default: benches/peers/venv]")
    a.add_argument("--mollify", default=str(ROOT / "target" / "release" / "mollify"), help="the binary")
    a.add_argument("--peers", help="after commas [default: all that this machine can run]")
    a.add_argument("--tasks", help="after commas [default: all]")
    a.add_argument("--engines", default="cpu,gpu", help="after commas [default: cpu,gpu]")
    a.add_argument("--samples", type=int, help="K [default: 16384, for ball-wall 1048576]")
    a.add_argument("--pairs", type=int, default=7, help="turns [default: 7]")
    a.add_argument("--batches", type=int, default=3, help="batches of each turn, of which the median counts [default: 3]")
    a.add_argument("--check-only", action="store_true", help="compare the results and time nothing")
    a.add_argument("--json", type=Path, help="write the table there as well")
    arguments = a.parse_args()
    if arguments.setup:
        return setup(arguments.venv)
    names = chosen(arguments.peers, PEERS, "peer")
    tasks = chosen(arguments.tasks, SAMPLES, "task")
    engines = chosen(arguments.engines, ["cpu", "gpu", "reference"], "engine")
    if not Path(arguments.mollify).exists():
        sys.exit(f"there is no '{arguments.mollify}'; run `cargo build --release` first")
    version = output(arguments.mollify, "--version")
    here = machine()
    say(f"{version}; {here}")
    lines, verdicts = [], []
    for name in names:
        if not available(name, arguments.venv):
            say(f"{name}: not here; see README.md" + ("" if name == "cuda" else ", or run with --setup"))
            continue
        for task in tasks:
            if task in PEERS[name]:
                found, agreed = measure(name, task, engines, arguments)
                lines += found
                verdicts.append(agreed)
    status = 0 if verdicts and all(verdicts) else 1
    if arguments.check_only:
        return status
    say(f"\n{'peer':<20}{'task':<11}{'K':>8}  {'engine':<10}{'peer':>9}{'mollify':>9}   times as fast as the peer")
    for line in lines:
        spread = f"{line['ratio']:.2f} ({line['least']:.2f} to {line['largest']:.2f})"
        say(
            f"{line['peer']:<20}{line['task']:<11}{line['samples']:>8}  {line['engine']:<10}"
            f"{line['peer_rate']:>9.4g}{line['rate']:>9.4g}   {spread}"
        )
    say("\nMillion sample-steps per second in medians; ratios: median of the turns (least to largest).")
    if arguments.json:
        document = {"machine": here, "version": version, "rows": lines}
        arguments.json.write_text(json.dumps(document, indent=2) + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
