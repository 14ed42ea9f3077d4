"""Pages go out compressed: on a slow line that is most of the wait.

A compressed answer's length tells whether what a stranger had put into it is in it a second time
(the BREACH attack). That takes many requests made in somebody's session by another site, so what
isn't known to have been asked for by a page of ours, or by the person, goes out as it is. Why:
docs/decisions/0042.
"""

import gzip
from urllib.parse import urlsplit

from flask import Request, Response

_LEAST = 1_000
"""Bytes that fit into a packet are no quicker compressed."""
_LEVEL = 6
_PACKED = frozenset({"text/html", "image/svg+xml"})
_OURS = frozenset({"same-origin", "none"})


def pack(request: Request, answer: Response) -> None:
    """Compress a page, where its browser takes that and nobody else can have had it asked for."""
    if answer.mimetype not in _PACKED or answer.is_streamed or "Content-Encoding" in answer.headers:
        return
    answer.vary.add("Accept-Encoding")
    body = answer.get_data()
    if (
        len(body) < _LEAST
        or not request.accept_encodings.quality("gzip")
        or not _asked_here(request)
    ):
        return
    answer.set_data(gzip.compress(body, _LEVEL, mtime=0))
    answer.headers["Content-Encoding"] = "gzip"


def _asked_here(request: Request) -> bool:
    """By a link or a form of ours, or typed. Browsers say so in a header no site can set; older
    ones at least name the page, and to other sites' pages we never appear as their own."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in _OURS
    return urlsplit(request.headers.get("Referer", "")).netloc == request.host
