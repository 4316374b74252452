"""`make deploy` runs this before it builds: what would make the deployment fail, and the commands to continue with.

It changes nothing. An environment that samconfig.toml does not have is found before: see `target`.
"""

import argparse
import sys
from collections.abc import Collection, Mapping, Sequence

from tests.deployment.aws import Aws
from tests.deployment.check import CheckError, NotFoundError, Status, wrong
from tests.deployment.leftovers import KEPT_TABLES, Leftover, LeftTable, leftovers, ways_to_continue
from tests.deployment.stack import Stack
from tests.deployment.target import Target, parameters_of, target_of
from tests.local.aws.cloudformation import load_template
from tests.local.aws.intrinsics import Node
from tests.local.aws.parameters import ParameterError
from tests.local.aws.stack import STACK_NAME
from tests.local.paths import PROJECT

_README = "tests/deployment/README.md"
# A first deployment that failed leaves a stack that can only be deleted; so does a deletion that failed.
_DELETE_FIRST = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"})


def wanted_secrets(stack_name: str, parameters: Mapping[str, str]) -> Mapping[str, str]:
    """The names of the secrets that the template creates, by logical id. Raises ParameterError for a refused value."""
    secrets = load_template(PROJECT / "template.yaml", parameters).of_type("AWS::SecretsManager::Secret")
    names = {each.logical_id: str(each.properties["Name"]) for each in secrets}
    return {logical_id: f"{stack_name}/{name.removeprefix(f'{STACK_NAME}/')}" for logical_id, name in names.items()}


def table_properties(parameters: Mapping[str, str]) -> Mapping[str, Mapping[str, Node]]:
    """The properties of the tables that outlive a stack, by logical id. Raises ParameterError for a refused value."""
    resources = load_template(PROJECT / "template.yaml", parameters).resources
    return {logical_id: resources[logical_id].properties for logical_id in KEPT_TABLES}


def check(
    aws: Aws,
    target: Target,
    wanted: Mapping[str, str],
    properties: Mapping[str, Mapping[str, Node]],
    env: str,
) -> str:
    """The ways to continue when a secret is in the way or a table was left behind, else nothing.

    `properties` are those of the tables that outlive a stack. Raises CheckError for any other obstacle.
    """
    aws.caller()
    try:
        stack = aws.stack(target.stack)
    except NotFoundError:
        stack = None
    if stack:
        check_state(stack, env)
    is_new = stack is None or not stack.resources
    found = leftovers(wanted, aws.secrets_of(target.stack), stack.resources.values() if stack else ())
    left = _left_tables(aws, target.stack, properties, found) if is_new else []
    return ways_to_continue(target, found, env, left=left, is_new=is_new) if found or left else ""


def _left_tables(
    aws: Aws, stack_name: str, properties: Mapping[str, Mapping[str, Node]], found: Collection[Leftover]
) -> list[LeftTable]:
    """The tables of an earlier stack. Credentials that may not look must not hide what was `found` already."""
    try:
        every = [
            LeftTable(logical_id, aws.tables(f"{stack_name}-{logical_id}-"), each)
            for logical_id, each in properties.items()
        ]
    except CheckError:
        if not found:
            raise
        return []
    return [each for each in every if each.tables]


def check_state(stack: Stack, env: str) -> None:
    """Raises CheckError if CloudFormation would refuse to update the stack."""
    finding, where = f"{stack.name} is {stack.status}", f"--region {stack.region} --stack-name {stack.name}"
    if stack.status in _DELETE_FIRST:
        commands = f"aws cloudformation delete-stack {where} && aws cloudformation wait stack-delete-complete {where}"
        remedy = f"delete it and deploy again: {commands} && make deploy ENV={env}; see {_README}"
        raise CheckError(wrong("stack", f"{finding}, so it cannot be updated", remedy))
    if stack.status == "UPDATE_ROLLBACK_FAILED":
        remedy = f"aws cloudformation continue-update-rollback {where}, then make deploy ENV={env}"
        raise CheckError(wrong("stack", f"{finding}, so it cannot be updated", remedy))
    if stack.status.endswith("_IN_PROGRESS") and stack.status != "REVIEW_IN_PROGRESS":
        raise CheckError(wrong("stack", f"{finding}: another deployment is running", "wait until it has finished"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 when the deployment may start, 1 for what is in the way, 2 for a wrong option or parameter."""
    parser = argparse.ArgumentParser(prog="preflight", description=__doc__)
    parser.add_argument("--env", required=True, help="the environment in samconfig.toml")
    env = parser.parse_args(arguments).env
    try:
        target = target_of(env)
        parameters = parameters_of(env)
        wanted, properties = wanted_secrets(target.stack, parameters), table_properties(parameters)
        ways = check(Aws(target.region), target, wanted, properties, env)
    except (ValueError, ParameterError) as error:
        print(f"samconfig.toml: {error}", file=sys.stderr)
        return 2
    except CheckError as error:
        print(f"{error.check.subject}: {error.check.finding}. {error.check.remedy}", file=sys.stderr)
        # Credentials may be allowed to deploy and not to look.
        return 0 if error.check.status is Status.UNKNOWN else 1
    print(ways, end="", file=sys.stderr)
    return 1 if ways else 0


if __name__ == "__main__":
    sys.exit(main())
