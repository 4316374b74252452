"""Buttons, the Home tab and the digest, from the signed request to what people see."""

from datetime import UTC, datetime

import pytest

from tests.end_to_end.questions import PEOPLE, STRANGER, requests, runs, seen, since, type_command
from tests.local.company import BRANCH_CHANNEL, DIGEST_CHANNEL, PARAMETERS, SIGNING_SECRET
from tests.local.rendering import render_message, render_view
from tests.local.simulators.slack_actions import find_button, post_action
from tests.local.simulators.slack_events import post_event
from tests.local.simulators.slack_messages import DeliveredMessage
from tests.local.simulators.slack_views import ShownView
from tests.local.system import LocalSystem
from tests.schemas import problems

# Cooldowns are per person, so every test has its own people.
DANA, ALEX, KIM, LEE, SAM, _ = PEOPLE
TOTALS = "USD 1,784.63 available"
ONE_EACH = {"pagsmile": 1, "payby": 1, "payermax": 1}
NONE = dict.fromkeys(ONE_EACH, 0)
SCHEMAS = {"BalancesCollected": "balances-collected", "BalanceWatchChanged": "balance-watch-changed"}


def answer_for(system: LocalSystem, user_id: str) -> DeliveredMessage:
    (message,) = type_command(system, "USD", user_id=user_id).then
    return message


def press(system: LocalSystem, surface: DeliveredMessage | ShownView, action_id: str, **who: str) -> None:
    """Press a button, and wait until nothing more happens."""
    reply = system.press(surface, action_id, **who)
    assert (reply.status, reply.body) == (200, "")
    system.settle()


def home_of(system: LocalSystem, user_id: str) -> ShownView:
    home = system.company.slack.home_of(user_id)
    assert home is not None
    return home


def test_refresh_replaces_the_answer_with_a_new_one(system: LocalSystem) -> None:
    answer = answer_for(system, DANA)
    asked, before = requests(system), len(system.company.slack.messages)
    press(system, answer, "refresh")
    progress, refreshed = system.company.slack.messages[before:]
    assert "again" in progress.text
    assert progress.is_replacement
    assert (refreshed.is_replacement, refreshed.ts, refreshed.visible_to) == (True, answer.ts, answer.visible_to)
    assert TOTALS in render_message(refreshed.payload)
    assert since(asked, requests(system)) == ONE_EACH
    assert render_message(refreshed.payload) in seen(system, DANA)


def test_share_asks_nobody_and_shows_everybody_the_answer_but_strangers_no_details(system: LocalSystem) -> None:
    answer = answer_for(system, ALEX)
    before, asked = seen(system, STRANGER), requests(system)
    assert "Everyone in this channel" in find_button(answer.blocks, "share")["confirm"]["text"]["text"]
    press(system, answer, "share")
    assert not any(since(asked, requests(system)).values())
    shared = system.company.slack.messages[-1]
    (shown,) = seen(system, STRANGER)[len(before) :]
    assert shown.startswith(f"@{ALEX} shared this\n")
    assert TOTALS in shown
    with pytest.raises(ValueError, match="there is not exactly one button 'refresh', but: details"):
        find_button(shared.blocks, "refresh")
    before_runs = runs(system, "aggregator")
    press(system, shared, "details", user_id=STRANGER)
    refusal = system.company.slack.messages[-1]
    assert (refusal.visible_to, refusal.is_replacement) == (STRANGER, False)
    assert f"<@{PARAMETERS['AdminContact']}>" in refusal.text
    assert runs(system, "aggregator") == before_runs


def test_details_opens_a_modal_and_then_fills_it(system: LocalSystem) -> None:
    answer = answer_for(system, KIM)
    before = len(system.company.slack.views)
    press(system, answer, "details")
    loading, filled = system.company.slack.views[before:]
    assert (loading.view_id, loading.kind, loading.user_id) == (filled.view_id, "modal", KIM)
    assert "1,784.63" not in render_view(loading.payload)
    shown = render_view(filled.payload)
    assert "1,008.29 available" in shown
    assert "number 10419000000401" in shown
    assert "code 78001" in shown


