"""What a measurement reports: figures with their goals, as a table for people or as JSON for programs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value. `value` and `goal` are text for people; `is_met` says whether the goal is met."""

    name: str
    value: str
    goal: str
    is_met: bool


@dataclass(frozen=True)
class Section:
    """What one module of this package measured, and how long it took."""

    title: str
    figures: tuple[Figure, ...]
    seconds: float = 0.0

    @property
    def is_met(self) -> bool:
        """Whether every goal is met; a section without figures proves nothing."""
        return bool(self.figures) and all(figure.is_met for figure in self.figures)


def count(name: str, found: int, wanted: int) -> Figure:
    """Met when exactly `wanted` were found, such as zero leaks."""
    return Figure(name, f"{found:,}", f"{wanted:,}", found == wanted)


def at_least(name: str, found: int, wanted: int) -> Figure:
    """Met when `found` is `wanted` or more."""
    return Figure(name, f"{found:,}", f"at least {wanted:,}", found >= wanted)


def at_most(name: str, found: int, limit: int) -> Figure:
    """Met when `found` is `limit` or less."""
    return Figure(name, f"{found:,}", f"at most {limit:,}", found <= limit)


def below(name: str, found: float, limit: float, unit: str) -> Figure:
    """Met when `found` is below `limit`, both in `unit`."""
    return Figure(name, f"{found:,.2f} {unit}", f"below {limit:,g} {unit}", found < limit)


def as_table(sections: Sequence[Section]) -> str:
    """One line for each figure with its goal, and a verdict at the end."""
    lines = []
    for section in sections:
        lines.append(f"{section.title} ({section.seconds:,.0f} s)")
        lines += [
            f"  {'ok  ' if each.is_met else 'MISS'} {each.name:62} {each.value:>16}   {each.goal}"
            for each in section.figures
        ]
    met = [figure.is_met for section in sections for figure in section.figures]
    return "\n".join([*lines, "", f"{sum(met)} of {len(met)} goals met"])


def as_json(sections: Sequence[Section]) -> dict[str, object]:
    """The same as data."""
    documents = [{**asdict(each), "is_met": each.is_met} for each in sections]
    return {"is_met": all(each.is_met for each in sections), "sections": documents}
