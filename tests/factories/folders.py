"""Where the tests' servers keep their data."""

import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ROOM = 3 * 2**30


def servers_folder(name: str) -> Path:
    """A new folder, readable by the user that the servers run as. In memory where there is room:
    a database is a thousand files, and a disk's file system takes half a second to make them."""
    room = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    folder = Path(tempfile.mkdtemp(prefix=f"nexustop-{name}-", dir=_MEMORY if room else None))
    folder.chmod(0o755)
    return folder


def remove_servers_folder(folder: Path) -> None:
    """The folder, and what of it had to lie elsewhere."""
    shutil.rmtree((folder / "postgres").resolve().parent, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
