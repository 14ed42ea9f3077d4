"""A PIN attempt whose process died may be verified by one copy of its hop."""

from alembic import op

revision = "0004_pin_take_over"
down_revision = "0003_orders"


def upgrade() -> None:
    op.execute("alter table pin_attempts add column taken_over boolean not null default false")


def downgrade() -> None:
    op.execute("alter table pin_attempts drop column taken_over")
