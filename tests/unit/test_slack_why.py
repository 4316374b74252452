"""Why a currency changed, as a message: a sentence for each move, and what is not known."""

from datetime import UTC, datetime, timedelta

import pytest

from balance_core.history.components import points
from balance_core.history.moves import merchants_in, moves_of
from balance_core.history.queries import Explanation
from balance_core.history.readings import Gap, Snapshot, readings_of
from balance_core.models import Balance, ProviderAnswer
from balance_core.question import SnapshotKind
from balance_slack.view.why import render_why
from tests.local.simulators.block_kit import refusal
from tests.unit.slack_cases import NAMES, balance, lines_of, report

START = datetime(2026, 11, 28, 22, tzinfo=UTC)
# Available, pending and frozen, each in an account of its own; None for a look that failed.
Figures = tuple[str | None, str | None, str | None] | None


def look(figures: dict[str, Figures], number: int) -> Snapshot:
    """What one snapshot saw of each merchant account at PayerMax."""
    at = START + timedelta(hours=number)
    answers = [
        ProviderAnswer("payermax", at, reports=(report("payermax", *balances_of(amounts), account=account),))
        for account, amounts in figures.items()
        if amounts
    ]
    gaps = tuple(
        Gap(provider="payermax", account=account, currency=None, kind="timeout")
        for account, amounts in figures.items()
        if not amounts
    )
    return Snapshot(
        key=str(number),
        kind=SnapshotKind.WATCH,
        taken_at=at,
        correlation_id="c",
        readings=readings_of(answers),
        gaps=gaps,
    )


def balances_of(amounts: tuple[str | None, str | None, str | None]) -> list[Balance]:
    available, pending, frozen = amounts
    kinds = (("DISBURSEMENT", (available,)), ("SETTLE", (None, pending)), ("FREEZE", (None, None, frozen)))
    return [balance(*figures, type=kind) for kind, figures in kinds if figures[-1] is not None]


def why(*looks: dict[str, Figures], provider: str | None = None) -> list[str]:
    """The lines of the message about these looks."""
    seen = list(points([look(figures, number) for number, figures in enumerate(looks)], "USD"))
    merchants = tuple(moves_of(seen, *merchant) for merchant in merchants_in(seen))
    message = render_why(Explanation("USD", seen[0].at, seen[-1].at, merchants), provider, NAMES)
    assert all(refusal(form) is None for form in message.forms())
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines_of(next(message.forms()))]


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (("15000", "0", "0"), ("3000", "0", "12000"), "PayerMax froze USD 12,000.00"),
        (("3000", "0", "12000"), ("15000", "0", "0"), "PayerMax released USD 12,000.00"),
        (("100", "2000", "0"), ("2100", "0", "0"), "PayerMax settled USD 2,000.00"),
        (("100", "2000", "0"), ("2070", "0", "0"), "PayerMax settled USD 2,000.00 and kept 30.00, perhaps a fee"),
        (("100", "0", "0"), ("150.01", "0", "0"), "USD 50.01 came in"),
        (("100", "0", "0"), ("100", "7", "0"), "USD 7.00 came in, pending"),
        (("100", "0", "0"), ("60", "0", "0"), "USD 40.00 went out"),
        (("100", "9", "0"), ("60", "0", "8"), "Unexplained: available ▼ 40.00, pending ▼ 9.00, frozen ▲ 8.00"),
    ],
)
def test_each_move_is_a_sentence_with_its_time(before: Figures, after: Figures, sentence: str) -> None:
    lines = why({"main": before}, {"main": after})
    assert f"• {sentence} · by 28 Nov 2026 at 23:00 UTC" in lines


def test_the_answer_begins_with_the_change_and_says_whether_the_moves_explain_it() -> None:
    lines = why({"main": ("100", "0", "0")}, {"main": ("150", "0", "0")}, {"main": ("130", "0", "0")})
    assert lines == [
        "USD up 30.00",
        "PayerMax: 100.00 → 130.00 available",
        "• USD 50.00 came in · by 28 Nov 2026 at 23:00 UTC",
        "• USD 20.00 went out · by 29 Nov 2026 at 00:00 UTC",
        "The moves explain each change exactly. They are told from stored balances, not from transactions.",
        "Since 28 Nov 2026 at 22:00 UTC until 29 Nov 2026 at 00:00 UTC",
    ]
    same = why({"main": ("5", "0", "0")}, {"main": ("5", "0", "0")}, provider="payermax")
    assert same[:2] == ["USD unchanged at PayerMax", "PayerMax: the same as then"]


def test_a_gap_hides_moves_and_says_so() -> None:
    lines = why({"main": ("100", "0", "0")}, {"main": None}, {"main": ("60", "0", "0")})
    assert "• Hidden by a gap: available ▼ 40.00 · by 29 Nov 2026 at 00:00 UTC" in lines
    assert (
        ":warning: Not seen from 28 Nov 2026 at 22:00 UTC to 29 Nov 2026 at 00:00 UTC: moves may be hidden there."
    ) in lines
    assert "The moves do not explain everything." in lines[-2]


def test_a_merchant_that_was_not_seen_makes_the_change_unknown() -> None:
    lines = why({"hk": ("1", "0", "0"), "uae": ("5", "0", "0")}, {"hk": ("2", "0", "0"), "uae": ("5", "0", None)})
    assert lines[0] == "USD up 1.00"
    assert "PayerMax hk: 1.00 → 2.00 available" in lines
    assert why({"main": None}, {"main": None}) == [
        "USD was not seen since then, so nothing can be explained.",
        "Since 28 Nov 2026 at 22:00 UTC",
    ]


def test_a_long_explanation_is_cut_and_counted() -> None:
    looks: list[dict[str, Figures]] = [{"main": (str(number % 2), "0", "0")} for number in range(400)]
    assert any(line.startswith("… and ") and "more lines" in line for line in why(*looks))
