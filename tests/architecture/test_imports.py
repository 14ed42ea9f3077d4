"""The import rules hold, and each of them catches the import it is there to refuse."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).with_name("lint-imports")

PLANTED = {
    "app/domain/money.py": ("import app.db.engine", "Layers: dependencies point down"),
    "app/domain/orders.py": ("import time", "The core is pure"),
    "menus/flows/wallet.py": ("import app.ports.vending", "Menus see the domain only"),
    "menus/texts/messages.py": ("import menus.flows.wallet", "Inside menus"),
    "app/services/enrol.py": ("import flask", "Services know no framework"),
    "app/services/hop.py": ("import app.services.vend_order", "A hop never waits for a provider"),
    "workers/queues.py": ("import flask", "Flask lives in app.web and providers.sandbox"),
    "app/sessions/nudge.py": ("import menus.texts.messages", "Adapters know ports, not use cases"),
    "workers/relay.py": ("import app.db.orders", "Workers reach data through services"),
    "menus/engine/paging.py": ("import app.domain.money", "The menu engine knows no product"),
    "app/web/doors.py": ("import sqlalchemy", "SQLAlchemy lives in app.db"),
    "app/db/orders.py": ("import redis", "RQ and Redis live in workers"),
    "providers/vending/vtpass/codes.py": ("import httpx", "One outbound HTTP client"),
    "providers/vending/vtpass/callbacks.py": (
        "import providers.vending.africastalking.codes", "Providers do not know each other"
    ),
    "app/web/health.py": ("import app.config", "Settings are read in bootstrap only"),
    "workers/threads.py": (
        "import providers.vending.vtpass.codes", "Concrete providers are named in the registry only"
    ),
}  # fmt: skip
"""A file -> the import planted in it, and the rule that must catch it."""


def _lint(folder: Path) -> str:
    done = subprocess.run(
        [str(LINT), "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planted")
    for package in ("app", "menus", "providers", "workers"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / ".importlinter", folder)
    return folder


def test_the_program_keeps_every_rule(copy: Path) -> None:
    assert "0 broken" in _lint(copy)


def test_every_planted_import_is_caught_by_its_rule(copy: Path) -> None:
    for name, (line, _) in PLANTED.items():
        file = copy / name
        file.write_text(f"{file.read_text()}\n{line}\n")
    said = _lint(copy)
    missed = [
        f"{name}: {rule}" for name, (_, rule) in PLANTED.items() if f"{rule} BROKEN" not in said
    ]
    assert missed == []
