"""The findings as people and as programs read them."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from tests.deployment.check import Check, Status
from tests.deployment.place import Place

_WIDTH = max(len(status.value) for status in Status)


def is_sound(checks: Sequence[Check]) -> bool:
    """Whether nothing is wrong."""
    return all(check.status is not Status.WRONG for check in checks)


def as_text(place: Place, checks: Sequence[Check]) -> str:
    """One line for each finding, the remedy under it, and the counts at the end."""
    blocks = [f"{place.stack} in {place.region}\n", *(_block(check) for check in checks)]
    counts = {status: sum(check.status is status for check in checks) for status in Status}
    told = ", ".join(f"{count} {status.value}" for status, count in counts.items() if count)
    return "\n".join([*blocks, f"\n{told}"])


def as_json(place: Place, checks: Sequence[Check]) -> str:
    """The same as one JSON object."""
    found = [{name: value for name, value in asdict(check).items() if value} for check in checks]
    document = {"stack": place.stack, "region": place.region, "is_sound": is_sound(checks), "checks": found}
    return json.dumps(document, indent=2, ensure_ascii=False)


def _block(check: Check) -> str:
    indent = " " * (_WIDTH + 2)
    lines = [f"{check.status.value:<{_WIDTH}}  {check.subject}: {_printable(check.finding)}"]
    if check.remedy:
        lines.append(f"{indent}-> {_printable(check.remedy)}")
    # Not indented, so that it can be copied.
    return "\n".join([*lines, *([f"\n{check.detail}\n"] if check.detail else [])])


def _printable(text: str) -> str:
    """Words of other companies stand here, too: none of them may move the terminal's cursor."""
    return "".join(character if character.isprintable() else "?" for character in text)
