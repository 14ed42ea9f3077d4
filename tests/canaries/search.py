"""Everything that was written, piece by piece, and whether a canary sits in it."""

import gzip
import json
import re
import zlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import redis

from app.db.engine import Database

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?|\"timestamp\":\"[^\"]*\"")
"""Fractions of seconds are six digits, as a code is."""
_LONG_ENOUGH_FOR_BASE64 = 12


@dataclass(frozen=True)
class Written:
    """A piece of what was written, and where it is."""

    place: str
    text: str


@dataclass(frozen=True)
class Leak:
    """A canary, by its kind, and where it sits."""

    kind: str
    place: str


def leaks(canaries: Mapping[str, Iterable[str]], written: Iterable[Written]) -> set[Leak]:
    """`canaries`: kind -> values. Found as they are, in a query, in base64; digits also when they
    are grouped by blanks or hyphens."""
    wanted = [(kind, _pattern(value)) for kind, values in canaries.items() for value in values]
    found = set()
    for piece in written:
        text = _MOMENT.sub("", piece.text)
        for form in {text, unquote_plus(text)}:
            found |= {Leak(kind, piece.place) for kind, pattern in wanted if pattern.search(form)}
    return found


def _pattern(value: str) -> re.Pattern[str]:
    if value.isdigit():
        return re.compile(r"(?<![0-9A-Za-z])" + "[ -]?".join(value) + r"(?![0-9A-Za-z])")
    forms = [re.escape(value)]
    if len(value) >= _LONG_ENOUGH_FOR_BASE64:
        raw = value.encode()
        forms += [re.escape(made(raw).decode().rstrip("=")[:-1])
                  for made in (b64encode, urlsafe_b64encode)]  # fmt: skip
    return re.compile("|".join(forms))


# --- where things are written ----------------------------------------------------------------


def everything_in_postgres(db: Database) -> Iterator[Written]:
    """Every column of every table that can hold text, JSON or bytes."""
    with db.transaction() as tx:
        columns = tx.all(
            """
            select table_name, string_agg(quote_ident(column_name), ',' order by ordinal_position),
                   array_agg(column_name::text order by ordinal_position)
            from information_schema.columns join information_schema.tables using (table_name)
            where columns.table_schema = 'public' and table_type = 'BASE TABLE'
              and data_type in ('text', 'json', 'jsonb', 'bytea', 'character',
                                'character varying', 'ARRAY', 'USER-DEFINED')
            group by table_name order by table_name
            """
        )
        for table, selected, names in columns:
            for row in tx.all(f'select {selected} from "{table}"'):
                for name, value in zip(names, row, strict=True):
                    yield from _pieces(f"{table}.{name}", value)


def everything_in_redis(client: "redis.Redis") -> Iterator[Written]:
    """Every key and its value, whatever its type."""
    reads: dict[bytes, Any] = {
        b"string": client.get, b"hash": client.hgetall, b"set": client.smembers,
        b"list": lambda key: client.lrange(key, 0, -1),
        b"zset": lambda key: client.zrange(key, 0, -1),
        b"stream": client.xrange,
    }  # fmt: skip
    for key in client.scan_iter(count=1000):
        place = f"redis {key.decode('latin-1')}"
        yield Written(place, key.decode("latin-1"))
        kind = client.type(key)
        if kind in reads:
            yield from _pieces(place, reads[kind](key))


def everything_in_files(folder: Path, skip: Iterable[str] = ()) -> Iterator[Written]:
    """Every file below, unpacked where it is gzip; folders named in `skip` are left out."""
    skipped = set(skip)
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not skipped & set(file.relative_to(folder).parts):
            with suppress(OSError):
                yield from _pieces(f"file {file.relative_to(folder)}", file.read_bytes())


def every_process(mine: Iterable[int]) -> Iterator[Written]:
    """Titles and arguments, as `ps` shows them to anybody."""
    for pid in mine:
        with suppress(OSError):
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
            yield Written(f"process {pid}", raw.replace(b"\0", b" ").decode("latin-1"))


def _pieces(place: str, value: object) -> Iterator[Written]:
    if isinstance(value, str):
        yield Written(place, value)
    elif isinstance(value, bytes | memoryview):
        raw = bytes(value)
        yield Written(place, raw.decode("latin-1"))
        for unpack in (gzip.decompress, zlib.decompress):
            with suppress(OSError, EOFError, zlib.error):
                yield Written(place, unpack(raw).decode("latin-1"))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _pieces(place, key)
            yield from _pieces(place, inner)
    elif isinstance(value, list | tuple | set):
        for inner in value:
            yield from _pieces(place, inner)
    elif value is not None:
        yield Written(place, json.dumps(value, default=str))
