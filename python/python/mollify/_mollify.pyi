"""The compiled part, which the modules beside it use: its objects are typed where they are wrapped."""

from typing import Any

def __getattr__(name: str) -> Any: ...
