"""Secrets that a stack left behind, in the way of the next one, and the commands to continue with. Pure.

The template's secrets stay when their stack or their provider is removed, so that nobody loses a key by mistake. Their
names stay taken, and CloudFormation does not create a secret whose name is taken.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tests.deployment.stack import StoredSecret
from tests.deployment.target import Target, put_secret

_SECRET = "AWS::SecretsManager::Secret"
_STATES = {True: " (deleted, can be restored)", False: ""}
_README = "tests/deployment/README.md explains each step."


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


def ways_to_continue(target: Target, found: Collection[Leftover], env: str, *, is_new: bool) -> str:
    """The commands for the stack at `target`, which `is_new` or else has other resources already."""
    names = "".join(f"  {each.name}{_STATES[each.secret.is_deleted]}\n" for each in found)
    restore = [_aws(target, "restore-secret", each) for each in found if each.secret.is_deleted]
    keep = _import(target, found) if is_new else _store_again(target, found)
    delete = [_aws(target, "delete-secret", each, "--force-delete-without-recovery") for each in found]
    deploy = f"make deploy ENV={env}"
    kept = [*restore, *keep, deploy] if is_new else [*restore, *keep, *delete, deploy, *_put_back(target, found)]
    return (
        f"CloudFormation cannot create these secrets, because they exist and do not belong to {target.stack}:\n{names}"
        f"\nTo keep their values:\n{_lines(kept)}"
        f"\nTo delete them for good instead:\n{_lines([*delete, deploy])}"
        f"\n{_README}\n"
    )


def _import(target: Target, found: Collection[Leftover]) -> list[str]:
    """A new stack that owns nothing but the secrets; the deployment then adds everything else."""
    resources = {
        each.logical_id: {
            "Type": _SECRET,
            "DeletionPolicy": "RetainExceptOnCreate",
            "UpdateReplacePolicy": "Retain",
            "Properties": {"Name": each.name},
        }
        for each in found
    }
    imported = [
        {
            "ResourceType": _SECRET,
            "LogicalResourceId": each.logical_id,
            "ResourceIdentifier": {"Id": each.secret.arn},
        }
        for each in found
    ]
    stack = f"--region {target.region} --stack-name {target.stack}"
    change_set = f"{stack} --change-set-name import-secrets"
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
