"""The table of pages that a browser goes through is complete."""

from pathlib import Path

from app.web import backoffice
from tests.backoffice.site import Site
from tests.browser.places import NO_PAGES, NOT_SEEN_ALONE, PLACES, endpoint_of

TEMPLATES = Path(backoffice.__file__).parent / "templates"


def test_every_view_that_shows_a_page_has_a_place(site: Site) -> None:
    views = {
        rule.endpoint for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ())
    }
    assert {endpoint_of(place, site.app.url_map) for place in PLACES} | set(NO_PAGES) == views


def test_every_template_of_a_page_has_a_place() -> None:
    pages = {
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.html")
        if "{% extends" in path.read_text()
    }
    assert {place.template for place in PLACES} == pages - NOT_SEEN_ALONE
