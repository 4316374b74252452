"""The local system's made-up month: it ends in what the simulators answer, and shows all kinds of moves and a gap."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import boto3
import pytest
from moto import mock_aws

from balance_core.history.change import changes
from balance_core.history.items import Items
from balance_core.history.moves import MoveKind
from balance_core.history.queries import explanation, history, last_snapshot_of_yesterday
from balance_core.history.table import BalancesTable
from balance_core.question import Period
from balance_slack.view.change import Change
from tests.integration.moto_server import IN_PROCESS
from tests.local.aws.cloudformation import load_template
from tests.local.aws.resources import create_tables
from tests.local.aws.stack import STACK_NAME
from tests.local.company import PROVIDERS
from tests.local.history import seed_history, snapshots
from tests.local.paths import PROJECT
from tests.local.simulators import pagsmile, payby, payermax
from tests.memory.table import never


@pytest.mark.parametrize("now", [datetime(2026, 11, 29, 0, 1, tzinfo=UTC), datetime(2026, 11, 29, 17, 30, tzinfo=UTC)])
def test_the_seeded_month_answers_every_question_about_the_past(now: datetime) -> None:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-central-1", config=IN_PROCESS)
        create_tables(load_template(PROJECT / "template.yaml"), client)
        seed_history(client, now, PROVIDERS)
        table = BalancesTable(Items(client, f"{STACK_NAME}-BalancesTable", never), UTC)
        month = history(table, "USD", None, Period.MONTH, now)
        # What is not seen is said: three days ago everything was known again.
        assert [point.gaps for point in month.points] == [2 if back == 5 else 0 for back in range(29, -1, -1)]
        assert all(point.available for point in month.points)
        assert (month.figure.closing, month.figure.gaps) == ("1784.63", 2)
        assert all(point.available for point in history(table, "USD", None, Period.DAY, now).points)
        (last,) = [*snapshots(now, PROVIDERS)][-1:]
        then = last_snapshot_of_yesterday(table, now)
        assert then is not None
        compared = changes(last.readings, then.readings)
        change = Change(then.taken_at, compared.places, {}).of("USD")
        assert change is not None
        assert change.to_wire() == "-236.41"
        assert not {place for place in compared.not_compared if place[0] == "USD"}
        told = explanation(table, "USD", now - timedelta(days=29), now)
    assert told is not None
    moves = {merchant.provider: [move.kind for move in merchant.moves] for merchant in told.merchants}
    assert set(moves["payermax"]) == {
        *(MoveKind.RECEIVED, MoveKind.SETTLED, MoveKind.PAID_OUT, MoveKind.FROZEN, MoveKind.RELEASED, MoveKind.HIDDEN)
    }
    assert set(moves["pagsmile"]) == {MoveKind.RECEIVED, MoveKind.PAID_OUT}
    assert [len(merchant.gaps) for merchant in told.merchants] == [0, 1]
    assert not any(value for merchant in told.merchants for value in merchant.difference.values())


def test_the_seeded_month_ends_in_what_the_simulators_answer_and_never_goes_below_zero() -> None:
    made = list(snapshots(datetime(2026, 11, 29, 12, 0, tzinfo=UTC), PROVIDERS))
    assert {each.currency: each.available for each in made[-1].readings if each.provider == "pagsmile"} == {
        each.currency: each.available_balance for each in pagsmile.DOCUMENTED_BALANCES
    }
    assert {
        (each.account_type, each.currency): each.available or each.pending or each.frozen
        for each in made[-1].readings
        if each.provider == "payermax"
    } == {(each.account_type, each.currency): f"{each.balance:.2f}" for each in payermax.DOCUMENTED_BALANCES}
    assert {
        each.currency: Decimal(each.available or 0) for each in made[-1].readings if each.provider == "payby"
    } == payby.DOCUMENTED_BALANCES
    amounts = [each.available or each.pending or each.frozen or "" for snapshot in made for each in snapshot.readings]
    assert min(map(Decimal, amounts)) >= 0
