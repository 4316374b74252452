"""Who may ask: every combination of team, channel and person with every kind of list, fail closed."""

from itertools import product

import pytest

from balance_slack.access import AccessPolicy, Asker, Refused, Workspace
from balance_slack.replies import refusal_text

TEAM, CHANNEL, USER = "T0123456789", "C0123456789", "U0123456789"
CONTACT = "<@U0ADMIN0001>"
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


def asker(team: str, channel: str | None, user: str, enterprise: str = "") -> Asker:
    return Asker(user, channel, (Workspace(team, enterprise),))


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
        missing = [refused.slack_id for refused in policy(team, channel, user).refusals(asker(TEAM, CHANNEL, USER))]
        allowed = ((LISTS[team], TEAM), (LISTS[channel], CHANNEL), (LISTS[user], USER))
        assert missing == [slack_id for is_allowed, slack_id in allowed if not is_allowed], (channel, user)


@pytest.mark.parametrize("absent", range(3))
def test_who_has_no_id_is_refused_even_by_a_wildcard(absent: int) -> None:
    ids = [TEAM, CHANNEL, USER]
    ids[absent] = ""
    assert len(policy("*", "*", "*").refusals(asker(*ids))) == 1


def test_no_settings_allow_nobody() -> None:
    assert len(AccessPolicy.from_settings({}).refusals(asker(TEAM, CHANNEL, USER))) == 3
    assert AccessPolicy() == AccessPolicy.from_settings({})


def test_case_counts() -> None:
    assert AccessPolicy.from_settings({"ALLOWED_USER_IDS": "u1"}).refusals(asker("", "", "U1"))[-1].slack_id == "U1"


class TestTheRefusal:
    def test_names_every_id_and_where_it_belongs(self) -> None:
        text = refusal_text(AccessPolicy().refusals(asker(TEAM, CHANNEL, USER)), CONTACT)
        assert "not open to this workspace, this channel and you yet. Ask <@U0ADMIN0001> to allow:" in text
        assert f"add `{TEAM}` to `SlackAllowedTeamIds`" in text
        assert f"add `{CHANNEL}` to `SlackAllowedChannelIds`" in text
        assert f"add `{USER}` to `SlackAllowedUserIds`" in text

    def test_names_only_what_is_missing(self) -> None:
        text = refusal_text(policy("*", "{id}", None).refusals(asker(TEAM, CHANNEL, USER)), CONTACT)
        assert USER in text
        assert "SlackAllowedUserIds" in text
        assert not any(word in text for word in (TEAM, CHANNEL, "SlackAllowedTeamIds", "SlackAllowedChannelIds"))

    def test_cannot_be_made_to_mention_anybody(self) -> None:
        text = refusal_text([Refused("this channel", "<!channel>", "SlackAllowedChannelIds")], CONTACT)
        assert "`&lt;!channel&gt;`" in text

    def test_says_so_when_slack_sent_no_id(self) -> None:
        assert "Slack did not say" in refusal_text([Refused("you", "", "SlackAllowedUserIds")], CONTACT)


def test_an_empty_organisation_is_none_even_if_a_list_held_an_empty_id() -> None:
    policy = AccessPolicy(frozenset({""}), frozenset({"*"}), frozenset({"*"}))
    assert [refused.what for refused in policy.refusals(asker("T1", "C1", "U1", ""))] == ["this workspace"]


def test_a_refused_person_is_addressed() -> None:
    assert [refused.what for refused in AccessPolicy().refusals(asker("T1", "C1", "U1"))] == [
        "this workspace",
        "this channel",
        "you",
    ]


class TestSeveralWorkspaces:
    OURS, THEIRS = Workspace("T1", "E1"), Workspace("T2", what="your own workspace")

    @pytest.mark.parametrize(
        ("teams", "missing"),
        [("T1", ["T2"]), ("T2", ["T1"]), ("E1", ["T2"]), ("T1,T2", []), ("E1,T2", []), ("*", []), ("", ["T1", "T2"])],
    )
    def test_must_all_be_allowed(self, teams: str, missing: list[str]) -> None:
        policy = AccessPolicy.from_settings({"ALLOWED_TEAM_IDS": teams, "ALLOWED_USER_IDS": "*"})
        refusals = policy.refusals(Asker("U1", None, (self.OURS, self.THEIRS)))
        assert [refused.slack_id for refused in refusals] == missing

    def test_are_told_apart(self) -> None:
        refusals = AccessPolicy().refusals(Asker("U1", None, (self.OURS, self.THEIRS)))
        assert [refused.what for refused in refusals] == ["this workspace", "your own workspace", "you"]

    def test_none_at_all_is_refused(self) -> None:
        policy = AccessPolicy(frozenset({"*"}), frozenset({"*"}), frozenset({"*"}))
        nobody = Asker("U1", "C1", ())
        assert policy.refusals(nobody) == [Refused("this workspace", "", "SlackAllowedTeamIds")]
        assert (nobody.team_id, asker("T1", "C1", "U1").team_id) == ("", "T1")


class TestTheHomeTab:
    def test_is_in_no_channel(self) -> None:
        assert AccessPolicy(frozenset({TEAM}), frozenset(), frozenset({USER})).refusals(asker(TEAM, None, USER)) == []

    @pytest.mark.parametrize("allowed", [AccessPolicy(frozenset({TEAM})), AccessPolicy(user_ids=frozenset({USER}))])
    def test_needs_workspace_and_person(self, allowed: AccessPolicy) -> None:
        assert len(allowed.refusals(asker(TEAM, None, USER))) == 1


class TestSharing:
    @pytest.mark.parametrize(
        ("ask", "share", "missing"),
        [
            (CHANNEL, CHANNEL, []),
            (CHANNEL, f" C1 , {CHANNEL} ", []),
            (CHANNEL, "*", []),
            ("*", "*", []),
            ("*", CHANNEL, []),
            (CHANNEL, None, ["SlackShareChannelIds"]),
            (CHANNEL, "", ["SlackShareChannelIds"]),
            (CHANNEL, "C1", ["SlackShareChannelIds"]),
            ("C1", "*", ["SlackAllowedChannelIds"]),
            ("", CHANNEL, ["SlackAllowedChannelIds"]),
            ("", "", ["SlackAllowedChannelIds", "SlackShareChannelIds"]),
        ],
    )
    def test_needs_a_channel_on_both_lists(self, ask: str, share: str | None, missing: list[str]) -> None:
        settings = {"ALLOWED_TEAM_IDS": "*", "ALLOWED_USER_IDS": "*", "ALLOWED_CHANNEL_IDS": ask}
        policy = AccessPolicy.from_settings(settings if share is None else {**settings, "SHARE_CHANNEL_IDS": share})
        refusals = policy.share_refusals(asker(TEAM, CHANNEL, USER))
        assert [refused.parameter for refused in refusals] == missing
        assert policy.may_share(CHANNEL) == (missing == [])
        assert policy.may_ask(CHANNEL) == ("SlackAllowedChannelIds" not in missing)

    def test_needs_a_channel_at_all(self) -> None:
        everything = frozenset({"*"})
        policy = AccessPolicy(everything, everything, everything, everything)
        assert policy.share_refusals(asker(TEAM, None, USER)) == [
            Refused("sharing in this channel", "", "SlackShareChannelIds")
        ]
        assert not policy.may_share("")
