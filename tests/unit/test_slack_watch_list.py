"""The list of rules and the details of an alert: every state in plain words, within Slack's limits."""

from typing import Any

import pytest

from balance_core.contract import ContractError
from balance_core.question import Question
from balance_core.watch_requests import Problem
from balance_slack.view.blocks import MESSAGE_BYTES, size
from balance_slack.view.message import Message
from balance_slack.view.watch_details import alert_details
from balance_slack.view.watch_list import Reader, not_removed_note, removed_note, render_rules
from balance_slack.view.watched import target_words
from tests.local.simulators.block_kit import refusal
from tests.rendering.judge import texts
from tests.slack_types.corpus import forms, rules_and_alerts
from tests.unit.listed_cases import (
    FREEZE,
    NOW,
    critical,
    dangers,
    fine,
    frozen,
    low,
    never_seen,
    new,
    recovering,
    rule,
    so_far,
    unseen,
    watch,
    watched,
)
from tests.unit.slack_cases import CONTACT, NAMES, lines_of, view_shown
from tests.unit.watch_cases import RULE, Watch, gap, row

ADMIN, ANYBODY = Reader(True, CONTACT, "payermax"), Reader(False, CONTACT, "payermax")
LEVELS = "Warning at or below 500,000.00 · critical at or below 200,000.00 · back at or above 750,000.00"
SMALL = "Available at PayerMax, account main, DISBURSEMENT. Owner @U0BEN. Alerts in #C0MONEY."


def rendered(*watches: Watch, reader: Reader = ADMIN, **question: Any) -> Message:
    """The list, which Slack accepts in every form."""
    message = render_rules(watched(*watches), Question(**question), reader)
    for form in message.forms():
        assert refusal(form) is None
    return message


def shown(*watches: Watch, reader: Reader = ADMIN, **question: Any) -> list[str]:
    return lines_of(next(rendered(*watches, reader=reader, **question).forms()))


def buttons(message: Message) -> list[list[tuple[str, str]]]:
    """The action ids and values of the buttons in each row."""
    rows: Any = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [[(each["action_id"], each.get("value", "")) for each in elements] for elements in rows]


@pytest.mark.parametrize(
    ("made", "lines"),
    [
        (
            critical(),
            [
                ":red_circle: PHP at PayerMax is critical: 180,000.00, since 29 Nov 2026 at 07:15 UTC",
                LEVELS,
                SMALL,
                "Nobody is on it.",
            ],
        ),
        (
            low(),
            [
                ":large_orange_circle: BRL at PayerMax is low: 412,000.00, since 29 Nov 2026 at 06:45 UTC",
                LEVELS,
                SMALL,
                ":raising_hand: @U0ANA1 is on it until 10:00 UTC.",
            ],
        ),
        (
            unseen(),
            [
                ":question: USD at PayerMax has not been seen",
                "No figure since 29 Nov 2026 at 06:15 UTC: PayerMax did not answer in time.",
                "The last one was 900,000.00, above the warning level of 500,000.00. What it is now is not known.",
                LEVELS,
                SMALL,
                "Nobody is on it.",
            ],
        ),
        (
            never_seen(),
            [
                ":question: MXN at PayerMax has never been seen",
                "No MXN figure has ever come from PayerMax, account main. Is the name right?",
                "PayerMax did not answer in time.",
                LEVELS,
                SMALL,
                "Nobody is on it.",
            ],
        ),
        (
            recovering(),
            [
                ":arrow_up: COP at PayerMax is recovering: 600,000.00, since 29 Nov 2026 at 07:00 UTC",
                LEVELS,
                SMALL,
            ],
        ),
        (
            fine(),
            [
                ":white_check_mark: IDR at PayerMax is fine: 900,000.00, since 29 Nov 2026 at 06:15 UTC",
                LEVELS,
                SMALL,
            ],
        ),
        (
            so_far(),
            [
                ":warning: CLP at PayerMax is fine so far: 500,000",
                "The newest figure is at or below the warning level of 500,000, not for long enough yet.",
                "Warning at or below 500,000 · critical at or below 200,000 · back at or above 750,000",
                SMALL,
            ],
        ),
        (
            new(),
            [
                ":hourglass_flowing_sand: PEN at PayerMax is new: 900,000.00, since 29 Nov 2026 at 06:00 UTC",
                LEVELS,
                SMALL,
            ],
        ),
        (Watch(rule("x")), [":hourglass_flowing_sand: PHP at PayerMax has not been seen yet", LEVELS, SMALL]),
        (watch("x", None), [":hourglass_flowing_sand: PHP at PayerMax has not been seen yet", LEVELS, SMALL]),
        (
            frozen(),
            [
                "/balance watch USD payermax below 500k makes a rule, or press Add a rule.",
                ":snowflake: Frozen money is watched",
                "It is told when more money is frozen, at any provider.",
                "Frozen at all providers. Owner @U0BEN. Alerts in #C0MONEY.",
            ],
        ),
    ],
)
def test_each_state_is_told_in_plain_words(made: Watch, lines: list[str]) -> None:
    assert shown(made)[1:] == lines


