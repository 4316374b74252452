"""Secrets and tables that a stack left behind, and the commands to continue with. Pure.

The template's secrets stay when their stack or their provider is removed, so that nobody loses a key by mistake. Their
names stay taken, and CloudFormation does not create a secret whose name is taken. The tables with the history and with
the rules of the watch stay, too. They are in nobody's way, but a new stack would begin empty ones, and cannot import
the old ones afterwards.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tests.deployment.stack import StoredSecret
from tests.deployment.target import Target, put_secret
from tests.local.aws.intrinsics import Node

BALANCES_TABLE, WATCH_TABLE = "BalancesTable", "WatchTable"
# The tables that outlive their stack, and what is in them.
KEPT_TABLES: Mapping[str, str] = {BALANCES_TABLE: "its history", WATCH_TABLE: "its rules of the watch"}
_SECRET = "AWS::SecretsManager::Secret"
_TABLE = "AWS::DynamoDB::Table"
_STATES = {True: " (deleted, can be restored)", False: ""}
_README = "tests/deployment/README.md explains each step."


@dataclass(frozen=True, slots=True)
class LeftTable:
    """The tables that earlier stacks left behind, usually one, and the properties that the template gives it."""

    logical_id: str
    tables: Sequence[str]
    properties: Mapping[str, Node]


@dataclass(frozen=True, slots=True)
class Leftover:
    """A secret that the template wants to create and that exists already."""

    logical_id: str
    name: str
    secret: StoredSecret


def leftovers(
    wanted: Mapping[str, str], stored: Mapping[str, StoredSecret], owned_arns: Collection[str]
) -> list[Leftover]:
    """The `wanted` secrets (names by logical id) that are `stored` and do not belong to the stack."""
    found = [Leftover(logical_id, name, stored[name]) for logical_id, name in wanted.items() if name in stored]
    return [each for each in found if each.secret.arn not in owned_arns]


def ways_to_continue(
    target: Target, found: Collection[Leftover], env: str, *, left: Collection[LeftTable] = (), is_new: bool
) -> str:
    """The commands for the stack at `target`, which `is_new` or else has other resources already.

    `left` are the tables that an earlier stack left behind, for a new one. They or `found` are not empty.
    """
    tables = [table for each in left for table in each.tables]
    restore = [_aws(target, "restore-secret", each) for each in found if each.secret.is_deleted]
    keep = _import(target, found, left) if is_new else _store_again(target, found)
    delete = [_aws(target, "delete-secret", each, "--force-delete-without-recovery") for each in found]
    delete += [f"aws dynamodb delete-table --region {target.region} --table-name {table}" for table in tables]
    deploy = f"make deploy ENV={env}"
    kept = [*restore, *keep, deploy] if is_new else [*restore, *keep, *delete, deploy, *_put_back(target, found)]
    return (
        f"{_what_was_left(target, found, left)}"
        f"\nTo keep {'them' if tables else 'their values'}:\n{_lines(kept)}"
        f"\nTo delete them for good instead:\n{_lines([*delete, deploy])}"
        f"\n{_README}\n"
    )


def _what_was_left(target: Target, found: Collection[Leftover], left: Collection[LeftTable]) -> str:
    secrets = "".join(f"  {each.name}{_STATES[each.secret.is_deleted]}\n" for each in found)
    lines = ""
    if secrets:
        lines = f"CloudFormation cannot create these secrets, because they exist and do not belong to {target.stack}:\n"
    kept = "".join(
        f"An earlier stack left {KEPT_TABLES[each.logical_id]}, and {target.stack} would begin an empty table:\n"
        + "".join(f"  {table}\n" for table in each.tables)
        for each in left
    )
    return f"{lines}{secrets}{kept}"


def imported_resources(found: Collection[Leftover], tables: Mapping[str, Mapping[str, Node]]) -> dict[str, Node]:
    """The resources in the template of the import: nothing but the secrets and the tables, which the template retains.

    The properties of `tables`, by logical id, are those of template.yaml, so that the deployment afterwards changes
    nothing.
    """
    retained = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
    resources: dict[str, Node] = {
        each.logical_id: {"Type": _SECRET, **retained, "Properties": {"Name": each.name}} for each in found
    }
    for logical_id, properties in tables.items():
        resources[logical_id] = {"Type": _TABLE, **retained, "Properties": dict(properties)}
    return resources


def _import(target: Target, found: Collection[Leftover], left: Collection[LeftTable]) -> list[str]:
    """A new stack that owns nothing else; the deployment then adds everything."""
    resources = imported_resources(found, {each.logical_id: each.properties for each in left})
    imported: list[Node] = [
        {
            "ResourceType": _SECRET,
            "LogicalResourceId": each.logical_id,
            "ResourceIdentifier": {"Id": each.secret.arn},
        }
        for each in found
    ]
    for each in left:
        # CloudFormation imports one; of several, a person has to choose.
        name = each.tables[0] if len(each.tables) == 1 else "TABLE_NAME"
        identifier = {"TableName": name}
        imported.append(
            {"ResourceType": _TABLE, "LogicalResourceId": each.logical_id, "ResourceIdentifier": identifier}
        )
    stack = f"--region {target.region} --stack-name {target.stack}"
    change_set = f"{stack} --change-set-name import-leftovers"
    template, identifiers = (json.dumps(each, separators=(",", ":")) for each in ({"Resources": resources}, imported))
    texts = f"--template-body '{template}' --resources-to-import '{identifiers}'"
    return [
        f"aws cloudformation create-change-set {change_set} --change-set-type IMPORT {texts}",
        f"aws cloudformation wait change-set-create-complete {change_set}",
        f"aws cloudformation execute-change-set {change_set}",
        f"aws cloudformation wait stack-import-complete {stack}",
    ]


def _store_again(target: Target, found: Collection[Leftover]) -> list[str]:
    """An import may change nothing else in a stack, and its template has changed by now. So the values move by file."""
    return [
        "umask 077",
        *(
            f"{_aws(target, 'get-secret-value', each)} --query SecretString --output text > {_file(each)}"
            for each in found
        ),
    ]


def _put_back(target: Target, found: Collection[Leftover]) -> list[str]:
    return [*(put_secret(each.name, target.region) for each in found), f"rm {' '.join(map(_file, found))}"]


def _file(leftover: Leftover) -> str:
    return f"{leftover.name.rpartition('/')[2]}.json"


def _aws(target: Target, action: str, leftover: Leftover, *options: str) -> str:
    command = f"aws secretsmanager {action} --region {target.region} --secret-id {leftover.name}"
    return " ".join([command, *options])


def _lines(commands: Collection[str]) -> str:
    """The commands, each of which runs only if the one before it succeeded."""
    return "".join(f"  {command}\n" for command in " &&\n".join(commands).split("\n"))
