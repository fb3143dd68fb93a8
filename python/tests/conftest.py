"""What the tests share: the program of the same clone, and what is skipped without it."""

import json
import os
import signal
import subprocess
from pathlib import Path

import mollify
import pytest

ROOT = Path(__file__).parents[2]

# Whoever starts the tests in the background may have had them ignore Ctrl-C, which some of them send to themselves.
signal.signal(signal.SIGINT, signal.default_int_handler)


def _program():
    named = os.environ.get("MOLLIFY_PROGRAM")
    places = [Path(named)] if named else [ROOT / "target" / profile / "mollify" for profile in ("debug", "release")]
    return next((place for place in places if place.exists()), None)


@pytest.fixture(scope="session")
def command():
    """Runs the program with these arguments and --json; its document."""
    program = _program()
    if program is None:
        pytest.skip("the program is not built (cargo build)")

    def run(*arguments):
        done = subprocess.run([program, *arguments, "--json"], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def engines():
    """Names of the engines that this machine has."""
    return ["reference", "cpu"] + (["gpu"] if mollify.devices().to_dict()["adapters"] else [])


#: What differs from run to run, or is said in flags by the program and in names of keywords here.
APART = {"seconds", "compile_seconds", "warnings", "sentence"}


def without_times(document):
    if isinstance(document, dict):
        return {name: without_times(value) for name, value in document.items() if name not in APART}
    if isinstance(document, list):
        return [without_times(value) for value in document]
    return document
