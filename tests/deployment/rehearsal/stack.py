"""A stack as CloudFormation keeps it: which resources exist, and what a deployment, a rollback or a deletion changes.

Nothing is created. The value of Ref or Fn::GetAtt is `<LogicalId.Attribute#n>`, where n is the number of the deployment
that created the resource: it changes when the resource is replaced, and not when it is updated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.deployment.rehearsal.schemas import fixed_values, physical_name
from tests.local.aws.cloudformation import translate
from tests.local.aws.identities import PSEUDO_PARAMETERS
from tests.local.aws.intrinsics import IntrinsicError, Node, Resolver
from tests.local.aws.parameters import check_rules, parameter_values

VERSION = "AWS::Lambda::Version"
# Lambda changes these without a new version (Lambda API Reference, PublishVersion).
_NOT_PUBLISHED = {"ReservedConcurrentExecutions", "RecursiveLoop", "Tags"}


@dataclass(frozen=True)
class Resource:
    """An existing resource with its values; `left_by` says why it exists although the stack has let go of it.

    `published` is what a version of a function contains: the function's code and settings.
    """

    logical_id: str
    type: str
    properties: Mapping[str, Node]
    policies: Mapping[str, str]
    created_in: int
    published: Node = None
    left_by: str = ""

    @property
    def name(self) -> tuple[str, ...] | None:
        """What no other resource of this type may be called; None if AWS chose the name."""
        return physical_name(self.type, self.properties)

    @property
    def function(self) -> str:
        """The logical id of a version's function."""
        return str(self.properties["FunctionName"]).strip("<").partition("#")[0]


@dataclass(frozen=True)
class Stack:
    """What exists before or after a deployment. `orphans` belong to no stack."""

    resources: Mapping[str, Resource] = field(default_factory=dict)
    orphans: tuple[Resource, ...] = ()
    deployments: int = 0

    def versions(self, function: str) -> list[Resource]:
        """The versions of a function that exist, the latest last, orphans included."""
        existing = [r for r in (*self.orphans, *self.resources.values()) if r.type == VERSION]
        return sorted((v for v in existing if v.function == function), key=lambda version: version.created_in)


@dataclass(frozen=True)
class Deployment:
    """One deployment: the stack before and after it, and what it wanted to create, replace, update and remove."""

    before: Stack
    after: Stack
    created: list[Resource]
    replaced: list[Resource]
    updated: list[Resource]
    kept: list[Resource]
    deleted: list[Resource]
    orphaned: list[Resource]
    imported: list[Resource] = field(default_factory=list)


def deploy(before: Stack, source: Mapping[str, Node], given: Mapping[str, str], *, fails: bool = False) -> Deployment:
    """Deploy a template; `given` are parameters and pseudo parameters. A failure comes at the very end.

    Raises ParameterError for values that the template refuses.
    """
    number = before.deployments + 1
    wanted = _resources(before, source, given, number)
    new = [r for r in wanted.values() if r.created_in == number]
    old = [r for r in before.resources.values() if r.created_in != getattr(wanted.get(r.logical_id), "created_in", 0)]
    same = [r for r in wanted.values() if r.created_in != number]
    if fails:
        first = not before.resources
        cause = "a first deployment that failed" if first else "an update that failed"
        orphaned = [replace(r, left_by=cause) for r in new if r.policies["DeletionPolicy"] == "Retain"]
    else:
        orphaned = [replace(r, left_by="a change of the template or its parameters") for r in old if _stays(r, wanted)]
    names = {r.name for r in new} - {None}
    # An orphan whose name is used again was dealt with as the README says, or a check has failed.
    orphans = tuple(r for r in before.orphans if r.name not in names)
    return Deployment(
        before=before,
        after=Stack(before.resources if fails else wanted, (*orphans, *orphaned), number),
        created=[r for r in new if r.logical_id not in before.resources],
        replaced=[r for r in new if r.logical_id in before.resources],
        updated=[r for r in same if r != before.resources[r.logical_id]],
        kept=[r for r in same if r == before.resources[r.logical_id]],
        deleted=[] if fails else [r for r in old if not _stays(r, wanted)],
        orphaned=orphaned,
    )


def delete(before: Stack) -> Deployment:
    """`sam delete`."""
    kept = [replace(r, left_by="a stack that was deleted") for r in before.resources.values() if _stays(r, {})]
    gone = [r for r in before.resources.values() if not _stays(r, {})]
    return Deployment(before, Stack({}, (*before.orphans, *kept), before.deployments + 1), [], [], [], [], gone, kept)


