"""The settings of the watch, and the rule that exists because of them."""

from datetime import timedelta

import pytest

from balance_core.errors import ProviderError
from balance_watch.settings import Settings

ENVIRONMENT = {
    "WATCH_TABLE": "watch",
    "BALANCES_TABLE": "balances",
    "REPORTER_FUNCTION": "reporter",
    "EVENT_BUS_NAME": "bus",
}


def settings(**changes: str) -> Settings:
    return Settings.from_environment({**ENVIRONMENT, **changes})


@pytest.mark.parametrize(
    ("schedule", "interval"),
    [
        ("rate(4 minutes)", timedelta(minutes=4)),
        ("rate(1 hour)", timedelta(hours=1)),
        ("rate(6 hours)", timedelta(hours=6)),
        ("", None),
    ],
)
def test_the_interval_is_that_of_the_schedule(schedule: str, interval: timedelta | None) -> None:
    assert settings(SNAPSHOT_SCHEDULE=schedule).interval == interval


def test_frozen_money_is_watched_by_itself_only_where_there_is_an_alert_channel() -> None:
    assert settings(ALERT_CHANNEL=" ").freeze_rule is None
    rule = {"id": "freeze", "kind": "freeze", "channel": "C1"}
    assert settings(ALERT_CHANNEL="C1").freeze_rule == {**rule, "owner": "C1"}
    # The first admin is told what could not be delivered, too.
    assert settings(ALERT_CHANNEL="C1", ADMIN_USER_IDS=" U1 ,U2").freeze_rule == {**rule, "owner": "U1"}
    assert settings(ADMIN_USER_IDS=" U1 ,U2").admin == "U1"


@pytest.mark.parametrize("missing", ENVIRONMENT)
def test_a_setting_that_is_missing_is_named(missing: str) -> None:
    with pytest.raises(ProviderError, match=missing):
        settings(**{missing: ""})