def test_without_a_rule_of_people_the_list_says_how_to_make_one() -> None:
    assert shown(frozen())[0] == "Only frozen money is watched"


def test_the_worst_rules_come_first_and_the_text_says_the_counts() -> None:
    every = (fine(), so_far(), low(), unseen(), critical(), recovering())
    message = rendered(*every)
    assert lines_of(next(message.forms()))[0] == "4 of 6 rules need attention"
    assert message.text.startswith(
        "4 of 6 rules need attention: PHP at PayerMax is critical: 180,000.00; BRL at PayerMax is low: 412,000.00; "
    )
    signs = [line.split(" ")[0] for line in lines_of(next(message.forms())) if line.startswith(":")]
    wanted = ["red_circle", "large_orange_circle", "raising_hand", "question", "arrow_up", "warning"]
    assert signs == [f":{each}:" for each in (*wanted, "white_check_mark")]


@pytest.mark.parametrize(
    ("watches", "title"),
    [
        ((fine("a"), fine("b"), frozen()), "All 3 rules are fine"),
        ((fine("a"), new()), "None of 2 rules needs attention"),
        ((fine("a"), so_far()), "None of 2 rules needs attention"),
        ((fine("a"), low()), "1 of 2 rules needs attention"),
        ((fine(),), "1 rule, and it is fine"),
        ((new(),), "1 rule, and it needs no attention"),
        ((critical(),), "1 rule, and it needs attention"),
    ],
)
def test_the_title_calls_fine_only_what_is_known_to_be_fine(watches: tuple[Watch, ...], title: str) -> None:
    assert shown(*watches)[0] == title


def test_alerts_that_slack_has_not_taken_need_attention_before_rules_that_are_fine() -> None:
    rules = watched(fine("a", "AED"), fine("b", "BRL"), undelivered={"b": 1})
    lines = lines_of(next(render_rules(rules, Question(), ADMIN).forms()))
    assert lines[0] == "1 of 2 rules needs attention"
    assert lines[1].startswith(":white_check_mark: BRL at PayerMax is fine")
    assert ":warning: 1 alert waits: Slack has not taken it yet." in lines


