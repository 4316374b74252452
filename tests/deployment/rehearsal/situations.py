"""The situations that are rehearsed, each a series of deployments of one stack."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tests.deployment.leftovers import KEPT_TABLES, Leftover, imported_resources
from tests.deployment.rehearsal.checks import SECRET, faults
from tests.deployment.rehearsal.stack import Deployment, Stack, adopt, delete, deploy
from tests.deployment.stack import StoredSecret
from tests.local.aws.identities import PSEUDO_PARAMETERS
from tests.local.aws.intrinsics import Node
from tests.local.aws.loops import expanded
from tests.local.aws.parameters import parameter_values

# The README promises that names fit into their limits up to this length.
LONGEST_STACK_NAME = 40
SUBNETS = {"ProviderSubnetIds": "subnet-0a1b2c3d", "ProviderSecurityGroupIds": "sg-0a1b2c3d"}
OTHER_SUBNETS = {"ProviderSubnetIds": "subnet-0a1b2c3e", "ProviderSecurityGroupIds": "sg-0a1b2c3e"}
VPC = {"CreateProviderVpc": "true"}
OWN_ADDRESS = {**VPC, "ProviderEipAllocationId": "eipalloc-0a1b2c3d"}
# A second value for each parameter, where the first is its default. AllowedValues and MinValue give one, too.
OTHER_VALUES = {
    "SlackAllowedTeamIds": "T0123ABCD",
    "SlackAllowedChannelIds": "C0123ABCD",
    "SlackAllowedUserIds": "U0123ABCD",
    "SlackShareChannelIds": "C0123ABCD",
    "AdminContact": "U0123ABCD",
    "DigestChannels": "C0123ABCD:USD",
    "AlertChannel": "C0123ABCD",
    "SnapshotScheduleExpression": "rate(6 hours)",
    "SnapshotTimezone": "Europe/Berlin",
    "WatchScheduleExpression": "",
    "HistoryDays": "30",
    "DataKmsKeyArn": "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "SlackAdminUserIds": "U0123ABCD",
    "ProviderParallelCalls": "10",
    "FreshnessSeconds": "0",
    "AlarmEmail": "finance@example.com",
    "ProviderNames": "payby=PayBy",
    "SlackRequestsPerSecond": "7",
    "SlackRequestBurst": "7",
}
LAYER = "layers/common"
# They have rows of their own, or must be changed together.
_NOT_ALONE = {"Providers", *SUBNETS, *OWN_ADDRESS}


@dataclass(frozen=True)
class Step:
    """One deployment. `packages` are the folders whose code differs from the first one's; `ends` says how it ends."""

    parameters: Mapping[str, str] = field(default_factory=dict)
    packages: frozenset[str] = frozenset()
    ends: str = "well"


@dataclass(frozen=True)
class Row:
    """The last deployment of a situation, and the faults of all of them."""

    situation: str
    last: Deployment
    faults: list[str]


FIRST, FAILS, DELETED = Step(), Step(ends="in a rollback"), Step(ends="in a deletion")
IMPORTED = Step(ends="in an import")


def rehearse(situation: str, steps: Sequence[Step], source: Mapping[str, Node], readme: str) -> Row:
    """Deploy a new stack step by step."""
    stack, found = Stack(), list[str]()
    for step in steps:
        deployment = _take(step, stack, source)
        found += [fault for fault in faults(deployment, readme) if fault not in found]
        stack = deployment.after
    return Row(situation, deployment, found)


