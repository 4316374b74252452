"""Who may ask: a request is allowed only if its workspaces, its channel and its person all are."""

import pytest

from balance_slack.access import AccessPolicy, Refusal, Requester, Subject, Workspace
from tests.intake.people import rows, wrong_decisions

TEAM, CHANNEL, USER = "T0123456789", "C0123456789", "U0123456789"
ANYONE = frozenset({"*"})


def policy(team: str = "*", channel: str = "*", user: str = "*", share: str | None = None) -> AccessPolicy:
    lists = {"ALLOWED_TEAM_IDS": team, "ALLOWED_CHANNEL_IDS": channel, "ALLOWED_USER_IDS": user}
    return AccessPolicy.from_environment(lists if share is None else {**lists, "SHARE_CHANNEL_IDS": share})


def requester(team: str = TEAM, channel: str | None = CHANNEL, user: str = USER, organisation: str = "") -> Requester:
    return Requester(user, channel, (Workspace(team, organisation),))


def test_every_combination_of_settings_person_and_place_is_decided_as_the_table_says() -> None:
    tried, wrong = wrong_decisions(rows())
    assert tried > 100_000
    assert wrong == []


def test_a_policy_without_settings_allows_nobody() -> None:
    assert AccessPolicy() == AccessPolicy.from_environment({})
    assert AccessPolicy().refusals(requester()) == [
        Refusal(Subject.WORKSPACE, TEAM, "SlackAllowedTeamIds"),
        Refusal(Subject.CHANNEL, CHANNEL, "SlackAllowedChannelIds"),
        Refusal(Subject.PERSON, USER, "SlackAllowedUserIds"),
    ]


def test_only_what_is_not_allowed_is_named() -> None:
    assert [refusal.slack_id for refusal in policy(channel="C1").refusals(requester())] == [CHANNEL]


@pytest.mark.parametrize("missing", ["team", "channel", "user"])
def test_an_empty_id_is_refused_even_by_a_wildcard(missing: str) -> None:
    (refusal,) = policy().refusals(requester(**{missing: ""}))
    assert refusal.slack_id == ""


@pytest.mark.parametrize(
    ("team", "organisation", "is_allowed"),
    [("T1", "E1", True), ("T1", "E2", False), ("T1", "", False), ("", "E1", False), ("", "", False)],
)
def test_an_allowed_organisation_allows_all_its_workspaces(team: str, organisation: str, is_allowed: bool) -> None:
    allowed = AccessPolicy(frozenset({"E1", ""}), ANYONE, ANYONE)
    assert (allowed.refusals(requester(team, organisation=organisation)) == []) is is_allowed


@pytest.mark.parametrize(
    ("teams", "refused"),
    [
        ("T1", [Subject.OWN_WORKSPACE]),
        ("T2", [Subject.WORKSPACE]),
        ("E1", [Subject.OWN_WORKSPACE]),
        ("E1,T2", []),
        ("*", []),
        ("", [Subject.WORKSPACE, Subject.OWN_WORKSPACE]),
    ],
)
def test_every_workspace_that_a_request_names_must_be_allowed(teams: str, refused: list[Subject]) -> None:
    workspaces = (Workspace("T1", "E1"), Workspace("T2", subject=Subject.OWN_WORKSPACE))
    refusals = policy(teams).refusals(Requester(USER, CHANNEL, workspaces))
    assert [refusal.subject for refusal in refusals] == refused


def test_a_request_that_names_no_workspace_is_refused() -> None:
    refusals = policy().refusals(Requester(USER, CHANNEL, ()))
    assert refusals == [Refusal(Subject.WORKSPACE, "", "SlackAllowedTeamIds")]


@pytest.mark.parametrize(
    ("ask", "share", "refused"),
    [
        (CHANNEL, CHANNEL, []),
        (CHANNEL, f" C1 , {CHANNEL} ", []),
        ("*", "*", []),
        (CHANNEL, None, ["SlackShareChannelIds"]),
        (CHANNEL, "C1", ["SlackShareChannelIds"]),
        ("C1", "*", ["SlackAllowedChannelIds"]),
        ("", "", ["SlackAllowedChannelIds", "SlackShareChannelIds"]),
    ],
)
def test_sharing_needs_a_channel_on_both_lists(ask: str, share: str | None, refused: list[str]) -> None:
    allowed = policy(channel=ask, share=share)
    assert [refusal.parameter for refusal in allowed.share_refusals(requester())] == refused
    assert allowed.may_share(CHANNEL) is (refused == [])
    assert allowed.may_ask(CHANNEL) is ("SlackAllowedChannelIds" not in refused)


def test_nothing_can_be_shared_outside_a_channel() -> None:
    refusal = Refusal(Subject.SHARING, "", "SlackShareChannelIds")
    assert policy(share="*").share_refusals(requester(channel=None)) == [refusal]
    assert not policy(share="*").may_share("")