def test_lower_bounds_missing_money_and_levels_that_are_not_there_are_told() -> None:
    total = Watch({**RULE, "target": {"currency": "PHP"}, "critical": None, "figure": "reachable"})
    other = {"provider": "payby", "account": "hk", "type": "member"}
    for clock in ("06:00", "06:15"):
        total.see(clock, 300, row(clock, "900000", **other))
    for clock in ("06:30", "06:45"):
        total.see(clock, 300, gap(clock, provider="payby"))
    lines = shown(total)
    assert "No complete figure: PayBy did not answer in time." in lines
    assert "What was seen is at least 300,000.00. What it is in all is not known." in lines
    assert "Warning at or below 500,000.00 · critical below zero · back at or above 750,000.00" in lines
    assert "Available and pending at all providers. Owner @U0BEN. Alerts in #C0MONEY." in lines
    one_gap = watch("php", 900, 900, 400, 400, None)
    assert ":question: Not seen since 06:45 UTC: PayerMax did not answer in time." in shown(one_gap)
    again = watch("php", 900, 900, None, None, 700)
    assert shown(again)[1] == ":question: PHP at PayerMax is seen again: 700,000.00"
    assert shown(again)[2].startswith("Seen again since 29 Nov 2026 at 07:00 UTC, above the warning level")
    assert watched(again)[0].line.endswith("|since 29 Nov 2026 at 07:00 UTC>")


def test_a_rule_that_is_back_while_its_all_clear_waits_says_back() -> None:
    back = watch("php", 900, 900, 400, 400, 900, 900, cooldown=1440)
    assert shown(back)[1].startswith(":white_check_mark: PHP at PayerMax is back: 900,000.00, since ")


def test_who_changed_the_rule_what_nobody_heard_and_a_snooze_are_in_the_small_print() -> None:
    quiet = {"from": "00:00", "to": "23:59", "time_zone": "UTC"}
    made = watch("php", 900, 900, 400, 400, 900, 900, quiet=quiet, changed_by="U0ANA1", revision=3)
    made.press("07:30", "snooze", by="U0ANA1", until="10:00", why="planned <!here>")
    lines = shown(made)
    assert "Changed last by @U0ANA1 (revision 3)." in lines
    assert "1 incident was over before anything was said." in lines
    assert ":zzz: Snoozed until 29 Nov 2026 at 10:00 UTC by @U0ANA1: planned <!here>" in lines
    assert "<!here>" not in str(rendered(made).blocks)
    assert buttons(rendered(made))[0][0] == ("watch_unsnooze", "php")
    assert "Added by @U0ANA1." in shown(fine(changed_by="U0ANA1", revision=1))


def test_a_snooze_and_a_promise_are_over_at_their_time() -> None:
    taken = watch("php", 900, 900, 430, 412)
    taken.press("07:00", "take", until=NOW)
    assert shown(taken)[-1] == "Nobody is on it. ana was, until 09:00 UTC."
    made = fine()
    made.press("07:00", "snooze", until=NOW, why="until nine")
    assert "until nine" not in str(shown(made))
    assert buttons(rendered(made))[0][0] == ("watch_snooze_rule", "idr")


def test_admins_get_buttons_to_change_rules_but_not_the_one_about_frozen_money() -> None:
    message = rendered(critical(), frozen())
    every = [("watch_snooze_rule", "php"), ("watch_edit", "php"), ("watch_remove", "php")]
    assert buttons(message) == [every, [("watch_snooze_rule", "freeze")], [("watch_add", "")]]
    assert buttons(rendered(critical(), frozen(), reader=ANYBODY)) == [every[:1], [("watch_snooze_rule", "freeze")]]


@pytest.mark.parametrize(
    ("target", "what"),
    [
        (RULE["target"], "PHP at PayerMax (PHP payermax:main DISBURSEMENT)"),
        ({"currency": "PHP", "provider": "payermax"}, "PHP at PayerMax"),
        ({"currency": "PHP"}, "PHP"),
    ],
)
def test_a_removal_is_confirmed_with_the_words_for_its_money(target: dict[str, str], what: str) -> None:
    blocks: Any = rendered(Watch({**RULE, "target": target})).blocks
    (confirm,) = [each["confirm"] for block in blocks for each in block.get("elements", ()) if "confirm" in each]
    assert confirm["text"]["text"] == f"{what} will not be watched by this rule any more."


