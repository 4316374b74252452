"""What a benchmark reports: figures with their goals, as a table for people or as JSON for programs."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Figure:
    """One measured thing. The median must not exceed `goal`; None where a figure only informs."""

    name: str
    unit: str
    median: float
    p95: float
    samples: int
    goal: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether the goal is met; a figure without a goal always meets it."""
        return self.goal is None or self.median <= self.goal


@dataclass(frozen=True)
class Section:
    """What one benchmark measured. `ratios` are the values that programs read, under names that do not change."""

    title: str
    figures: tuple[Figure, ...]
    ratios: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


def figure(name: str, unit: str, samples: Sequence[float], goal: float | None = None) -> Figure:
    """The figure of `samples` (at least one), all in `unit`."""
    ordered = sorted(samples)
    p95 = ordered[max(0, -(-95 * len(ordered) // 100) - 1)]
    return Figure(name, unit, statistics.median(ordered), p95, len(ordered), goal)


def ratio(name: str, ours: Sequence[float], theirs: Sequence[float], goal: float | None = None) -> Figure:
    """`ours` / `theirs`, each pair from the same round, so that a busy moment affects both."""
    return figure(name, "x", [mine / other for mine, other in zip(ours, theirs, strict=True)], goal)


def as_table(sections: Sequence[Section]) -> str:
    """One line for each figure, with its goal."""
    lines = []
    for section in sections:
        lines += [f"{section.title} ({section.seconds:,.0f} s)", f"       {'':62} {'median':>10} {'p95':>10}"]
        lines += [_line(each) for each in section.figures]
        lines += [f"       {note}" for note in section.notes]
        lines.append("")
    with_goal = [each for section in sections for each in section.figures if each.goal is not None]
    met = sum(each.is_met for each in with_goal)
    return "\n".join([*lines, f"{met} of {len(with_goal)} goals met"])


def as_json(sections: Sequence[Section], machine: str) -> dict[str, object]:
    """The same as data; `ratios` holds those of every section."""
    return {
        "machine": machine,
        "is_met": all(each.is_met for section in sections for each in section.figures),
        "ratios": {name: round(value, 3) for section in sections for name, value in section.ratios.items()},
        "sections": [_section(section) for section in sections],
    }


def _line(each: Figure) -> str:
    verdict = "" if each.goal is None else "ok" if each.is_met else "MISS"
    goal = "" if each.goal is None else f"goal {each.goal:g}"
    return (
        f"  {verdict:4} {each.name:62} {_number(each.median):>10} {_number(each.p95):>10} {each.unit:3} {goal}".rstrip()
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:,.3g}" if value < 10 else f"{value:,.1f}"


def _section(section: Section) -> dict[str, object]:
    figures = [{**asdict(each), "is_met": each.is_met} for each in section.figures]
    return {**asdict(section), "figures": figures}
