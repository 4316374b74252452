"""The findings for people and for programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from tests.deployment.check import Check, Status
from tests.deployment.target import Target

_WIDTH = max(len(status.value) for status in Status)


def is_sound(checks: Sequence[Check]) -> bool:
    """Whether nothing is wrong."""
    return all(check.status is not Status.WRONG for check in checks)


def as_text(target: Target, checks: Sequence[Check]) -> str:
    """One line for each finding with its remedy below, and the counts at the end."""
    counts = {status: sum(check.status is status for check in checks) for status in Status}
    summary = ", ".join(f"{count} {status.value}" for status, count in counts.items() if count)
    return "\n".join([f"{target.stack} in {target.region}\n", *map(_lines, checks), f"\n{summary}"])


def as_json(target: Target, checks: Sequence[Check]) -> str:
    """The same as one JSON object."""
    found = [{name: value for name, value in asdict(check).items() if value} for check in checks]
    document = {"stack": target.stack, "region": target.region, "is_sound": is_sound(checks), "checks": found}
    return json.dumps(document, indent=2, ensure_ascii=False)


def _lines(check: Check) -> str:
    lines = [f"{check.status.value:<{_WIDTH}}  {check.subject}: {_printable(check.finding)}"]
    if check.remedy:
        lines.append(f"{' ' * (_WIDTH + 2)}-> {_printable(check.remedy)}")
    if check.detail:
        lines.append(f"\n{check.detail}\n")  # not indented, so that it can be copied
    return "\n".join(lines)


def _printable(text: str) -> str:
    """Some words come from other companies: they must not control the terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)