@pytest.mark.parametrize(
    ("question", "currencies"),
    [
        ({}, {"AED", "BRL", "PHP", "frozen"}),
        ({"currencies": ("PHP",)}, {"PHP"}),
        ({"providers": ("payermax",)}, {"BRL", "PHP"}),
        ({"providers": ("payby",)}, {"AED", "BRL"}),
        ({"accounts": ("payermax:MAIN",), "providers": ("payermax",)}, {"BRL", "PHP"}),
        ({"accounts": ("payermax:uae",), "providers": ("payermax",)}, {"BRL"}),
        ({"accounts": ("hk",)}, {"AED", "BRL"}),
    ],
)
def test_the_question_says_which_rules_are_shown(question: dict[str, Any], currencies: set[str]) -> None:
    aed = Watch({**RULE, "id": "aed", "target": {"currency": "AED", "provider": "payby"}})
    brl = Watch({**RULE, "id": "brl", "target": {"currency": "BRL"}})
    rules = [each for each in watched(aed, brl, Watch(rule("php")), frozen()) if each.is_about(Question(**question))]
    assert {each.target_words.split(" ")[0] for each in rules} == currencies


def test_a_question_about_some_rules_says_how_many_there_are() -> None:
    assert shown(critical(), fine(), frozen(), currencies=("PHP",))[:2] == [
        "1 rule, and it needs attention",
        "Only what watches PHP: 1 of 3 rules.",
    ]
    message = render_rules(watched(critical()), Question(), ADMIN, ("please",), ":no_bell: Removed.")
    assert lines_of(next(message.forms()))[1:3] == [":no_bell: Removed.", "Ignored: please."]
    assert message.text.startswith(":no_bell: Removed. 1 rule, and it needs attention")


def test_without_rules_a_text_says_how_to_make_one() -> None:
    example = "`/balance watch USD payermax below 500k`"
    admin = rendered()
    assert admin.text == f"Nothing is watched yet.\n{example} makes a rule, or press *Add a rule*."
    assert buttons(admin) == [[("watch_add", "")]]
    anybody = rendered(reader=ANYBODY)
    assert anybody.text == f"Nothing is watched yet.\nAsk {CONTACT} to make a rule, such as {example}."
    assert buttons(anybody) == []
    ignored = render_rules([], Question(), ADMIN, ("please",))
    assert lines_of(next(ignored.forms()))[0] == "Ignored: please."
    nothing = rendered(critical(), currencies=("EUR",), reader=ANYBODY)
    assert nothing.text.startswith("No rule watches `EUR`. `/balance watch` shows what is watched.\n")


@pytest.mark.parametrize("reader", [ADMIN, ANYBODY])
def test_a_long_list_is_cut_to_what_slack_takes_and_counted(reader: Reader) -> None:
    every = [fine(f"rule-{number}", "PHP") for number in range(40)]
    message = rendered(*every, critical("worst"), reader=reader)
    lines = lines_of(next(message.forms()))
    number = sum(line == LEVELS for line in lines)
    assert lines[1].startswith(":red_circle:")
    assert lines[-1] == f"… and {41 - number} more rules: /balance watch PHP shows those of one currency."
    assert size(list(message.blocks)) <= MESSAGE_BYTES
    assert len(message.blocks) <= 50
    assert number >= 8
    lines = shown(*every, reader=reader, currencies=("PHP",))
    assert lines[-1].endswith("more rules: /balance watch PHP payermax shows those at one provider.")


def test_what_is_left_out_names_only_commands_that_help() -> None:
    every = [Watch({**RULE, "id": f"rule-{number:02}", "target": {"currency": "PHP"}}) for number in range(30)]
    assert shown(*every, currencies=("PHP",))[-1].endswith("more rules.")
    # Saved rules about frozen money all have the same target: none.
    freezes = [Watch({**FREEZE, "id": f"freeze-{number:02}"}) for number in range(40)]
    assert shown(*freezes)[-1].endswith("more rules.")


