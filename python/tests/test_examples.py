"""Each example runs to its end, where it asserts what it shows."""

import runpy
from pathlib import Path

import pytest
from test_bridges import installed

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example(path):
    if "import jax" in path.read_text():
        installed("jax")
    runpy.run_path(str(path), run_name="__main__")


def test_there_are_five():
    assert len(EXAMPLES) == 5
