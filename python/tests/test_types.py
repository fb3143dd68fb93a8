"""The types: the stub of the compiled part is what that has, and the modules beside it agree with each other."""

import subprocess
import sys

import pytest

pytest.importorskip("mypy", reason="mypy is not installed")


def _run(*arguments):
    done = subprocess.run([sys.executable, "-m", *arguments], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_stub_is_the_compiled_part() -> None:
    _run("mypy.stubtest", "mollify._mollify")


def test_the_modules_agree() -> None:
    _run("mypy", "--ignore-missing-imports", "--no-error-summary", "-p", "mollify")
