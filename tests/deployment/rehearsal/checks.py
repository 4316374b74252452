"""What is wrong with a deployment, one sentence for each fault."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.deployment.leftovers import BALANCES_TABLE, KEPT_TABLES, WATCH_TABLE
from tests.deployment.rehearsal.schemas import is_deleted_before_it_is_replaced, texts_over_their_limit
from tests.deployment.rehearsal.stack import VERSION, Deployment, Resource, what_runs

README = Path(__file__).parents[1] / "README.md"
SECRET = "AWS::SecretsManager::Secret"
# Where the README says how to deploy again although something with the same name was left behind.
RECOVERIES = {
    (SECRET, "a stack that was deleted"): "Deploy again after sam delete",
    (SECRET, "a change of the template or its parameters"): "Add a removed provider again",
}
# What nobody can make again once it is deleted, by type or logical id.
_IRREPLACEABLE = {
    SECRET: "the keys in it",
    "AWS::EC2::EIP": "the address on the providers' allow-lists",
    BALANCES_TABLE: "the history in it",
    WATCH_TABLE: "the rules in it",
}


def faults(deployment: Deployment, readme: str) -> Iterator[str]:
    """One sentence for each fault; `readme` is the text in which people look for help."""
    yield from _names_in_use(deployment, readme)
    yield from _versions(deployment)
    yield from _losses(deployment)
    yield from _false_imports(deployment)
    for resource in deployment.replaced:
        if resource.type != (old := deployment.before.resources[resource.logical_id].type):
            yield f"{resource.logical_id} was of the type {old}, and CloudFormation refuses another one"
    for resource in (*deployment.created, *deployment.replaced, *deployment.updated):
        for name, text, limit in texts_over_their_limit(resource.type, resource.properties):
            yield f"{name} of {resource.logical_id} has {len(text)} characters, and {limit} are allowed: {text}"


def _names_in_use(deployment: Deployment, readme: str) -> Iterator[str]:
    """CloudFormation creates before it deletes, and cannot adopt what already exists."""
    before = deployment.before
    holders = {resource.name: resource for resource in (*before.resources.values(), *before.orphans) if resource.name}
    for resource in (*deployment.created, *deployment.replaced):
        holder = holders.get(resource.name or ())
        if holder is None or (holder.logical_id == resource.logical_id and _frees_its_name(holder)):
            continue
        name = resource.name[-1] if resource.name else ""
        if not holder.left_by:
            yield f"{resource.logical_id} cannot be created: {holder.logical_id} still has the fixed name {name}"
        elif (heading := RECOVERIES.get((holder.type, holder.left_by))) is None:
            yield f"{name} was left by {holder.left_by}, and blocks {resource.logical_id}"
        elif not re.search(rf"(?m)^#+ {re.escape(heading)}$", readme):
            yield f"{name} was left by {holder.left_by}, and the README has no section “{heading}”"


def _frees_its_name(resource: Resource) -> bool:
    return not resource.left_by and is_deleted_before_it_is_replaced(resource.type)


def _versions(deployment: Deployment) -> Iterator[str]:
    """Lambda publishes a version only if something has changed since the latest one; the alias moves only then."""
    new = [version for version in (*deployment.created, *deployment.replaced) if version.type == VERSION]
    for function in deployment.updated:
        if function.type == "AWS::Lambda::Function" and function.logical_id not in {v.function for v in new}:
            was = what_runs(deployment.before.resources[function.logical_id])
            now = what_runs(function)
            if changed := sorted(name for name in was.keys() | now.keys() if was.get(name) != now.get(name)):
                yield f"{function.logical_id} gets no new version, although these have changed: {', '.join(changed)}"
    for version in new:
        latest = deployment.before.versions(version.function)[-1:]
        if latest and latest[0].published == version.published:
            origin = f", left by {latest[0].left_by}," if latest[0].left_by else ""
            yield f"{version.function} has nothing to publish: its latest version{origin} is the same"


def _false_imports(deployment: Deployment) -> Iterator[str]:
    """CloudFormation believes what the template of an import says, and does not correct it later."""
    for resource in deployment.imported:
        [real] = [orphan for orphan in deployment.before.orphans if orphan.logical_id == resource.logical_id]
        if resource.type == real.type and resource.properties.items() <= real.properties.items():
            continue
        yield f"the import says something wrong about {resource.logical_id}"
    for resource in deployment.replaced:
        if resource.logical_id in KEPT_TABLES:
            yield f"{resource.logical_id} is replaced by an empty one"


def _losses(deployment: Deployment) -> Iterator[str]:
    kept = [version for version in deployment.after.orphans if version.type == VERSION]
    for resource in deployment.deleted:
        if lost := _IRREPLACEABLE.get(resource.type) or _IRREPLACEABLE.get(resource.logical_id):
            yield f"{resource.logical_id} is deleted, and with it {lost}"
        used = sorted({v.function for v in kept if f"<{resource.logical_id}#" in str(v.published.get("VpcConfig"))})
        if used:
            yield f"{resource.logical_id} cannot be deleted: old versions of {', '.join(used)} use it"