def test_the_home_tab_asks_the_providers_when_first_opened_and_when_refreshed(system: LocalSystem) -> None:
    before = len(system.company.slack.views)
    assert system.open_home(user_id=LEE).status == 200
    system.settle()
    progress, filled = system.company.slack.views[before:]
    assert (progress.kind, progress.user_id, progress.view_id) == ("home", LEE, filled.view_id)
    shown = render_view(filled.payload)
    assert TOTALS in shown
    assert f"Ask @{PARAMETERS['AdminContact']}" in shown
    system.requests_table.prolong()
    asked = requests(system)
    system.open_home(user_id=LEE)
    system.open_home(tab="messages", user_id=LEE)
    system.settle()
    assert since(asked, requests(system)) == NONE
    assert home_of(system, LEE) == filled
    press(system, filled, "refresh")
    refreshed = home_of(system, LEE)
    assert (refreshed.view_id, refreshed.hash == filled.hash) == (filled.view_id, False)
    assert all(since(asked, requests(system)).values())


def test_the_home_tab_of_a_stranger_says_whom_to_ask_and_shows_no_balance(system: LocalSystem) -> None:
    before = runs(system, "aggregator")
    system.open_home(user_id=STRANGER)
    system.settle()
    shown = render_view(home_of(system, STRANGER).payload)
    assert f"@{PARAMETERS['AdminContact']}" in shown
    assert STRANGER in shown
    assert "USD" not in shown
    assert runs(system, "aggregator") == before


def test_an_event_or_press_that_slack_sends_again_is_handled_once(system: LocalSystem) -> None:
    opened = system.company.slack.new_home_opening(user_id=SAM).payload()
    before = len(system.company.slack.views)
    replies = [post_event(system.url, opened, SIGNING_SECRET, datetime.now(UTC), retry=number) for number in range(4)]
    assert [reply.status for reply in replies] == [200] * 4
    system.settle()
    assert len(system.company.slack.views) == before + 2, "progress, then balances"
    pressed = system.company.slack.new_press(answer_for(system, SAM), "refresh")
    before, now = len(system.company.slack.messages), datetime.now(UTC)
    assert [post_action(system.url, pressed, SIGNING_SECRET, now).status for _ in range(3)] == [200] * 3
    system.settle()
    assert len(system.company.slack.messages) == before + 2


def test_the_schedule_posts_one_message_to_every_digest_channel(system: LocalSystem) -> None:
    before, runs_before = len(system.company.slack.messages), runs(system, "aggregator")
    published = len(system.bus.published)
    now = datetime.now(UTC)
    for _ in range(2):  # EventBridge Scheduler delivers at least once
        system.fire_schedule(now)
        system.settle()
    for event in system.bus.published[published:]:
        assert not problems(SCHEMAS[str(event["detail-type"])], event["detail"])
        assert "1784.63" not in str(event)
    posts = system.company.slack.messages[before:]
    assert [post.channel_id for post in posts] == [DIGEST_CHANNEL, BRANCH_CHANNEL]
    assert runs(system, "aggregator") == runs_before + 2, "two snapshots, and no question"
    assert find_button(posts[0].blocks, "details")
    with pytest.raises(ValueError, match="not exactly one button"):
        find_button(posts[1].blocks, "details")
    everything, branch = (render_message(post.payload) for post in posts)
    assert everything.splitlines()[0] == "All balances"
    assert TOTALS in everything
    assert branch.splitlines()[0] == "Balances in AED"
    assert "AED 897,994.47 available\n• PayBy: 897,993.88\n• PayerMax: 0.59" in branch
    assert "USD" not in branch
    assert not system.failed_events()


def test_a_history_and_its_buttons_ask_no_provider(system: LocalSystem) -> None:
    system.fire_schedule(name="watch")
    system.settle()
    asked = requests(system)
    (history,) = type_command(system, "history USD", user_id=DANA).then
    assert "USD 1,784.63 available" in render_message(history.payload)
    press(system, history, "history_30d")
    replaced = system.company.slack.messages[-1]
    assert (replaced.ts, replaced.is_replacement, replaced.visible_to) == (history.ts, True, DANA)
    find_button(replaced.blocks, "history_7d")
    assert not any(since(asked, requests(system)).values())
