"""The Home tab, as a person reads it."""

from collections.abc import Sequence

from balance_core.errors import ErrorKind
from balance_slack.access import AccessPolicy
from balance_slack.view.home import home_view, notice_view, retry_view
from balance_slack.view.watched import Watched
from tests.unit.listed_cases import critical, fine, frozen, low, never_seen, unseen, watched
from tests.unit.slack_cases import (
    CONTACT,
    NOT_HELD,
    PAGSMILE,
    Part,
    answer,
    balance,
    failure,
    report,
    view_shown,
)

POLICY = AccessPolicy(frozenset({"T0123ABCD"}), frozenset({"C0456EFGH", "C0123ABCD"}), frozenset({"U0123ABCD"}))


def home(*parts: Part, policy: AccessPolicy = POLICY, rules: Sequence[Watched] | None = ()) -> list[str]:
    return view_shown(home_view(answer(*parts, contact=CONTACT), policy, rules)).split("\n")


def test_the_home_tab_shows_balances_access_and_how_to_ask() -> None:
    old = report("payermax", balance("776.34", "0", "11.41", minutes_old=20))
    assert home(PAGSMILE, old, NOT_HELD, failure(ErrorKind.ADDRESS_REFUSED)) == [
        "All balances, PayBy missing",
        "===========================",
        ":warning: PayBy refused our IP address. Ask @U0ADMIN0001 to have it allowed.",
        ":warning: PayerMax: figures are 20 min old.",
        "PayBy does not hold USD.",
        "21 Nov 2026 at 01:25 UTC · not listed = not reported",
        "[Refresh] [Details] [Help]",
        "USD 1,784.63 available",
        "11.41 frozen",
        "• Pagsmile: 1,008.29 · 0.00 frozen",
        "• PayerMax: 776.34 · 0.00 pending · 11.41 frozen",
        "-" * 72,
        "How to ask",
        "/balance shows everything, /balance USD one currency, /balance payermax one provider.",
        "/balance help shows the rest.",
        "Who may ask",
        "@U0123ABCD, in #C0123ABCD and #C0456EFGH. Answers may be shared in no channel.",
        "Somebody is missing, or something looks wrong? Ask @U0ADMIN0001.",
    ]


def test_the_home_tab_without_balances_says_why() -> None:
    lines = home(failure(), policy=AccessPolicy())
    assert lines[:5] == [
        "All balances, PayBy missing",
        "===========================",
        "[Refresh] [Details] [Help]",
        ":warning: PayBy did not answer in time. Try again in a minute.",
        "The balances are not known.",
    ]
    assert "Nobody, in no channel. Answers may be shared in no channel." in lines


def test_a_wildcard_is_shown_in_words() -> None:
    anyone = frozenset({"*", "U0123ABCD"})
    lines = home(PAGSMILE, policy=AccessPolicy(anyone, anyone, anyone, anyone))
    people = "Everybody in the allowed workspaces, in every channel."
    assert f"{people} Answers may be shared in all of these channels." in lines


def test_an_id_that_cannot_be_mentioned_is_shown_as_it_is() -> None:
    policy = AccessPolicy(channel_ids=frozenset({"D0123ABCD"}))
    assert "Nobody, in D0123ABCD. Answers may be shared in no channel." in home(PAGSMILE, policy=policy)


def test_a_long_list_of_people_is_cut_and_counted() -> None:
    many = AccessPolicy(user_ids=frozenset(f"U{number:08}" for number in range(60)))
    (line,) = (line for line in home(PAGSMILE, policy=many) if line.startswith("@U0"))
    assert line.startswith("@U00000000, @U00000001")
    assert "@U00000049 and 10 more, in no channel." in line


def test_a_notice_replaces_the_balances_and_may_be_tried_again() -> None:
    lines = ["Balance Bot", "===========", "No answer.", "Ask @U0ADMIN0001."]
    assert view_shown(notice_view(f"No answer.\nAsk {CONTACT}.")).split("\n") == lines
    again = view_shown(retry_view(f"No answer.\nAsk {CONTACT}.")).split("\n")
    assert again == [*lines, "[Refresh] [Details] [Help]"]


def test_the_state_of_every_rule_is_below_the_balances_worst_first() -> None:
    snoozed = fine("aed", "AED")
    snoozed.press("07:00", "snooze", until="10:00", why="payout")
    lines = home(PAGSMILE, rules=watched(snoozed, fine(), low(), frozen(), critical(), unseen(), never_seen()))
    start = lines.index("Watch")
    assert lines[start - 1] == "-" * 72
    assert lines[start + 1 : start + 9] == [
        ":red_circle: PHP at PayerMax is critical: 180,000.00, since 29 Nov 2026 at 07:15 UTC",
        ":large_orange_circle: BRL at PayerMax is low: 412,000.00, since 29 Nov 2026 at 06:45 UTC",
        ":question: MXN at PayerMax has never been seen",
        ":question: USD at PayerMax has not been seen since 29 Nov 2026 at 06:15 UTC",
        ":white_check_mark: AED at PayerMax is fine: 900,000.00, since 29 Nov 2026 at 06:15 UTC, snoozed",
        ":white_check_mark: IDR at PayerMax is fine: 900,000.00, since 29 Nov 2026 at 06:15 UTC",
        ":snowflake: Frozen money is watched",
        "-" * 72,
    ]


def test_without_rules_the_home_tab_says_nothing_and_without_the_watch_that_it_is_not_known() -> None:
    assert "Watch" not in home(PAGSMILE)
    unknown = ":warning: The watch could not be read, so the state of its rules is not known."
    assert unknown in home(PAGSMILE, rules=None)
    again = view_shown(retry_view("No answer.", watched(critical()))).split("\n")
    assert again[-1].startswith(":red_circle: PHP at PayerMax is critical")


def test_many_rules_are_cut_and_counted() -> None:
    lines = home(PAGSMILE, rules=watched(*(fine(f"rule-{number}") for number in range(200))))
    shown = sum(line.startswith(":white_check_mark:") for line in lines)
    assert shown > 50
    assert f"… and {200 - shown} more: /balance watch." in lines
