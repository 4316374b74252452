"""A company whose every secret and amount is a canary, every fault with every log on, and a search for the canaries."""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from balance_core.observability import SCRUBBED, scrub
from tests.canary import runs
from tests.canary.company import found_canary_company
from tests.canary.evidence import IN_FORCED_LOGS, Piece, Place, leaks, nameless_base64
from tests.canary.planted import planted_leaks
from tests.canary.search import Search
from tests.trust.report import Section, at_least, below, count

# Repeated to a megabyte, each is as slow to scrub as a line can be.
_URLS = ("/commands/T/", "hooks.slack.com/", "%2B")
_SLOW_TO_SCRUB = ("\\", "\\n", "aB3" * 15 + "\\n", "aB3", "-----BEGIN", "token: '", *_URLS)


def measure() -> Section:
    """Run the local system of that company four times, and search everything that left it."""
    with tempfile.TemporaryDirectory() as folder:
        keys, logs = Path(folder) / "keys", Path(folder) / "logs"
        whole = runs.everything(found_canary_company(keys), logs)
        broken = runs.broken_secrets(found_canary_company(keys), logs)
        unreadable = runs.unreadable_signing_secret(found_canary_company(keys), logs)
        forced = runs.forced(found_canary_company(keys), logs)
    outcomes = (whole, broken, unreadable)
    found = [leak for outcome in outcomes for leak in leaks(outcome.pieces, Search(outcome.canaries))]
    found_forced = leaks(forced.pieces, Search(forced.canaries), IN_FORCED_LOGS)
    pieces = [piece for outcome in (*outcomes, forced) for piece in outcome.pieces]
    planted, planted_found = planted_leaks(whole, Search(whole.canaries))
    figures = (
        at_least("places where bytes leave", len({piece.place for piece in whole.pieces}), len(Place)),
        at_least("characters searched", sum(len(piece.text) for piece in pieces), 5_000_000),
        at_least("canaries: keys, tokens, signatures, URLs, amounts", len(whole.canaries), 100),
        at_least("log lines at DEBUG", _lines(pieces, '"DEBUG"'), 1_000),
        count("canaries found, all faults, every log at DEBUG", len(found), 0),
        count("keys, tokens, signatures found, libraries' logs forced on", len(found_forced), 0),
        at_least("texts scrubbed from the logs that were forced on", _lines(forced.pieces, SCRUBBED), 50),
        count("other long Base64 in any log", len(nameless_base64(pieces)), 0),
        at_least("leaks planted, one at a time", planted, 1_000),
        count("of them not found", planted - planted_found, 0),
        below("slowest scrubbing of a line of 1 MB", max(map(_scrubbing_seconds, _SLOW_TO_SCRUB)), 2, "s"),
    )
    return Section("Secrets", figures)


def _lines(pieces: Sequence[Piece], word: str) -> int:
    return sum(word in line for piece in pieces if piece.place is Place.LOG for line in piece.text.splitlines())


def _scrubbing_seconds(unit: str) -> float:
    text = unit * (1_000_000 // len(unit))
    started_seconds = time.thread_time()
    scrub(text)
    return time.thread_time() - started_seconds
