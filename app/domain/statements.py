"""What reconciliation needs to know of a provider, as data."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEAR_MIDNIGHT = timedelta(hours=2)
"""So near the end of a day, a provider may have counted a movement into the neighbouring one."""

SETTLED_AFTER = timedelta(hours=3)
"""So long after its midnight, a provider's day doesn't change any more."""


@dataclass(frozen=True, slots=True)
class Books:
    """`zone`: where the provider's day ends; `sales`: it sells to us (our vend attempts are the
    other side), else it takes payments for us (our top-ups are)."""

    zone: str
    sales: bool

    def window(self, day: date) -> tuple[datetime, datetime]:
        """When the day begins and ends, widened by NEAR_MIDNIGHT; in UTC."""
        zone = ZoneInfo(self.zone)
        begins, ends = (
            datetime.combine(one, time(), zone).astimezone(UTC)
            for one in (day, day + timedelta(days=1))
        )
        return begins - NEAR_MIDNIGHT, ends + NEAR_MIDNIGHT

    def newest_settled(self, now: datetime) -> date:
        """The last day that is over and settled."""
        return (now.astimezone(ZoneInfo(self.zone)) - SETTLED_AFTER).date() - timedelta(days=1)


BOOKS = {
    "paystack": Books("Africa/Lagos", sales=False),
    "flutterwave": Books("Africa/Lagos", sales=False),
    "mpesa": Books("Africa/Nairobi", sales=False),
    "momo": Books("UTC", sales=False),
    "dingconnect": Books("UTC", sales=True),
    "vtpass": Books("Africa/Lagos", sales=True),
    "reloadly": Books("UTC", sales=True),
    "africastalking": Books("Africa/Nairobi", sales=True),
}
"""Provider -> its books. Where a vendor doesn't say in which zone it counts, its head office's."""
