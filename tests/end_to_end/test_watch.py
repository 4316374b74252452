"""The watch in Lambda's own runtime, as people in Slack see it, with the schedules of this machine."""

import json
from decimal import Decimal
from typing import Any

from tests.local.aws.stack import STACK_NAME
from tests.local.company import DIGEST_CHANNEL
from tests.local.simulators.payermax import PayerMaxBalance, PayerMaxSimulator
from tests.local.simulators.slack_messages import DeliveredMessage
from tests.local.system import LocalSystem

PERSON = "U0123456789"
ENTERED = {"type": "DISBURSEMENT", "in_a_row": "1", "cooldown": "0", "channel": DIGEST_CHANNEL, "owner": PERSON}


def ask(system: LocalSystem, function: str, **request: Any) -> Any:
    """Invoke a function as another service does."""
    result = system.functions.invoke(f"{STACK_NAME}-{function}:live", json.dumps(request).encode())
    return json.loads(result.payload)


def submit(system: LocalSystem, **values: Any) -> None:
    """Fill in the person's modal and submit it."""
    view = system.company.slack.modal_of(PERSON)
    assert view is not None
    reply = system.submit(view, values)
    assert reply.status == 200, reply
    assert system.company.slack.errors_of(PERSON) == {}
    system.settle()


def modal(system: LocalSystem) -> str:
    """What the person reads in the topmost modal."""
    view = system.company.slack.modal_of(PERSON)
    return json.dumps(view.blocks, ensure_ascii=False) if view else ""


def top_up(system: LocalSystem) -> None:
    """PayerMax pays out of PHP 5,000.00 from now on."""
    payermax = system.company.providers["payermax"]
    assert isinstance(payermax, PayerMaxSimulator)
    payermax.hold((PayerMaxBalance(Decimal(5000), "DISBURSEMENT", "PHP"),))


def snapshot(system: LocalSystem) -> None:
    """Fire the schedule until the watch has a new reading: two snapshots in one second are one to it."""
    before = seen(system)
    while seen(system) == before:
        system.fire_schedule(name="watch")
        system.settle()


def seen(system: LocalSystem) -> list[Any]:
    """When each rule's money was last seen."""
    return [each["seen"] for each in ask(system, "watch-states", request="states")["rules"]]


def shown(system: LocalSystem, alert: DeliveredMessage) -> str:
    """The alert as it is now."""
    [now] = [each for each in system.company.slack.seen_by(PERSON, DIGEST_CHANNEL) if each.ts == alert.ts]
    return json.dumps(now.blocks, ensure_ascii=False)


def test_a_short_day_a_rule_is_made_its_money_runs_low_somebody_takes_it_and_all_is_clear(system: LocalSystem) -> None:
    slack = system.company.slack
    system.fire_schedule(name="watch")
    system.settle()
    system.command("watch PHP payermax:main below 1000")
    system.settle()
    submit(system, **ENTERED)
    assert "In the last 30 days: 1 notification." in modal(system)
    submit(system)
    assert "is watched now" in modal(system)
    [rule] = [each["rule"] for each in ask(system, "watch", request="list")["rules"] if each["rule"]["id"] != "freeze"]
    system.fire_schedule(name="watch")
    system.settle()
    [alert] = [each for each in slack.messages if each.text.startswith("PHP at")]
    assert alert.text == "PHP at PayerMax is low: 16.08 available, warning level 1,000.00."
    system.press(alert, "watch_take", user_id=PERSON)
    system.settle()
    submit(system, minutes="60")
    assert f"<@{PERSON}> is on it until" in shown(system, alert)
    system.press(alert, "watch_false_alarm", user_id=PERSON)
    system.settle()
    assert f"<@{PERSON}> called it a false alarm" in shown(system, alert)
    system.fire_schedule(name="watch-run")
    system.settle()
    answer = ask(system, "watch-states", request="states")
    assert [(each["rule"], each["state"]) for each in answer["rules"]] == [(rule["id"], "low"), ("freeze", "ok")]
    top_up(system)
    snapshot(system)
    [reply] = [each for each in slack.messages if each.thread_ts == alert.ts]
    assert reply.text.startswith(":white_check_mark: *All clear: 5,000.00.* Low for ")
    assert "PHP at PayerMax is back: 5,000.00" in shown(system, alert)
    announced = [each for each in system.bus.published if each["detail-type"] == "BalanceWatchChanged"]
    assert [each["detail"]["to"] for each in announced if each["detail"]["rule"] == rule["id"]] == ["low", "ok"]
    system.command("watch")
    system.settle()
    assert "All 2 rules are fine" in slack.messages[-1].text
    system.command("who")
    system.settle()
    who = json.dumps(slack.messages[-1].blocks, ensure_ascii=False)
    assert "PHP payermax:main DISBURSEMENT" in who
    assert "1,000" not in who
    assert system.failed_events() == []
