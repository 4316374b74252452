"""A made-up past: merchants whose money moves, snapshots that see it, and gaps. Amounts are whole cents here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from balance_core.history.readings import Gap, Reading, Snapshot
from balance_core.question import SnapshotKind

START = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
STEP = timedelta(minutes=15)
# Account types by provider, and the figure that each one holds.
ROWS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "payermax": (
        ("ACQUIRING", ("available",)),
        ("DISBURSEMENT", ("available",)),
        ("SETTLE", ("pending",)),
        ("FREEZE", ("frozen",)),
    ),
    "pagsmile": (("partner account", ("available", "frozen")),),
    "payby": (("member", ("available",)),),
}
Purse = tuple[str, str]


@dataclass(frozen=True)
class Truth:
    """What really happened to one merchant before a snapshot: kind, cents and fee; None if nothing did."""

    kind: str
    cents: int
    fee: int = 0


@dataclass(frozen=True)
class Look:
    """One snapshot, the purses in cents by merchant at that time, and the merchants that it saw as a whole."""

    snapshot: Snapshot
    purses: Mapping[tuple[str, str], Mapping[Purse, int]]
    whole: frozenset[tuple[str, str]]
    moves: Mapping[tuple[str, str], Truth | None]


def looks(random: Random, number: int, currency: str = "USD") -> list[Look]:
    """`number` snapshots of up to four merchants, with outages, rows left out and at most one move in between each."""
    merchants = random.sample(
        [("payermax", "main"), ("payermax", "hk"), ("pagsmile", "main"), ("payby", "uae")], random.randint(1, 4)
    )
    purses = {merchant: _first_purses(random, merchant[0]) for merchant in merchants}
    gap_chance = random.choice((0, 0, 8, 3))
    made = []
    for place in range(number):
        at = START + place * STEP
        moves = {merchant: _move(random, merchant[0], purses[merchant]) if place else None for merchant in merchants}
        readings: list[Reading] = []
        gaps: list[Gap] = []
        whole = set()
        for merchant in merchants:
            rows = list(_readings(merchant, purses[merchant], currency, at))
            # The first snapshot is whole, so that every account is known from then on.
            if place and gap_chance and random.randrange(gap_chance) == 0:
                if random.choice((True, False)):
                    gaps.append(Gap(provider=merchant[0], account=merchant[1], currency=None, kind="timeout"))
                else:
                    gaps.append(Gap(provider=merchant[0], account=merchant[1], currency=currency, kind="unread_rows"))
                    rows.remove(random.choice(rows))
                    readings += rows
            else:
                whole.add(merchant)
                readings += rows
        snapshot = Snapshot(
            key=f"{at:%Y-%m-%dT%H:%M:%SZ}#watch",
            kind=SnapshotKind.WATCH,
            taken_at=at,
            correlation_id=f"id-{place}",
            readings=tuple(random.sample(readings, len(readings))),
            gaps=tuple(gaps),
        )
        held = {merchant: dict(ours) for merchant, ours in purses.items()}
        made.append(Look(snapshot, held, frozenset(whole), moves))
    return made


def _first_purses(random: Random, provider: str) -> dict[Purse, int]:
    return {
        (kind, figure): random.randint(-50_000, 10_000_000) for kind, figures in ROWS[provider] for figure in figures
    }


def _move(random: Random, provider: str, purses: dict[Purse, int]) -> Truth | None:
    """Move some money and say how; None when nothing moved."""
    available = [purse for purse in purses if purse[1] == "available"]
    source = random.choice(available)
    cents = random.choice((1, random.randint(2, 5_000_000)))
    kinds = ["nothing", "nothing", "received", "paid_out"]
    kinds += ["frozen", "released"] if provider != "payby" else []
    kinds += ["settled", "settled with a fee", "transferred"] if provider == "payermax" else []
    kind = random.choice(kinds)
    if kind == "nothing":
        return None
    if kind in ("received", "paid_out"):
        purse = random.choice([source, *(each for each in purses if each[1] == "pending")])
        purses[purse] += cents if kind == "received" else -cents
    elif kind in ("frozen", "released"):
        frozen = next(purse for purse in purses if purse[1] == "frozen")
        sign = 1 if kind == "frozen" else -1
        purses[source] -= sign * cents
        purses[frozen] += sign * cents
    elif kind == "transferred":
        purses["ACQUIRING", "available"] -= cents
        purses["DISBURSEMENT", "available"] += cents
    else:
        fee = random.randint(0, cents // 10) if kind.endswith("fee") else 0
        purses["SETTLE", "pending"] -= cents
        purses["ACQUIRING", "available"] += cents - fee
        return Truth("settled", cents, fee)
    return Truth(kind, cents)


def _readings(merchant: tuple[str, str], purses: Mapping[Purse, int], currency: str, at: datetime) -> Iterator[Reading]:
    provider, account = merchant
    for kind, figures in ROWS[provider]:
        amounts = {figure: text(purses[kind, figure]) for figure in figures}
        yield Reading(
            provider=provider,
            account=account,
            account_type=kind,
            account_number=None,
            account_label=None,
            currency=currency,
            available=amounts.get("available"),
            pending=amounts.get("pending"),
            frozen=amounts.get("frozen"),
            total=None,
            as_of=at - timedelta(seconds=20),
            received_at=at,
            is_verified=provider != "pagsmile",
        )


def text(cents: int) -> str:
    """Cents as our wire writes dollars."""
    whole, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{part:02}"
