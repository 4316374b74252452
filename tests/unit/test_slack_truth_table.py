"""Who may ask: team, channel, person, guest, stranger, empty settings and wildcards, in every combination."""

from collections.abc import Iterable

import pytest

from tests.intake.people import FINANCE, GUEST, LISTED_PERSON, OURS, STRANGER, THEIRS, Row, rows, wrong_decisions


@pytest.fixture(scope="module")
def table() -> list[Row]:
    return list(rows())


def people(table: Iterable[Row], **settings: str) -> set[str]:
    """Who may ask in the finance channel when the settings are these."""
    wanted = {f"ALLOWED_{name.upper()}_IDS": value for name, value in settings.items()}
    return {
        row.person.user_id for row in table if row.settings == wanted and row.channel_id == FINANCE and row.is_let_in
    }


def test_every_row_is_decided_as_written(table: list[Row]) -> None:
    tried, wrong = wrong_decisions(table)
    assert tried > 100_000
    assert wrong == []


def test_a_list_that_is_empty_allows_nobody(table: list[Row]) -> None:
    for row in table:
        lists = [row.settings.get(f"ALLOWED_{what}_IDS", "") for what in ("TEAM", "CHANNEL", "USER")]
        if row.surface.channels == ("",):
            lists = [lists[0], lists[2]]
        if not all(each.strip(" ,") for each in lists):
            assert not row.is_let_in


def test_a_wildcard_for_people_lets_in_nobody_of_another_workspace(table: list[Row]) -> None:
    for row in table:
        teams = row.settings.get("ALLOWED_TEAM_IDS", "")
        if row.person.team_id == THEIRS and row.settings.get("ALLOWED_USER_IDS") == "*":
            assert row.is_let_in <= (THEIRS in teams or "*" in teams)


def test_a_guest_is_kept_out_by_the_list_of_people_only(table: list[Row]) -> None:
    assert people(table, team=OURS, channel=FINANCE, user=LISTED_PERSON) == {LISTED_PERSON}
    assert GUEST in people(table, team=OURS, channel=FINANCE, user=f"{LISTED_PERSON},{GUEST}")
    assert {GUEST, STRANGER} <= people(table, team=OURS, channel=FINANCE, user="*")


def test_the_table_would_notice_a_policy_that_fails_open(table: list[Row]) -> None:
    allowed = sum(row.is_allowed for row in table)
    assert 0 < allowed < len(table) / 10
