"""Sizes and times read from the names of plans, or not at all."""

import pytest

from providers.plan_words import days, size_mb


@pytest.mark.parametrize(
    ("name", "size", "time"),
    [
        ("MTN 1.8GB - 30 days", 1843, 30),
        ("MTN 200 MB DATA BUNDLE", 200, None),
        ("N100 100MB - 24 hrs", 100, 1),
        ("1TB yearly plan, 1 year", 1024 * 1024, 365),
        ("Airtel 6GB weekly", 6144, 7),
        ("GLO 15gb 1-month", 15360, 30),
        ("1GB 36 hours", 1024, 2),
        ("2 weeks 1GB", 1024, 14),
        ("1GB + 500MB 7 days", None, 7),
        ("1GB Night Plan 1 day", None, 1),
        ("2GB YouTube 7 days", None, 7),
        ("1GB 7 days (1 day extra)", 1024, None),
        ("0GB 0 days", None, None),
        ("Unlimited monthly", None, 30),
        ("\u0661GB \u0667 days", None, None),
        ("", None, None),
    ],
)  # fmt: skip
def test_only_what_is_plain_is_read(name: str, size: int | None, time: int | None) -> None:
    assert (size_mb(name), days(name)) == (size, time)
