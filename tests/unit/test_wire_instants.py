"""Times on the wire: RFC 3339 with an offset, read as aware UTC and written in milliseconds."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_core.wire import Node, WireError, to_rfc3339


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21T01:45:38.960Z", datetime(2026, 11, 21, 1, 45, 38, 960000, tzinfo=UTC)),
        ("2026-11-21T09:45:38+08:00", datetime(2026, 11, 21, 1, 45, 38, tzinfo=UTC)),
        ("2026-11-20T22:15:38-03:30", datetime(2026, 11, 21, 1, 45, 38, tzinfo=UTC)),
    ],
)
def test_an_instant_is_aware_utc(text: str, expected: datetime) -> None:
    instant = Node(text).instant()
    assert instant == expected
    assert instant.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-21T01:45:38",
        "2026-11-21",
        "yesterday",
        "",
        1795225538,
        None,
        "2026-13-21T01:45:38Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-11-21T01:45:38Z" + " " * 64,
    ],
)
def test_what_is_no_instant_is_refused(value: object) -> None:
    with pytest.raises(WireError, match=r"^\$\.as_of must be"):
        Node(value, "$.as_of").instant()


zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=zones)  # noqa: DTZ001 - bounds are naive


@given(instants)
def test_an_instant_survives_the_wire_to_the_millisecond(instant: datetime) -> None:
    text = to_rfc3339(instant)
    assert text.endswith("Z")
    assert timedelta(0) <= instant - Node(text).instant() < timedelta(milliseconds=1)


def test_a_time_without_an_offset_has_no_place_on_the_wire() -> None:
    with pytest.raises(ValueError, match="without an offset"):
        to_rfc3339(datetime(2026, 11, 21))  # noqa: DTZ001 - that is what is tested


def test_an_instant_has_at_most_64_characters() -> None:
    text = "2026-11-21T01:45:38." + "0" * 43 + "Z"
    assert Node(text).instant().year == 2026
    with pytest.raises(WireError):
        Node(text.replace("Z", "0Z")).instant()
