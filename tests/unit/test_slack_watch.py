"""The faces of the watch: every effect becomes a message that Slack takes, in plain words, with no injected mention."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from balance_core.contract import ContractError
from balance_slack.view.watch import direct_message, incident_message, reply
from balance_slack.view.watch_effect import Alert
from balance_slack.view.watch_words import duration
from tests.local.rendering import render_message
from tests.local.simulators.block_kit import refusal
from tests.rendering.answers import HOSTILE
from tests.rendering.judge import texts
from tests.unit.listed_cases import dangers
from tests.unit.watch_cases import RULE, Watch, at, gap, kinds, row

NAMES = {"payermax": "PayerMax", "payby": "PayBy"}


def alert(watch: Watch, effects: list[Any], kind: str) -> Alert:
    """The face of the one effect of a kind."""
    [effect] = [each for each in effects if each["kind"] == kind]
    return Alert.of(watch.rule, effect, NAMES)


def shown(message: Any) -> str:
    """What people read of a message, which Slack accepts."""
    assert refusal(message) is None
    return render_message(message)


def low(**rule: Any) -> tuple[Watch, list[Any]]:
    watch = Watch({**RULE, **rule})
    watch.see("06:30", 900)
    watch.see("06:45", 450)
    return watch, watch.see("07:00", 400)


def test_a_lower_bound_is_called_at_least_and_what_is_missing_is_named() -> None:
    watch = Watch({**RULE, "target": {"currency": "PHP"}})
    other = {"provider": "payby", "account": "hk", "type": "member"}
    for clock in ("06:00", "06:15"):
        watch.see(clock, 300, row(clock, "900000", **other))
    watch.see("06:30", 300, gap("06:30", provider="payby"))
    effects = watch.see("06:45", 300, gap("06:45", provider="payby"))
    unseen = alert(watch, effects, "unseen")
    assert shown(reply(unseen)) == (
        ":question: Not completely seen: PayBy did not answer in time. It is at least 300,000.00."
    )
    text = shown(incident_message(unseen))
    assert "PHP has not been seen" in text
    assert "No complete figure: PayBy did not answer in time." in text
    assert "What was seen is at least 300,000.00. What it is in all is not known." in text
    assert "Available at all providers. Owner @U0BEN" in text


def test_a_rule_that_never_had_a_figure_asks_whether_the_name_is_right() -> None:
    watch = Watch()
    watch.see("06:00", None)
    text = shown(incident_message(alert(watch, watch.see("06:15", None), "unseen")))
    assert "No PHP figure has ever come from PayerMax, account main. Is the name right?" in text


def test_below_zero_without_a_critical_level() -> None:
    watch = Watch({**RULE, "critical": None})
    watch.see("06:00", 900)
    watch.see("06:15", -1)
    text = shown(incident_message(alert(watch, watch.see("06:30", -2), "critical")))
    assert "PHP at PayerMax is critical: -2,000.00" in text
    assert "Below zero since 29 Nov 2026 at 06:30 UTC" in text


def test_an_alert_says_who_is_on_it_and_what_was_changed() -> None:
    watch, effects = low(link="https://merchant.example.com/top-up")
    message = incident_message(alert(watch, effects, "low"))
    assert "Nobody is on it." in shown(message)
    top_up = message["blocks"][-1]["elements"][-1]  # type: ignore[index]  # blocks are objects
    assert (top_up["text"]["text"], top_up["url"]) == ("Top up at PayerMax", "https://merchant.example.com/top-up")
    text = shown(incident_message(alert(watch, watch.press("07:05", "take", until="08:00"), "edit")))
    assert ":raising_hand: ana is on it until 08:00 UTC." in text
    text = shown(incident_message(alert(watch, watch.press("07:06", "false_alarm"), "edit")))
    assert "ana called it a false alarm." in text
    assert "[False alarm]" not in text
    snoozed = watch.press("07:07", "snooze", until="09:00", why="top-up at 9")
    text = shown(incident_message(alert(watch, snoozed, "edit")))
    assert "Snoozed until 29 Nov 2026 at 09:00 UTC by ana: top-up at 9" in text
    effects = watch.edit("07:10", warning="600000", owner="U0CARL1", critical=None)
    text = shown(incident_message(alert(watch, effects, "edit")))
    assert "critical level from 200,000.00 to none" in text
    assert "owner from @U0BEN to @U0CARL1" in text


def test_money_that_is_back_says_until_when_it_is_snoozed() -> None:
    watch, _ = low()
    watch.press("07:05", "snooze", until="12:00", why="top-up at 12")
    watch.see("07:15", 900)
    text = shown(incident_message(alert(watch, watch.see("07:30", 900), "edit")))
    assert "PHP at PayerMax is back: 900,000.00" in text
    assert ":zzz: Snoozed until 29 Nov 2026 at 12:00 UTC by ana: top-up at 12" in text
    assert "[End the snooze] [False alarm] [Details]" in text
    assert "[I'm on it]" not in text, "there is nothing to do"


def test_the_speed_is_not_told_of_figures_of_the_same_minute() -> None:
    for clock, speed in (("06:45:50", False), ("06:46", True)):
        watch = Watch({**RULE, "in_a_row": 1})
        watch.see("06:45", 450)
        text = shown(incident_message(alert(watch, watch.see(clock, 400), "edit")))
        assert ("▼ 50,000.00 in 1 min" in text) is speed
        assert " 0 min" not in text
        assert "critical at or below 200,000.00" in text


def faces(watch: Watch, effects: list[Any], code: str = "") -> Iterator[Any]:
    """Everything that is posted for these effects."""
    for effect in effects:
        face = Alert.of(watch.rule, effect, NAMES, code)
        yield direct_message(face) if effect["where"] == "direct" else incident_message(face)
        if effect["where"] in ("thread", "both"):
            yield reply(face)


@pytest.mark.parametrize("words", [each[:256] for each in HOSTILE if each.strip()])
def test_foreign_text_neither_mentions_nor_formats_in_any_face(words: str) -> None:
    def effects_of(watch: Watch) -> list[Any]:
        first = [each for clock in ("06:00", "06:15", "06:30") for each in watch.see(clock, money(clock, "400000"))]
        first += watch.press("06:31", "take", by=words, until="06:32") + watch.press("06:33", "false_alarm", by=words)
        first += watch.press("06:34", "snooze", by=words, until="06:40", why=words)
        gaps = [each for clock in ("07:00", "07:15") for each in watch.see(clock, gap(clock, account=words))]
        return first + gaps + watch.edit("08:30", owner=f"{words[:200]}2") + watch.edit("09:40", deleted=words)

    def money(clock: str, available: str | None, **members: Any) -> Any:
        return row(clock, available, account=words, type=words, **members)

    people = {"owner": words, "channel": words, "escalate_to": words, "escalate_after": 5}
    target = {"currency": "PHP", "provider": "payermax"}
    named, total = (
        Watch({**RULE, **people, "target": each}) for each in ({**target, "account": words, "type": words}, target)
    )
    frozen = Watch({**RULE, **people, "kind": "freeze", "target": None})
    rises = [
        each
        for clock, amount in (("06:00", "1"), ("06:15", "2"))
        for each in frozen.see(clock, money(clock, None, frozen=amount))
    ]
    notice = {"kind": "undeliverable", "at": at("07:00"), "where": "direct"}
    effects = effects_of(named)
    assert {*kinds(effects)} >= {"low", "escalation", "unseen", "rule_removed", "edit"}
    found = [*faces(named, effects), *faces(total, effects_of(total)), *faces(frozen, rises)]
    found += faces(named, [notice], words)
    assert len(found) > 20
    for message in found:
        assert refusal(message) is None
        shown_texts = [node["text"] for node in texts(message.get("blocks", [])) if node["type"] == "mrkdwn"]
        assert [dangers(text) for text in (*shown_texts, message["text"])] == [[] for _ in range(len(shown_texts) + 1)]


def test_a_direct_message_says_that_nobody_is_on_it() -> None:
    watch, _ = low(escalate_to="U0CARL1")
    effects = watch.see("07:30", 400)
    assert "escalation" in kinds(effects)
    text = shown(direct_message(alert(watch, effects, "escalation")))
    assert text.startswith("PHP at PayerMax is low: 400,000.00")
    assert "Nobody is on it." in text
    assert "The alert is in #C0MONEY. Its owner is @U0BEN." in text


def test_a_long_incident_fits_into_a_message() -> None:
    watch, _ = low(cooldown=0)
    effects: list[Any] = []
    for hour in range(8, 20):
        for minute, thousands in ((0, 600), (15, 400), (30, 600), (45, 400)):
            effects = watch.see(f"{hour:02}:{minute:02}", thousands) or effects
    text = shown(incident_message(Alert.of(watch.rule, effects[-1], NAMES)))
    assert "earlier changes · " in text


def test_silence_a_short_relapse_and_the_end_of_a_rule_are_told_in_the_message() -> None:
    watch, _ = low(cooldown=0, stale_after=60)
    effects = watch.run("09:00")
    assert "No figure since 29 Nov 2026 at 07:00 UTC: nothing was collected." in shown(
        incident_message(alert(watch, effects, "edit"))
    )
    watch, _ = low(cooldown=1440)
    watch.press("07:05", "false_alarm")
    for clock in ("07:15", "07:30"):
        watch.see(clock, 900)
    effects = watch.see("07:45", 400)
    assert "It was back, but the newest figure is at or below the warning level" in shown(
        incident_message(alert(watch, effects, "edit"))
    )
    quiet = {"from": "22:00", "to": "06:00", "time_zone": "Asia/Manila"}
    text = shown(incident_message(alert(watch, watch.edit("07:50", quiet=quiet), "edit")))
    assert "ana changed the rule: quiet hours." in text
    watch.see("07:55", 400)
    effects = watch.edit("09:00", deleted="U0ANA1")
    text = shown(incident_message(alert(watch, effects, "edit")))
    assert "@U0ANA1 removed this rule. Nobody watches this money now." in text
    assert "ana called it a false alarm." in text


def test_an_admin_is_told_which_alert_could_not_be_delivered() -> None:
    notice = {"kind": "undeliverable", "at": at("07:00"), "where": "direct"}
    freeze = {"id": "freeze", "kind": "freeze", "channel": "C0MONEY", "owner": "C0MONEY"}
    for rule, code, text in (
        (freeze, "is_archived", "frozen money could not be delivered in #C0MONEY: the channel is archived."),
        (RULE, "ekm_access_denied", "PHP at PayerMax could not be delivered in #C0MONEY: Slack says"),
    ):
        assert f"An alert about {text}" in shown(direct_message(Alert.of(rule, notice, NAMES, code)))


def test_how_fast_it_moves_is_told_only_between_two_complete_figures() -> None:
    watch = Watch({**RULE, "target": {"currency": "PHP"}})
    other = {"provider": "payby", "account": "hk", "type": "member"}
    watch.see("05:50", 900, gap("05:50", provider="payby"))
    for clock, thousands in (("06:00", 300), ("06:15", 250)):
        effects = watch.see(clock, thousands, row(clock, "100000.5", **other))
    text = shown(incident_message(alert(watch, effects, "low")))
    assert "▼ 50,000.00 in 15 min · critical at or below 200,000.00" in text
    text = shown(incident_message(alert(watch, watch.see("06:30", 260, row("06:30", "100000.5", **other)), "edit")))
    assert "▼ 40,000.00 in 30 min" in text
    bound = shown(incident_message(alert(watch, watch.see("06:45", 260, gap("06:45", provider="payby")), "edit")))
    assert "PHP is low: at least 260,000.00" in bound
    assert "in 45 min" not in bound
    up = shown(incident_message(alert(watch, watch.see("07:00", 460, row("07:00", "100000.5", **other)), "edit")))
    assert "▲ 160,000.00 in 1 h · back at or above 750,000.00" in up


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(-1, "0 min"), (4, "4 min"), (60, "1 h"), (100, "1 h 40 min"), (1440, "1 day"), (51 * 60 + 7, "2 days 3 h")],
)
def test_a_time_is_told_in_two_units_at_most(minutes: int, words: str) -> None:
    assert duration(timedelta(minutes=minutes)) == words


@pytest.mark.parametrize("kind", ["seen_again", "rule_removed"])
def test_a_reply_is_one_sentence_or_two(kind: str) -> None:
    watch = Watch({**RULE, "cooldown": 0})
    for clock in ("06:00", "06:15"):
        watch.see(clock, 600)
    for clock in ("06:30", "06:45"):
        watch.see(clock, None)
    effects = watch.edit("06:50", deleted="U0ANA1")
    if kind == "seen_again":
        watch = Watch({**RULE, "cooldown": 0})
        for clock, thousands in (("06:00", 600), ("06:15", 600), ("06:30", None), ("06:45", None), ("07:00", 600)):
            watch.see(clock, thousands)
        effects = watch.see("07:15", 600)
    texts = {
        "seen_again": ":white_check_mark: Seen again: 600,000.00. Above the warning level of 500,000.00.",
        "rule_removed": ":no_bell: @U0ANA1 removed this rule. PHP at PayerMax was 600,000.00. Nobody watches it now.",
    }
    assert shown(reply(alert(watch, effects, kind))).startswith(texts[kind])
    if kind == "seen_again":
        assert "Not seen for 30 min." in shown(incident_message(alert(watch, effects, kind)))


def test_an_effect_of_another_version_is_refused() -> None:
    with pytest.raises(ContractError, match="deploy all functions together"):
        Alert.of(RULE, {"kind": "low", "at": at("07:00"), "bound": "perhaps"}, NAMES)
