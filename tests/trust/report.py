"""What a measurement says: figures with their goals, in sections, as a table for people or JSON for programs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value: `value` and `goal` as a person reads them, `is_met` whether the goal is reached."""

    name: str
    value: str
    goal: str
    is_met: bool


@dataclass(frozen=True)
class Section:
    """What one module of this package measured, and how long that took."""

    title: str
    figures: tuple[Figure, ...]
    seconds: float = 0.0

    @property
    def is_met(self) -> bool:
        """Whether every goal is reached; a section without figures proves nothing."""
        return bool(self.figures) and all(figure.is_met for figure in self.figures)


def count(name: str, found: int, wanted: int) -> Figure:
    """A figure that is met when exactly `wanted` of something were found, such as zero leaks."""
    return Figure(name, f"{found:,}", f"{wanted:,}", found == wanted)


def at_least(name: str, found: int, wanted: int) -> Figure:
    """A figure that is met when `found` is `wanted` or more."""
    return Figure(name, f"{found:,}", f"at least {wanted:,}", found >= wanted)


def below(name: str, found: float, limit: float, unit: str) -> Figure:
    """A figure that is met when `found` stays below `limit`, both in `unit`."""
    return Figure(name, f"{found:,.2f} {unit}", f"below {limit:,g} {unit}", found < limit)


def as_table(sections: Sequence[Section]) -> str:
    """A line for each figure, its goal beside it, and a verdict at the end."""
    lines = []
    for section in sections:
        lines.append(f"{section.title} ({section.seconds:,.0f} s)")
        lines += [
            f"  {'ok  ' if figure.is_met else 'MISS'} {figure.name:62} {figure.value:>16}   {figure.goal}"
            for figure in section.figures
        ]
    figures = [figure for section in sections for figure in section.figures]
    met = sum(figure.is_met for figure in figures)
    return "\n".join([*lines, "", f"{met} of {len(figures)} goals met"])


def as_json(sections: Sequence[Section]) -> dict[str, object]:
    """The same as data."""
    return {
        "is_met": all(section.is_met for section in sections),
        "sections": [{**asdict(section), "is_met": section.is_met} for section in sections],
    }