def test_foreign_text_neither_mentions_nor_formats() -> None:
    every = [*rules_and_alerts(), *forms()]
    assert len(every) > 60
    for sent in every:
        assert sent.problems() == [], sent.name
        shown_texts = [node["text"] for node in texts(sent.value) if node["type"] == "mrkdwn"]
        for text in (*shown_texts, sent.text):
            assert dangers(text) == [], sent.name


def test_a_removed_rule_is_named_and_a_refused_removal_explained() -> None:
    assert removed_note(RULE, NAMES) == ":no_bell: Removed: *PHP at PayerMax*, warning at or below 500,000.00."
    assert removed_note(FREEZE, NAMES) == ":no_bell: Removed: *frozen money*."
    with pytest.raises(ContractError):
        removed_note({"id": "x"}, NAMES)
    assert "somebody else may have removed" in not_removed_note(Problem(field="id", problem="is not that of a rule"))
    assert "changed this rule at the same time" in not_removed_note(Problem(field="revision", problem="is old"))
    assert "somebody else may have removed" in not_removed_note(None)


def test_rules_concern_channels_by_their_currency_and_frozen_money_concerns_all() -> None:
    php, freeze = watched(critical())[0], watched(frozen())[0]
    assert (php.concerns(()), php.concerns(("PHP", "USD")), php.concerns(("USD",))) == (True, True, False)
    assert freeze.concerns(("USD",))


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (RULE, "PHP payermax:main DISBURSEMENT"),
        (FREEZE, "frozen money"),
        ({"target": {"currency": "PHP", "provider": None}}, "PHP"),
        ({"target": {"currency": "PHP", "provider": "payby"}}, "PHP payby"),
        ({"target": "PHP"}, ""),
        ({}, ""),
    ],
)
def test_a_rule_is_named_without_its_levels(draft: dict[str, Any], words: str) -> None:
    assert target_words(draft) == words


def details(made: Watch, incident: int | None = 1, **undelivered: int) -> list[str]:
    (listed_rule,) = watched(made, undelivered=undelivered)
    return view_shown(alert_details(listed_rule, incident)).split("\n")


def test_the_details_show_the_rule_its_incident_and_its_readings() -> None:
    made = watch("php", 900, 900, 430, 412)
    made.press("07:00", "take", by="U0ANA1", until="08:00")
    made.press("07:01", "snooze", by="U0ANA1", until="10:00", why="top-up at ten")
    made.press("07:02", "false_alarm", by="U0BEN1")
    made.edit("07:05", warning="600000", cooldown=30)
    made.see("07:15", None)
    assert details(made) == [
        ":large_orange_circle: PHP at PayerMax is low: 412,000.00, since 29 Nov 2026 at 06:45 UTC, snoozed",
        ":question: Not seen since 06:45 UTC: PayerMax did not answer in time.",
        "-" * 72,
        "What happened",
        "Incident 1, open for 2 h 15 min.",
        "The lowest figure was 412,000.00.",
        "29 Nov 2026 at 06:45 UTC: low",
        "29 Nov 2026 at 07:00 UTC: @U0ANA1 took it until 29 Nov 2026 at 08:00 UTC, which is over.",
        "@U0BEN1 called it a false alarm.",
        "29 Nov 2026 at 07:01 UTC: @U0ANA1 snoozed the rule until 29 Nov 2026 at 10:00 UTC: top-up at ten",
        "ana changed the rule: warning level from 500,000.00 to 600,000.00 and cooldown from 60 to 30.",
        "-" * 72,
        "Not seen at the last look",
        "PayerMax did not answer in time.",
        "-" * 72,
        "The last readings, newest first",
        "29 Nov 2026 at 07:15 UTC: not seen",
        "29 Nov 2026 at 06:45 UTC: 412,000.00",
        "29 Nov 2026 at 06:30 UTC: 430,000.00",
        "29 Nov 2026 at 06:15 UTC: 900,000.00",
        "29 Nov 2026 at 06:00 UTC: 900,000.00",
        "-" * 72,
        "The rule",
        "Money: PHP at PayerMax, account main, type DISBURSEMENT",
        "What counts: available money (default)",
        "Warning level: at or below 600,000.00",
        "Critical level: at or below 200,000.00",
        "Back: at or above 900,000.00 (default: one and a half times the warning level)",
        "Readings in a row: 2 (default)",
        "Cooldown: 30 min",
        "A figure is old after: 60 min (default)",
        "Quiet hours: none (default)",
        "Channel: #C0MONEY",
        "Owner: @U0BEN",
        "Second person: none (default)",
        "Link: none (default)",
        "Id: php · revision 2",
        "Changed last by ana (revision 2).",
    ]


