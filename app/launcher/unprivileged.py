"""Which user the embedded servers run as, and where their files can be.

PostgreSQL refuses to run as root. As root we drop to a user that already exists; no user is added
and no permission of any folder but our own is touched.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_CANDIDATES = ("nobody", "daemon", "www-data")


@dataclass(frozen=True, slots=True)
class User:
    """An existing user that a child process becomes."""

    uid: int
    gid: int

    def popen(self) -> dict[str, object]:
        """Arguments that make subprocess start a child as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can(self, test: str, path: Path) -> bool:
        """Really tries, as this user: `-r`, `-w`, `-x` or `-d` of test(1)."""
        done = subprocess.run(
            ["/usr/bin/test", test, str(path)], check=False, cwd="/", **self.popen()
        )  # type: ignore[call-overload]
        return bool(done.returncode == 0)


def servers_user() -> User | None:
    """None when we aren't root and the servers run as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return User(entry.pw_uid, entry.pw_gid)
    raise RuntimeError("running as root, and no unprivileged user exists to run PostgreSQL as")


def servers_home(data_dir: Path, binaries: list[Path], user: User | None) -> Path:
    """The folder the servers keep their data in, reachable by `user`.

    DATA_DIR itself where possible; else `/var/tmp/nexustop-<digest of DATA_DIR>`, 0700, owned by
    `user`, with DATA_DIR/postgres and DATA_DIR/valkey linking into it.
    """
    if user is None:
        return data_dir
    if user.can("-x", data_dir) and all(user.can("-x", binary) for binary in binaries):
        return data_dir
    home = Path("/var/tmp") / f"nexustop-{digest_of(data_dir)}"  # noqa: S108 - survives a reboot, and is checked below
    home.mkdir(mode=0o700, exist_ok=True)
    found = home.lstat()
    if home.is_symlink() or found.st_uid not in {0, user.uid}:
        raise RuntimeError(f"{home} belongs to somebody else")
    os.chown(home, user.uid, user.gid)
    home.chmod(0o700)
    return home


def digest_of(folder: Path) -> str:
    """A short name for a folder, the same each time."""
    return hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]


def own_folder(path: Path, user: User | None) -> Path:
    """Make a folder of the servers' own: 0700, owned by the user they run as."""
    path.mkdir(mode=0o700, exist_ok=True)
    if user is not None and path.stat().st_uid != user.uid:
        os.chown(path, user.uid, user.gid)
    return path


def set_aside(data: Path) -> None:
    """DATA_DIR was emptied, and the keys of this database with it: begin a new one. The last one
    set aside is kept, as `<name>.left`."""
    if data.exists():
        left = data.with_name(f"{data.name}.left")
        shutil.rmtree(left, ignore_errors=True)
        data.rename(left)


def copy_for(user: User, source: Path, target: Path) -> Path:
    """A copy of a folder that `user` may read and run; made once per version of the source."""
    stamp = target / ".copied"
    mark = str(source.stat().st_mtime_ns)
    if not (stamp.is_file() and stamp.read_text() == mark):
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target, symlinks=True)
        for folder, _, files in os.walk(target):
            os.chown(folder, user.uid, user.gid)
            for name in files:
                os.chown(Path(folder) / name, user.uid, user.gid, follow_symlinks=False)
        stamp.write_text(mark)
    return target