def adopt(before: Stack, resources: Mapping[str, Node]) -> Deployment:
    """An import: the new stack owns what an earlier one left behind, as `resources` of the import's template say."""
    left = {orphan.logical_id: orphan for orphan in before.orphans}
    imported = [_resource(name, node, Resolver({}, {}, {}), left[name].created_in) for name, node in resources.items()]
    orphans = tuple(orphan for orphan in before.orphans if orphan.logical_id not in resources)
    after = Stack({each.logical_id: each for each in imported}, orphans, before.deployments + 1)
    return Deployment(before, after, [], [], [], [], [], [], imported)


def _stays(resource: Resource, wanted: Mapping[str, Resource]) -> bool:
    policy = "UpdateReplacePolicy" if resource.logical_id in wanted else "DeletionPolicy"
    return resource.policies[policy] in {"Retain", "RetainExceptOnCreate"}


class _Symbols(Resolver):
    """Gives each attribute of a resource a value that names the deployment in which it was created."""

    def __init__(self, values: Mapping[str, Node], template: Mapping[str, Node], created_in: Mapping[str, int]) -> None:
        super().__init__(values, template.get("Mappings", {}), template.get("Conditions", {}))
        self._created_in = created_in

    def reference(self, logical_id: str) -> str:
        return self._symbol(logical_id, logical_id)

    def attribute(self, logical_id: str, name: str) -> str:
        return self._symbol(logical_id, f"{logical_id}.{name}")

    def _symbol(self, logical_id: str, text: str) -> str:
        if logical_id not in self._created_in:
            raise IntrinsicError(f"there is no resource {logical_id}, or its condition is false")
        return f"<{text}#{self._created_in[logical_id]}>"


def _resources(before: Stack, source: Mapping[str, Node], given: Mapping[str, str], number: int) -> dict[str, Resource]:
    """The resources after the deployment, those created or replaced by it with its number."""
    pseudo = {name: value for name, value in given.items() if name in PSEUDO_PARAMETERS}
    declared = parameter_values(source["Parameters"], {n: v for n, v in given.items() if n not in pseudo})
    values = {**PSEUDO_PARAMETERS, **pseudo, **declared}
    check_rules(source.get("Rules", {}), Resolver(values, {}, {}))
    template = translate(source, declared)
    conditions = Resolver(values, template.get("Mappings", {}), template.get("Conditions", {}))
    nodes = {
        name: node
        for name, node in template["Resources"].items()
        if "Condition" not in node or conditions.condition(node["Condition"])
    }
    created_in = {name: before.resources[name].created_in if name in before.resources else number for name in nodes}
    while True:
        symbols = _Symbols(values, template, created_in)
        resources = {name: _resource(name, node, symbols, created_in[name]) for name, node in nodes.items()}
        replaced = [r.logical_id for r in resources.values() if r.created_in != number and _is_replaced(r, before)]
        if not replaced:
            return {name: _published(r, resources, before, number) for name, r in resources.items()}
        # What refers to a replaced resource sees a new value, which may replace it, too.
        created_in |= dict.fromkeys(replaced, number)


def _resource(logical_id: str, node: Mapping[str, Node], symbols: Resolver, created_in: int) -> Resource:
    policies = {
        name: str(symbols.value(node.get(name, "Delete"))) for name in ("DeletionPolicy", "UpdateReplacePolicy")
    }
    return Resource(logical_id, node["Type"], symbols.value(node.get("Properties", {})), policies, created_in)


def _is_replaced(resource: Resource, before: Stack) -> bool:
    old = before.resources[resource.logical_id]
    return resource.type != old.type or fixed_values(resource.type, resource.properties) != fixed_values(
        old.type, old.properties
    )


def _published(resource: Resource, resources: Mapping[str, Resource], before: Stack, number: int) -> Resource:
    if resource.type != VERSION:
        return resource
    if resource.created_in != number:
        return replace(resource, published=before.resources[resource.logical_id].published)
    return replace(resource, published=what_runs(resources[resource.function]))


def what_runs(function: Resource) -> Mapping[str, Node]:
    """A function's code and settings, as a version keeps them."""
    return {name: value for name, value in function.properties.items() if name not in _NOT_PUBLISHED}
