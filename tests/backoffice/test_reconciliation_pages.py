"""Reconciliation's pages: a provider's file is looked through at once, compared by a job, once."""

import io

import pytest
from werkzeug.test import TestResponse

from app.services.import_statement import LARGEST_FILE
from app.services.reconcile_daily import ask_due_statements, reconcile_run
from tests.backoffice.site import Site

PATH = "/backoffice/reconciliation"
HEADER = "Transaction ID,Reference,Amount,Fees,Currency,Status,Paid at\n"
ROW = "p1,ref-p1,500.00,10,NGN,success,2026-03-01T11:00:00.000Z\n"
DAY = "2026-03-01"


@pytest.fixture(autouse=True)
def empty(site: Site) -> None:
    with site.world.db.statement() as tx:
        for table in ("statement_lines", "statement_files", "reconciliations", "breaks", "outbox"):
            tx.run(f"delete from {table}")


def import_(
    site: Site, content: str | bytes, day: str = DAY, provider: str = "paystack", **more: str
) -> TestResponse:
    data = content.encode() if isinstance(content, str) else content
    answer: TestResponse = site.now.client.post(
        f"{PATH}/import",
        data={
            "csrf_token": site.now.csrf(), "provider": provider, "day": day,
            "file": (io.BytesIO(data), "export.csv"), **more,
        },
    )  # fmt: skip
    return answer


def work(site: Site) -> None:
    """The job that a worker does for each run that was asked for."""
    for (run_id,) in site.world.all("delete from outbox where topic = 'reconcile'"
                                    " returning subject_id"):  # fmt: skip
        reconcile_run(site.desk.reconcile, int(run_id))


def runs(site: Site) -> int:
    return int(site.world.one("select count(*) from reconciliations"))


def test_a_file_is_compared_by_a_job_and_what_differs_is_a_break(site: Site) -> None:
    site.sign_in("finance_maker")
    answer = import_(site, HEADER + ROW)
    assert answer.status_code == 303
    assert "being read" in site.get(answer.location).text
    work(site)
    page = site.get(answer.location).text
    assert "Missing here" in page
    assert "500.00" in page
    assert site.world.one("select count(*) from statement_files") == 0
    breaks = site.get(f"{PATH}/breaks", query_string={"state": "open", "day": DAY}).text
    number = site.world.one("select id from breaks")
    assert f'href="/backoffice/breaks/{number}"' in breaks
    assert "missing here" in breaks
    assert site.get(f"/backoffice/breaks/{number}").status_code == 200
    listed = site.get(PATH).text
    assert f'href="{answer.location}"' in listed
    [(actor, subject, detail)] = site.audited("statement.import")[-1:]
    assert (subject, detail["lines"], detail["known"]) == (f"paystack {DAY}", "1", "no")
    assert actor == site.someone("finance_maker").name


def test_a_statement_twice_counts_once(site: Site) -> None:
    site.sign_in("finance_maker")
    for _ in range(2):
        import_(site, HEADER + ROW)
    assert runs(site) == 1
    work(site)
    again = import_(site, HEADER + ROW)
    assert "counts once" in site.get(again.location).text
    assert site.world.all("select 1 from outbox where topic = 'reconcile'") == []
    assert runs(site) == 1
    assert site.world.one("select count(*) from statement_lines") == 1
    assert site.world.one("select count(*) from breaks") == 1


def test_a_file_whose_job_was_lost_is_asked_for_again_and_read_once(site: Site) -> None:
    site.sign_in("finance_maker")
    import_(site, HEADER + ROW)
    run_id = site.world.one("delete from outbox where topic = 'reconcile' returning subject_id")
    assert ask_due_statements(site.desk.reconcile) == 0, "it may still be on its way"
    site.world.clock.advance(hours=1)
    assert ask_due_statements(site.desk.reconcile) == 1
    work(site)
    assert reconcile_run(site.desk.reconcile, run_id) is None, "a job that came late"
    assert site.world.one("select state from reconciliations") == "read"


@pytest.mark.parametrize(
    ("content", "more", "said"),
    [
        (HEADER + ROW.replace("500.00", "lots"), {}, "line 2: &#39;lots&#39; is no amount"),
        (HEADER + ROW.replace("success", "<script>"), {}, "&lt;script&gt;"),
        ("Reference,Amount\nx,1\n", {}, "no column"),
        ("", {}, "the file is empty"),
        (b"\xff\xfe\x00", {}, "not UTF-8"),
        (HEADER + ROW, {"day": "2026-02-01"}, "choose their day"),
        (HEADER + ROW, {"day": "2099-01-01"}, "isn&#39;t over and settled"),
        (HEADER + ROW, {"day": ""}, "Choose a day"),
        (HEADER + ROW, {"provider": "nobody"}, "Not a valid choice"),
    ],
)
def test_a_bad_file_is_refused_in_words_and_nothing_is_kept(
    site: Site, content: str | bytes, more: dict[str, str], said: str
) -> None:
    site.sign_in("finance_maker")
    answer = import_(site, content, **more)
    assert answer.status_code == 400
    assert said in answer.text
    assert (runs(site), site.world.all("select 1 from statement_files")) == (0, [])


def test_a_file_that_is_too_large_is_refused_and_no_other_page_takes_as_much(site: Site) -> None:
    site.sign_in("finance_maker")
    form = "multipart/form-data; boundary=x"
    for path, size in ((f"{PATH}/import", LARGEST_FILE + (1 << 17)),
                       ("/backoffice/exports", 1 << 17)):  # fmt: skip
        answer = site.now.client.post(path, data=b"x" * size, content_type=form)
        assert answer.status_code == 413
    assert runs(site) == 0


def test_only_whoever_ends_breaks_imports(site: Site) -> None:
    for role in ("auditor", "finance_checker"):
        site.sign_in(role)
        assert import_(site, HEADER + ROW).status_code == 403
        assert "Import a file" not in site.get(PATH).text
    site.sign_in("support")
    assert site.get(PATH).status_code == 403
    site.sign_in("finance_maker")
    assert import_(site, HEADER + ROW, csrf_token="forged").status_code == 400
    assert site.get(f"{PATH}/987654321").status_code == 404
    assert site.get(f"{PATH}/{'9' * 30}").status_code == 404
