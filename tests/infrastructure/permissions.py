"""What the roles of a translated template allow, as triples of role, action and resource."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tests.local.aws.cloudformation import Resource, Template
from tests.local.aws.intrinsics import Node


class Grant(NamedTuple):
    """`role` (a logical id) may do `action` on `resource`.

    For a key of AWS KMS that is the pattern of its aliases: the statement's condition decides, and not its ARN.
    """

    role: str
    action: str
    resource: str


# The only algorithm that signs, and the only action that has one.
_SIGNING = {"StringEquals": {"kms:SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256"}}
_CONDITIONS: Mapping[str, Mapping[str, Node]] = {"kms:Sign": _SIGNING, "kms:GetPublicKey": {}}


def grants(template: Template) -> frozenset[Grant]:
    """Everything that the roles allow by inline policies and by the template's own managed policies.

    Statements that deny are skipped and conditions are ignored, because they only reduce what is allowed; but those of
    the two statements about signing keys must be exactly those below. Fails on a statement with other parts.
    """
    return frozenset(
        Grant(role.logical_id, action, resource)
        for role in template.of_type("AWS::IAM::Role")
        for document in _documents(role, template)
        for statement in document["Statement"]
        if statement["Effect"] != "Deny"
        for action, resource in _pairs(role.logical_id, statement)
    )


def foreign_policies(template: Template) -> dict[str, list[str]]:
    """Managed policies that are not defined in the template, by the logical id of the role that has them."""
    own = {policy.arn for policy in template.of_type("AWS::IAM::ManagedPolicy")}
    attached = {
        role.logical_id: [arn for arn in role.properties.get("ManagedPolicyArns", []) if arn not in own]
        for role in template.of_type("AWS::IAM::Role")
    }
    return {role: arns for role, arns in attached.items() if arns}


def role_of(function: Resource, template: Template) -> str:
    """The logical id of a function's role."""
    [role] = [role for role in template.of_type("AWS::IAM::Role") if role.arn == function.properties["Role"]]
    return role.logical_id


def _documents(role: Resource, template: Template) -> Iterable[Mapping[str, Node]]:
    for policy in role.properties.get("Policies", []):
        yield policy["PolicyDocument"]
    for inline in template.of_type("AWS::IAM::RolePolicy"):
        if inline.properties["RoleName"] == role.reference:
            yield inline.properties["PolicyDocument"]
    for policy in template.of_type("AWS::IAM::ManagedPolicy"):
        if policy.arn in role.properties.get("ManagedPolicyArns", []):
            yield policy.properties["PolicyDocument"]


def _pairs(role: str, statement: Mapping[str, Node]) -> Iterable[tuple[str, str]]:
    assert statement["Effect"] == "Allow", f"{role}: {statement}"
    if str(statement["Action"]) in _CONDITIONS:
        yield statement["Action"], _aliases(role, statement)
        return
    assert statement.keys() - {"Condition"} == {"Effect", "Action", "Resource"}, f"{role}: {statement}"
    for action in _listed(statement["Action"]):
        for resource in _listed(statement["Resource"]):
            yield action, resource


def _aliases(role: str, statement: Mapping[str, Node]) -> str:
    assert statement.keys() == {"Effect", "Action", "Resource", "Condition"}, f"{role}: {statement}"
    condition = dict(statement["Condition"])
    aliases = condition.pop("ForAnyValue:StringLike")
    assert condition == _CONDITIONS[statement["Action"]], f"{role}: {statement}"
    assert statement["Resource"].endswith(":123456789012:key/*"), f"{role}: {statement}"
    assert aliases.keys() == {"kms:ResourceAliases"}, f"{role}: {statement}"
    return str(aliases["kms:ResourceAliases"])


def _listed(value: Node) -> list[str]:
    return value if isinstance(value, list) else [value]
