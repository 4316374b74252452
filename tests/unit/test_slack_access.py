"""Who may ask: every combination of team, channel and person with every kind of list, fail closed."""

from itertools import product

import pytest

from balance_slack.access import AccessPolicy, Refused
from balance_slack.replies import refusal_text

TEAM, CHANNEL, USER = "T0123456789", "C0123456789", "U0123456789"
# The list as it stands in the environment, and whether the ID above is in it.
LISTS = {
    None: False,
    "": False,
    " ": False,
    ",": False,
    "X1": False,
    "{id}": True,
    " X1 , {id} ,": True,
    "{id}X": False,
    "x{id}": False,
    "*": True,
    "X1,*": True,
}


def policy(team: str | None, channel: str | None, user: str | None) -> AccessPolicy:
    settings = {
        "ALLOWED_TEAM_IDS": team and team.format(id=TEAM),
        "ALLOWED_CHANNEL_IDS": channel and channel.format(id=CHANNEL),
        "ALLOWED_USER_IDS": user and user.format(id=USER),
    }
    return AccessPolicy.from_settings({name: value for name, value in settings.items() if value is not None})


@pytest.mark.parametrize("team", LISTS)
def test_all_three_must_be_allowed(team: str | None) -> None:
    for channel, user in product(LISTS, repeat=2):
        missing = [refused.slack_id for refused in policy(team, channel, user).refusals(TEAM, CHANNEL, USER)]
        allowed = ((LISTS[team], TEAM), (LISTS[channel], CHANNEL), (LISTS[user], USER))
        assert missing == [slack_id for is_allowed, slack_id in allowed if not is_allowed], (channel, user)


@pytest.mark.parametrize("absent", range(3))
def test_who_has_no_id_is_refused_even_by_a_wildcard(absent: int) -> None:
    ids = [TEAM, CHANNEL, USER]
    ids[absent] = ""
    assert len(policy("*", "*", "*").refusals(*ids)) == 1


def test_no_settings_allow_nobody() -> None:
    assert len(AccessPolicy.from_settings({}).refusals(TEAM, CHANNEL, USER)) == 3
    assert AccessPolicy() == AccessPolicy.from_settings({})


def test_case_counts() -> None:
    assert AccessPolicy.from_settings({"ALLOWED_USER_IDS": "u1"}).refusals("", "", "U1")[-1].slack_id == "U1"


class TestTheRefusal:
    def test_names_every_id_and_where_it_belongs(self) -> None:
        text = refusal_text(AccessPolicy().refusals(TEAM, CHANNEL, USER))
        assert "not open to this workspace, this channel and you" in text
        assert f"add `{TEAM}` to `SlackAllowedTeamIds`" in text
        assert f"add `{CHANNEL}` to `SlackAllowedChannelIds`" in text
        assert f"add `{USER}` to `SlackAllowedUserIds`" in text

    def test_names_only_what_is_missing(self) -> None:
        text = refusal_text(policy("*", "{id}", None).refusals(TEAM, CHANNEL, USER))
        assert USER in text
        assert "SlackAllowedUserIds" in text
        assert not any(word in text for word in (TEAM, CHANNEL, "SlackAllowedTeamIds", "SlackAllowedChannelIds"))

    def test_cannot_be_made_to_mention_anybody(self) -> None:
        text = refusal_text([Refused("this channel", "<!channel>", "SlackAllowedChannelIds")])
        assert "`&lt;!channel&gt;`" in text

    def test_says_so_when_slack_sent_no_id(self) -> None:
        assert "Slack did not say" in refusal_text([Refused("you", "", "SlackAllowedUserIds")])


def test_an_empty_organisation_is_none_even_if_a_list_held_an_empty_id() -> None:
    policy = AccessPolicy(frozenset({""}), frozenset({"*"}), frozenset({"*"}))
    assert [refused.what for refused in policy.refusals("T1", "C1", "U1", "")] == ["this workspace"]


def test_a_refused_person_is_addressed() -> None:
    assert [refused.what for refused in AccessPolicy().refusals("T1", "C1", "U1")] == [
        "this workspace",
        "this channel",
        "you",
    ]