def situations(source: Mapping[str, Node]) -> dict[str, tuple[Step, ...]]:
    """The steps of each situation, by its name."""
    packages = frozenset(_packages(_expanded_resources(source, {})).values())
    providers = str(source["Parameters"]["Providers"]["Default"])
    fewer, more = {"Providers": providers.rpartition(",")[0]}, {"Providers": f"{providers},examplepay"}
    changed = Step(packages=packages - {LAYER})
    return {
        "first deployment": (FIRST,),
        "the first fails, then again": (FAILS, FIRST),
        "an update fails, then again": (FIRST, replace(changed, ends="in a rollback"), changed),
        "the last commit again": (FIRST, changed, FIRST),
        "stack deleted, deployed again": (FIRST, DELETED, FIRST),
        "stack deleted, secrets and tables kept": (FIRST, DELETED, IMPORTED, FIRST),
        "longest stack name": (Step({"AWS::StackName": "s" * LONGEST_STACK_NAME}),),
        "provider added": (FIRST, Step(more)),
        "provider removed": (FIRST, Step(fewer)),
        "provider added again": (FIRST, Step(fewer), FIRST),
        "own subnets": (FIRST, Step(SUBNETS)),
        "own subnets exchanged": (Step(SUBNETS), Step(OTHER_SUBNETS)),
        "own subnets to VPC": (Step(SUBNETS), Step(VPC)),
        "VPC to own subnets": (Step(VPC), Step(SUBNETS)),
        "VPC created": (FIRST, Step(VPC)),
        "VPC removed": (Step(VPC), Step(VPC, packages), FIRST),
        "own address for the VPC": (Step(VPC), Step(OWN_ADDRESS)),
        **{f"code of {package}": (FIRST, Step(packages=frozenset({package}))) for package in sorted(packages)},
        "upgrade of the packages": (FIRST, Step(packages=frozenset({LAYER, "functions/slack"}))),
        **{
            f"{name} changed": (FIRST, Step({name: value}), FIRST, Step({name: value}))
            for name, value in other_values(source).items()
        },
    }


def other_values(source: Mapping[str, Node]) -> dict[str, str]:
    """A value other than its default for each parameter that can be changed alone. KeyError if none is known."""
    values = {}
    for name, parameter in source["Parameters"].items():
        known = [*parameter.get("AllowedValues", ()), *(parameter[key] for key in ("MinValue",) if key in parameter)]
        others = [str(value) for value in known if str(value) != str(parameter["Default"])]
        if name not in _NOT_ALONE:
            values[name] = others[0] if others else OTHER_VALUES[name]
    return values


def _take(step: Step, stack: Stack, source: Mapping[str, Node]) -> Deployment:
    if step.ends == "in a deletion":
        return delete(stack)
    if step.ends == "in an import":
        return adopt(stack, _left_resources(stack))
    resources = copy.deepcopy(_expanded_resources(source, step.parameters))
    for name, package in _packages(resources).items():
        if package in step.packages:
            properties = resources[name]["Properties"]
            properties["CodeUri" if "CodeUri" in properties else "ContentUri"] += "-changed"
    fails = step.ends == "in a rollback"
    return deploy(stack, {**source, "Resources": resources}, step.parameters, fails=fails)


def _left_resources(stack: Stack) -> dict[str, Node]:
    """What `make deploy` imports after a deletion."""
    left = {orphan.logical_id: orphan for orphan in stack.orphans}
    secrets = [
        Leftover(name, str(orphan.properties["Name"]), StoredSecret("arn", is_deleted=False))
        for name, orphan in left.items()
        if orphan.type == SECRET
    ]
    return imported_resources(secrets, {logical_id: left[logical_id].properties for logical_id in KEPT_TABLES})


def _expanded_resources(source: Mapping[str, Node], given: Mapping[str, str]) -> dict[str, Node]:
    own = {name: value for name, value in given.items() if name not in PSEUDO_PARAMETERS}
    return expanded(source["Resources"], parameter_values(source["Parameters"], own))


def _packages(resources: Mapping[str, Node]) -> dict[str, str]:
    """The folder of each function and layer."""
    properties = {name: node.get("Properties", {}) for name, node in resources.items()}
    folders = {name: value.get("CodeUri", value.get("ContentUri")) for name, value in properties.items()}
    return {name: folder for name, folder in folders.items() if folder}
