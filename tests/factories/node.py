"""The page's own modules, run outside a browser."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

STATIC = Path(__file__).resolve().parents[2] / "app" / "web" / "simulator" / "static"

needs_node = pytest.mark.skipif(
    shutil.which("node") is None, reason="there is no node here (Debian: apt-get install nodejs)"
)


def node(module: str) -> Any:
    """What a JavaScript module prints, which is JSON."""
    done = subprocess.run(
        ["node", "--no-warnings", "--input-type=module", "-e", module],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
