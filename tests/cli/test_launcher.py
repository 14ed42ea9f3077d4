"""Where the embedded servers' data is when DATA_DIR can't hold it."""

import os
import shutil
from pathlib import Path

import pytest

from app.launcher.servers import prepare


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's private folders need a home elsewhere")
def test_an_emptied_data_folder_begins_a_new_database_and_keeps_the_last(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    data = private / "var"
    prepare(data)
    home = (data / "postgres").resolve().parent
    try:
        first = (home / "postgres" / "PG_VERSION").stat().st_ino
        prepare(data)
        assert (home / "postgres" / "PG_VERSION").stat().st_ino == first
        shutil.rmtree(data)
        prepare(data)
        assert (home / "postgres" / "PG_VERSION").stat().st_ino != first
        assert (home / "postgres.left" / "PG_VERSION").stat().st_ino == first
    finally:
        shutil.rmtree(home)
