"""The list of personal data is complete: a column nobody has thought about fails here."""

from pathlib import Path

from app.db.engine import Database
from app.domain.impersonal_data import IMPERSONAL
from app.domain.personal_data import HELD, Erasure
from app.domain.personal_data_table import held_table

_CAN_HOLD = """
select c.table_name || '.' || c.column_name
from information_schema.columns c
join information_schema.tables t using (table_schema, table_name)
where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
  and (c.data_type in ('text', 'character varying', 'bytea', 'json', 'jsonb', 'xml', 'ARRAY',
                       'inet', 'cidr')
       or c.data_type = 'character' and c.character_maximum_length > 6)
"""


def _listed() -> list[str]:
    held = [f"{one.table}.{column}" for one in HELD for column in one.columns]
    return held + [name for names in IMPERSONAL.values() for name in names]


def test_every_column_that_can_hold_personal_data_is_listed_once(db: Database) -> None:
    with db.statement() as tx:
        there = {str(name) for (name,) in tx.all(_CAN_HOLD)}
    listed = _listed()
    assert there - set(listed) == set(), "add to app/domain/personal_data.py or impersonal_data.py"
    assert set(listed) - there == set(), "these are gone"
    assert sorted(listed) == sorted(set(listed))


def test_a_new_column_would_be_missed(owner: Database) -> None:
    with owner.transaction() as tx:
        tx.run("alter table orders add column shoe_size text")
        there = {str(name) for (name,) in tx.all(_CAN_HOLD)}
        tx.run("alter table orders drop column shoe_size")
    assert there - set(_listed()) == {"orders.shoe_size"}


def test_rows_are_deleted_by_every_line_of_their_table_or_by_none() -> None:
    """A row that one line keeps can't be deleted by another; what is kept says why."""
    for table in {one.table for one in HELD}:
        ends = {one.erasure for one in HELD if one.table == table}
        assert ends == {Erasure.DELETE} or Erasure.DELETE not in ends, table
    assert all(one.kept for one in HELD)


def test_the_page_in_docs_has_the_list_as_it_is() -> None:
    page = Path("docs/data-protection.md").read_text()
    assert held_table() in page, "put the output of `nexustop retention table` there"
