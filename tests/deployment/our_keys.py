"""Our keys: their age, rotations that are pending, pairs that do not match, and keys in AWS KMS and their policies."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from balance_core.contract import ContractError, read_provider_answer
from balance_core.provider.credentials import OUR_KEY, FieldKind, read_credentials
from balance_core.provider.protocol import Provider
from balance_core.provider.signing import KeyFormatError, fingerprint, load_private_key
from balance_core.secrets import Secret
from tests.deployment.check import Check, ok, warning, wrong
from tests.deployment.rotation.kms_keys import KmsKeys
from tests.deployment.rotation.records import PUBLIC, Standing, alias_in, noted
from tests.deployment.rotation.status import KeyStatus, statuses, unused_aliases
from tests.deployment.rotation.versions import Versions

_OLD_DAYS = 365
_ALL, _SIGN = frozenset({"*", "kms:*"}), frozenset({"*", "kms:*", "kms:sign"})


def our_key_checks(stack: str, provider: Provider, versions: Versions, kms: KmsKeys, now: datetime) -> Iterator[Check]:
    """One check for each key, and what is wrong with those in KMS. Raises what boto3 raises."""
    for status in statuses(versions, kms, now):
        standing = versions.standing(status.accounts[0])
        yield _standing_check(provider.name, status)
        alias = alias_in(standing.key)
        if alias:
            yield from _kms_checks(provider.name, f"alias/{stack}/{provider.name}/", alias, kms)
        if alias is None or kms.is_usable(alias):
            yield from _pair_check(provider.name, standing, alias, kms)
    if any(field.kind is FieldKind.SIGNING_KEY for field in provider.fields):
        for alias in unused_aliases(versions, kms, f"alias/{stack}/{provider.name}/"):
            finding = f"the secret does not name the KMS key {alias}, which costs $1 a month"
            remedy = f"delete it, by its id ({_id(alias)}): aws kms schedule-key-deletion --pending-window-in-days 30"
            yield warning(provider.name, finding, remedy)


def verified_checks(provider: Provider, secret: Secret, payload: bytes) -> Iterator[Check]:
    """Which keys the function's answer came with: a pending one of ours, one of several of the provider's."""
    try:
        keys = read_provider_answer(payload).keys
    except ContractError:
        return  # provider_answer.py says so
    fields = [field.name for field in provider.fields if field.kind is FieldKind.RSA_PUBLIC_KEYS]
    accounts = {one.account: one for one in read_credentials(secret)}
    for use in keys:
        if use.ours == "pending":
            finding = f"account '{use.account}': the current key was refused, and the pending one was accepted"
            yield warning(provider.name, finding, _keys(provider.name, use.account, "STEP=finish"))
        for field in fields:
            held = [fingerprint(key) for key in accounts[use.account].public_keys(field)]
            if len(held) > 1 and use.theirs in held:
                number = held.index(use.theirs) + 1
                finding = f"account '{use.account}': key {number} of {len(held)} in {field} verified the last answer"
                yield ok(provider.name, f"{finding} (SHA-256 {use.theirs})", "remove the others if unused")


def policy_problems(policy: Mapping[str, Any]) -> list[str]:
    """What is wrong with a key's policy, of which `Account` is the key's own AWS account."""
    account = str(policy["Account"])
    problems = []
    delegates = False
    for statement in _listed(policy.get("Statement")):
        actions = {str(action).lower() for action in _listed(statement.get("Action"))}
        principals = _principals(statement)
        if statement.get("Effect") == "Deny":
            if actions & _SIGN:
                problems.append("it denies signatures: the functions may be among those it means")
            continue
        if "Condition" not in statement and "*" in principals and actions & _SIGN:
            problems.append("everybody may sign with it, in every AWS account")
        own = {f"arn:{part}:iam::{account}:root" for part in ("aws", "aws-cn", "aws-us-gov")} | {account}
        delegates |= bool(principals & own and actions & _ALL)
        others = sorted(principals - own - {"*"})
        if others and actions & _SIGN:
            problems.append(f"it lets {', '.join(others)} sign, without any policy of theirs")
    if not delegates:
        problems.append("it does not let the account's IAM policies decide, so the function may not sign")
    return problems


def _standing_check(provider: str, status: KeyStatus) -> Check:
    finding = f"our key of {', '.join(status.accounts)}: {', '.join(filter(None, (status.key, status.age)))}"
    remedy = _keys(provider, status.accounts[0], status.next_step)
    if status.is_pending:
        return warning(provider, finding, remedy)
    if status.age_days > _OLD_DAYS:
        return warning(provider, finding, f"rotate it: {remedy}")
    return ok(provider, finding, remedy)


def _kms_checks(provider: str, folder: str, alias: str, kms: KmsKeys) -> Iterator[Check]:
    if not alias.startswith(folder):
        finding = f"the KMS key {alias} has another name than {folder}..., so the function may not sign with it"
        yield wrong(provider, finding, f"make a key with make keys PROVIDER={provider} STEP=begin KIND=kms")
    if not kms.is_usable(alias):
        finding = f"the KMS key {alias} does not exist, is disabled, or is being deleted: nothing can be signed"
        yield wrong(provider, finding, "aws kms cancel-key-deletion and enable-key, or STEP=abort, or STEP=begin")
        return
    for problem in policy_problems(kms.policy(alias)):
        yield wrong(provider, f"the policy of the KMS key {alias}: {problem}", "aws kms put-key-policy")


def _pair_check(provider: str, standing: Standing, alias: str | None, kms: KmsKeys) -> Iterator[Check]:
    """Whether the key is the one whose public half `make keys` showed when it became current."""
    expected = noted(standing.document, standing.account, PUBLIC)
    if not expected or not standing.key:
        return
    try:
        key = kms.public_key(alias) if alias else load_private_key(standing.key).public_key()
    except KeyFormatError:
        return  # said about the field itself
    if fingerprint(key) != expected:
        place = f"the KMS key {alias} was given another key" if alias else f"{OUR_KEY} was replaced by hand"
        finding = f"our key of {', '.join(standing.sharing)} is not the one that {provider} was given: {place}"
        remedy = f"put back the key with the SHA-256 {expected}, or {_keys(provider, standing.account, 'STEP=begin')}"
        yield wrong(provider, finding, remedy)


def _keys(provider: str, account: str, step: str) -> str:
    return f"make keys PROVIDER={provider} ACCOUNT={account}: {step}"


def _id(alias: str) -> str:
    return f"aws kms describe-key --key-id {alias} --query KeyMetadata.KeyId"


def _principals(statement: Mapping[str, Any]) -> set[str]:
    principal = statement.get("Principal", {})
    if isinstance(principal, str):
        return {principal}
    return {str(each) for each in _listed(principal.get("AWS", []))}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
