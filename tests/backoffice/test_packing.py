"""Pages go out compressed, but never where another site had them asked for."""

import gzip

import pytest

from tests.backoffice.site import Site

OURS = {"Sec-Fetch-Site": "same-origin", "Accept-Encoding": "gzip, br"}


def asked(site: Site, path: str = "/backoffice/", **headers: str) -> tuple[str | None, bytes]:
    """How it is encoded, and what came."""
    answer = site.get(
        path, headers={**OURS, **{k.replace("_", "-"): v for k, v in headers.items()}}
    )
    return answer.headers.get("Content-Encoding"), answer.data


def test_a_page_asked_for_by_a_page_of_ours_comes_compressed_and_is_the_same(site: Site) -> None:
    site.sign_in("auditor")
    kind, body = asked(site, "/backoffice/roles")
    _, plain = asked(site, "/backoffice/roles", Accept_Encoding="identity")
    assert kind == "gzip"
    assert gzip.decompress(body)[:200] == plain[:200]
    assert len(body) < len(plain) / 4


@pytest.mark.parametrize("site_says", ["cross-site", "same-site"])
def test_what_another_site_leads_to_isnt_compressed(site: Site, site_says: str) -> None:
    site.sign_in("auditor")
    kind, body = asked(site, "/backoffice/search?q=guess", Sec_Fetch_Site=site_says)
    assert kind is None
    assert b"guess" in body


def test_a_browser_that_doesnt_say_where_from_must_name_a_page_of_ours(site: Site) -> None:
    site.sign_in("auditor")
    page = {"Accept-Encoding": "gzip"}
    here = "http://localhost/backoffice/orders"
    assert "Content-Encoding" not in site.get("/backoffice/roles", headers=page).headers
    from_here = site.get("/backoffice/roles", headers={**page, "Referer": here})
    assert from_here.headers["Content-Encoding"] == "gzip"
    theirs = {**page, "Referer": "http://localhost.evil.example/backoffice/orders"}
    assert "Content-Encoding" not in site.get("/backoffice/roles", headers=theirs).headers


def test_a_list_as_a_file_streams_as_it_is(site: Site) -> None:
    site.sign_in("auditor")
    kind, body = asked(site, "/backoffice/orders?format=csv")
    assert kind is None
    assert b"Reference" in body


def test_what_somebody_signed_in_mistypes_is_no_page_but_keeps_the_menu(site: Site) -> None:
    site.sign_in("support")
    page = site.get("/backoffice/oders")
    assert page.status_code == 404
    assert "Sign out" in page.text
    assert "Sign out" not in site.browser().get("/backoffice/oders").text
