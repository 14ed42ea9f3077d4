"""An index for accounts of one currency: among a million of another one all were looked through."""

from alembic import op

revision = "0036_list_indexes"
down_revision = "0035_broadcasts"


def upgrade() -> None:
    op.execute("create index accounts_by_currency on accounts (currency, opened_at desc, id desc)")


def downgrade() -> None:
    op.execute("drop index accounts_by_currency")