def test_the_details_of_a_rule_with_everything() -> None:
    total = Watch(
        {
            **RULE,
            "target": {"currency": "PHP"},
            "figure": "reachable",
            "critical": None,
            "recovery": "800000",
            "in_a_row": 3,
            "quiet": {"from": "22:00", "to": "06:00", "time_zone": "Asia/Manila"},
            "escalate_to": "U0CARL1",
            "link": "https://merchant.example.com/top-up",
        }
    )
    other = {"provider": "payby", "account": "hk", "type": "member"}
    total.see("06:00", 300, row("06:00", "900000", **other))
    total.see("06:15", 300, gap("06:15", provider="payby"))
    lines = details(total, None, php=2)
    assert lines[0] == ":hourglass_flowing_sand: PHP is new: at least 300,000.00, since 29 Nov 2026 at 06:00 UTC"
    for line in (
        "29 Nov 2026 at 06:15 UTC: at least 300,000.00",
        "Money: PHP at all providers",
        "What counts: available and pending money",
        "Critical level: none, so only below zero (default)",
        "Back: at or above 800,000.00",
        "Readings in a row: 3",
        "Quiet hours: 22:00 to 06:00, Asia/Manila",
        "Second person: @U0CARL1, after 30 min (default)",
        "Link: https://merchant.example.com/top-up",
        "Id: php · revision 1",
        ":warning: 2 alerts wait: Slack has not taken them yet.",
    ):
        assert line in lines
    assert "What happened" not in lines


def test_the_details_of_money_that_is_not_seen_or_frozen() -> None:
    lines = details(unseen())
    assert lines[0] == ":question: USD at PayerMax has not been seen"
    assert "It counts as not seen since 29 Nov 2026 at 06:45 UTC." in lines
    assert "Nobody has taken it." in lines
    lines = details(frozen(), None)
    assert lines[0] == ":snowflake: Frozen money is watched"
    assert "What counts: frozen money of every merchant account, in every currency" in lines
    assert not any(line.startswith("Warning level") for line in lines)


def test_the_details_say_when_the_incident_is_over_or_the_rule_removed() -> None:
    over = ":information_source: The incident of this alert is over. This is how it is now."
    assert details(critical(), 7)[0] == over
    assert details(fine(), 1)[0] == over
    assert details(fine(), None)[0].startswith(":white_check_mark:")
    assert "This rule was removed" in view_shown(alert_details(None, 1))


def test_the_details_of_a_very_long_incident_fit_into_a_view() -> None:
    made = watch("php", 900, 900, 400, 400, cooldown=1440, link=f"https://example.com/{'x' * 1900}")
    for number in range(210):
        hour, minute = divmod(number * 5, 60)
        made.see(
            f"{7 + hour:02}:{minute:02}" if hour < 17 else f"30/{hour - 17:02}:{minute:02}", 400 + 200 * (number % 2)
        )
        made.readings.clear()
    (listed_rule,) = watched(made, now="30/01:00")
    lines = view_shown(alert_details(listed_rule, 1)).split("\n")
    assert "10 earlier changes." in lines
    assert sum(line.endswith(": recovering") for line in lines) == 100


def test_a_rule_of_another_version_is_refused() -> None:
    broken = watch("php", 900)
    broken.rule["warning"] = "many"
    with pytest.raises(ContractError):
        watched(broken)
