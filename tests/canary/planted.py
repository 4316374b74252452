"""Proof that the search works: leaks planted in what really left the functions."""

from collections.abc import Iterator, Sequence

from tests.canary.evidence import ALLOWED, Piece, Place, leaks
from tests.canary.runs import Outcome
from tests.canary.search import WINDOW, Canary, Kind, Search, representations, windows

_CONTEXT = 2000
# How many canaries of each kind are planted; there are hundreds of signatures.
_OF_A_KIND = 5


def planted_leaks(outcome: Outcome, search: Search) -> tuple[int, int]:
    """How many leaks were planted, one at a time, and how many of them were found.

    16 characters of every form of a canary, in every representation, are put into a piece of every place that does not
    allow it.
    """
    samples = _samples(outcome.pieces)
    planted = found = 0
    for canary in _some_of_each_kind(outcome.canaries):
        for slice_ in _slices(canary):
            for place, text in samples.items():
                if canary.kind not in ALLOWED.get(place, frozenset()):
                    middle = len(text) // 2
                    piece = Piece(place, "planted", text[:middle] + slice_ + text[middle:])
                    planted += 1
                    found += any(leak.canary == canary.name for leak in leaks([piece], search))
    return planted, found


def _slices(canary: Canary) -> Iterator[str]:
    common = {piece for form in canary.structure for piece in windows(form)}
    for form in canary.forms:
        for text in representations(form).values():
            start = max(0, len(text) // 2 - WINDOW // 2)
            slice_ = text[start : start + WINDOW]
            if slice_ in windows(form) - common:
                yield slice_


def _some_of_each_kind(canaries: Sequence[Canary]) -> list[Canary]:
    return [canary for kind in Kind for canary in [each for each in canaries if each.kind is kind][:_OF_A_KIND]]


def _samples(pieces: Sequence[Piece]) -> dict[Place, str]:
    """A piece of text from every place."""
    return {piece.place: piece.text[:_CONTEXT] for piece in pieces}
