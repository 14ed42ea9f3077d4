"""Rules about files that a linter doesn't know."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOP_LEVEL = {
    "app", "menus", "providers", "workers", "migrations", "tests", "docs", "deploy", "Dockerfile",
    "README.md", "CHANGELOG.md", "LICENSE", "Makefile", "pyproject.toml", ".ci", ".gitignore",
    ".dockerignore", ".importlinter", ".pre-commit-config.yaml",
}  # fmt: skip
LONGEST = 400


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def test_the_top_level_holds_what_the_layout_names() -> None:
    found = {path.relative_to(ROOT).parts[0] for path in _tracked()}
    assert found <= TOP_LEVEL


def test_no_source_file_is_longer_than_four_hundred_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in _tracked()
        if path.suffix in {".py", ".js", ".css", ".html"} and "vendor" not in path.parts
        and (lines := len(path.read_text().splitlines())) > LONGEST
    }  # fmt: skip
    assert long == {}


def test_no_requirements_file_names_an_index() -> None:
    for path in (ROOT / "deploy").glob("requirements*"):
        text = path.read_text()
        assert "index-url" not in text
        assert "find-links" not in text
        assert not re.search(r"https?://", text)


def test_every_pinned_requirement_has_hashes() -> None:
    for path in (ROOT / "deploy").glob("requirements*.txt"):
        for block in re.split(r"\n(?=[a-z0-9])", path.read_text()):
            if re.match(r"[a-z0-9]", block):
                assert "--hash=sha256:" in block, block.splitlines()[0]
