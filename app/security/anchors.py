"""Anchors in a file, or one file each in a folder that is synchronised to somewhere else.

Each chain has files of its own: `seal` names the ledger's in a folder, `audit` the audit log's.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from app.domain.anchors import Anchor, NotAnAnchor

Kept = Anchor | str
"""An anchor, or a sentence about a line that is none."""


def keep(place: Path, anchor: Anchor, chain: str = "seal") -> bool:
    """Add it to the file, or as `<chain>-<number>.anchor` to the folder; False when it is there.

    It is on the disk when this returns. Raises OSError when it can't be written.
    """
    name = f"{chain}-{anchor.seal:012d}.anchor"
    target = place / name if place.is_dir() else place
    known = target.read_text() if target.exists() else ""
    if str(anchor) in known.splitlines():
        return False
    with target.open("a") as file:
        file.write("" if not known or known.endswith("\n") else "\n")
        file.write(f"{anchor}\n")
        file.flush()
        os.fsync(file.fileno())
    return True


def read(place: Path, chain: str = "seal") -> Iterator[Kept]:
    """Every anchor of the chain kept there; for a line that is none, a sentence that says where.

    Raises OSError when there is nothing that can be read.
    """
    files = sorted(place.glob(f"{chain}-*.anchor")) if place.is_dir() else [place]
    for file in files:
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
            if line.strip():
                try:
                    yield Anchor.parse(line)
                except NotAnAnchor:
                    yield f"{file.name}, line {number}: not an anchor"
