"""`make rehearse`: the table of situations, the regions, and what is wrong. Exits with 1 if anything is."""

import sys
from collections.abc import Mapping

from tests.deployment.rehearsal.checks import README
from tests.deployment.rehearsal.regions import ARM64_UNCONFIRMED, REGIONS, accepting_regions, region_faults
from tests.deployment.rehearsal.situations import OTHER_VALUES, VPC, Row, rehearse, situations
from tests.deployment.rehearsal.stack import VERSION
from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.local.aws.cloudformation import read_source
from tests.local.aws.intrinsics import Node

COLUMNS = ("created", "replaced", "updated", "kept", "deleted", "orphaned")
NAMED = ("created", "replaced", "deleted", "orphaned")
EVERYTHING = {**VPC, **{name: OTHER_VALUES[name] for name in ("DigestChannels", "AlarmEmail")}}
LINTED = {"a VPC, a digest and mailed alarms": EVERYTHING, "SnapStart": {"SlackSnapStart": "true"}}


def main() -> int:
    """Returns 0 if nothing is wrong, else 1."""
    source, readme = read_source(TEMPLATE_PATH), README.read_text(encoding="utf-8")
    print(f"{'situation':<36}{''.join(f'{name:>9}' for name in COLUMNS)}  new versions of")
    faulty = 0
    for situation, steps in situations(source).items():
        row = rehearse(situation, steps, source, readme)
        print("\n".join([*_lines(row), *(f"    FAULT {fault}" for fault in row.faults)]))
        faulty += bool(row.faults)
    print("\nThe columns count no versions, which every change of a function replaces.")
    for name, given in LINTED.items():
        faulty += _lint(name, given, source)
    print(f"\nNot known: whether Lambda has arm64 in {', '.join(ARM64_UNCONFIRMED)}")
    print(f"\nRows with faults: {faulty}")
    return 1 if faulty else 0


def _lines(row: Row) -> list[str]:
    columns = {name: [r for r in getattr(row.last, name) if r.type != VERSION] for name in COLUMNS}
    replaced = {resource.logical_id for resource in columns["replaced"]}
    columns["deleted"] = [resource for resource in columns["deleted"] if resource.logical_id not in replaced]
    versions = [resource for resource in row.last.after.resources.values() if resource.type == VERSION]
    new = sorted(v.function.removesuffix("Function") for v in versions if v.created_in == row.last.after.deployments)
    shown = "all functions" if new and len(new) == len(versions) else ", ".join(new)
    counts = "".join(f"{len(resources) or '·':>9}" for resources in columns.values())
    # A list of everything would hide the table.
    named = {name: ", ".join(r.logical_id for r in columns[name]) for name in NAMED if len(columns[name]) < 20}
    return [
        f"{row.situation[:35]:<36}{counts}  {shown}".rstrip(),
        *(f"    {name}: {names}" for name, names in named.items() if names),
    ]


def _lint(name: str, given: Mapping[str, str], source: Mapping[str, Node]) -> bool:
    """Print what cfn-lint says in every region that accepts these parameters; whether anything is wrong."""
    print(f"\ncfn-lint with {name}, in {len(accepting_regions(source, given))} of {len(REGIONS)} regions")
    found = region_faults(source, given)
    for fault, regions in found.items():
        print(f"    FAULT {fault} in {', '.join(regions) or 'every region'}")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
