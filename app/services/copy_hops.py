"""Copy hops from the stream to PostgreSQL, for the funnel and the timeline."""

from collections.abc import Sequence

from app.db import timeline
from app.db.engine import Database
from app.sessions.hop_stream import HopRow


def copy_hops(db: Database, rows: Sequence[HopRow]) -> None:
    """Keep a batch that was taken out of the stream."""
    with db.transaction() as tx:
        timeline.add_hops(tx, rows)
