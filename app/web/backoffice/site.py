"""Every page of the back-office: one line each."""

from collections.abc import Callable

from flask import Blueprint

from app.web.backoffice.desk import Desk

PAGES: tuple[Callable[[Desk], Blueprint], ...] = ()


def backoffice(desk: Desk) -> list[Blueprint]:
    """The blueprints of all pages, each behind the guard."""
    return [pages(desk) for pages in PAGES]
