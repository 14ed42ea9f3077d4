"""Style sheets, scripts and icons: read once, named by their content, kept by browsers for good.

A file's address holds the beginning of its sum, so it never changes; the tag that names it carries
the whole sum (subresource integrity). Text goes out compressed.
"""

import base64
import gzip
import hashlib
import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, abort, request, url_for
from markupsafe import Markup

from app.web.backoffice.access import asset as drawn_with

FOLDER = Path(__file__).parent / "static"
_FOR_GOOD = "public, max-age=31536000, immutable"
_NOT_SERVED = frozenset({"LICENSE", "NOTICE"})
_SPRITE = "vendor/bootstrap-icons-1.13.2/icons.svg"


@dataclass(frozen=True, slots=True)
class Asset:
    """`version` is the beginning of the sum, `integrity` the whole of it as browsers check it."""

    name: str
    kind: str
    body: bytes
    packed: bytes
    version: str
    integrity: str


class Assets:
    """Every file of a folder that is served, by its path inside it."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._assets: Mapping[str, Asset] = {one.name: one for one in _read(folder)}

    def __iter__(self) -> Iterator[Asset]:
        return iter(self._assets.values())

    def find(self, name: str) -> Asset | None:
        return self._assets.get(name)

    def url(self, name: str) -> str:
        """Its address. Raises KeyError: a template names a file that isn't there."""
        return url_for("static_files.file", version=self._assets[name].version, name=name)

    def style(self, name: str) -> Markup:
        """The tag of a style sheet."""
        return Markup('<link rel="stylesheet" href="{}" integrity="{}">').format(
            self.url(name), self._assets[name].integrity
        )

    def script(self, name: str, *, at_once: bool = False) -> Markup:
        """The tag of a script. `at_once`: before anything is drawn."""
        return Markup('<script src="{}" integrity="{}"{}></script>').format(
            self.url(name), self._assets[name].integrity, "" if at_once else Markup(" defer")
        )

    def icon(self, name: str) -> Markup:
        """An icon that says nothing by itself: words stand beside it."""
        return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>').format(
            self.url(_SPRITE), name
        )


def static_files(assets: Assets) -> Blueprint:
    """`/backoffice/static/<version>/<name>`."""
    routes = Blueprint("static_files", __name__, url_prefix="/backoffice/static")

    @routes.get("/<version>/<path:name>")
    @drawn_with
    def file(version: str, name: str) -> Response:
        asset = assets.find(name)
        if asset is None or asset.version != version:
            abort(404)
        answer = served(asset)
        answer.headers["Cache-Control"] = _FOR_GOOD
        return answer

    return routes


def served(asset: Asset) -> Response:
    """The file, compressed where that is smaller and the browser can read it."""
    packed = request.accept_encodings.quality("gzip") > 0 and len(asset.packed) < len(asset.body)
    answer = Response(asset.packed if packed else asset.body, content_type=asset.kind)
    answer.headers["Vary"] = "Accept-Encoding"
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    return answer


def _read(folder: Path) -> Iterator[Asset]:
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name in _NOT_SERVED:
            continue
        body = path.read_bytes()
        digest = hashlib.sha384(body).digest()
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        yield Asset(
            path.relative_to(folder).as_posix(), f"{kind}; charset=utf-8", body,
            gzip.compress(body, mtime=0), digest.hex()[:12],
            f"sha384-{base64.b64encode(digest).decode()}",
        )  # fmt: skip
