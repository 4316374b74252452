"""Where every account's key stands, and the next step."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from balance_core.provider.credentials import read_credentials
from balance_core.provider.signing import KeyFormatError, fingerprint, load_private_key
from balance_core.secrets import Secret
from balance_core.strict_json import Node
from tests.deployment.rotation.kms_keys import KmsKeys
from tests.deployment.rotation.records import MADE, Standing, alias_in, noted
from tests.deployment.rotation.steps import unfinished
from tests.deployment.rotation.versions import Versions


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """`accounts` share one key: what it is, how old it is, and what to do next. `is_pending` while a rotation is."""

    accounts: tuple[str, ...]
    key: str
    age: str
    age_days: int
    next_step: str
    is_pending: bool


def statuses(versions: Versions, kms: KmsKeys, now: datetime) -> Iterator[KeyStatus]:
    """One for each key in the secret."""
    _, document, stored_at = versions.document()
    owners = {one.key_owner for one in read_credentials(Secret(versions.name, Node(document)))}
    for account in document["accounts"]:
        if account in owners:
            standing = versions.standing(account)
            yield KeyStatus(
                standing.sharing,
                _named(standing),
                *_age(standing, kms, stored_at, now),
                _next_step(standing, kms, now),
                bool(standing.pending or standing.step or standing.has_new),
            )


def unused_aliases(versions: Versions, kms: KmsKeys, folder: str) -> list[str]:
    """Aliases below `folder` whose keys cost money although no version of the secret names them."""
    _, document, _ = versions.document()
    standings = [versions.standing(account) for account in document["accounts"]]
    used = {alias_in(each.key) for each in standings}
    used |= {alias_in(record.key) for each in standings for record in (each.pending, each.previous) if record}
    return [alias for alias in kms.aliases(folder) if alias not in used and kms.is_usable(alias)]


def _named(standing: Standing) -> str:
    if standing.key is None:
        return "no key yet"
    if alias := alias_in(standing.key):
        return f"in AWS KMS, {alias}"
    try:
        return (
            f"in Secrets Manager, SHA-256 of its public key {fingerprint(load_private_key(standing.key).public_key())}"
        )
    except KeyFormatError as exc:
        return f"in Secrets Manager, but it {exc}"


def _age(standing: Standing, kms: KmsKeys, stored_at: datetime, now: datetime) -> tuple[str, int]:
    if standing.key is None:
        return "", 0
    alias, made = alias_in(standing.key), noted(standing.document, standing.account, MADE)
    made_at = kms.made_at(alias) if alias else _day(made)
    if made_at:
        return f"{(now - made_at).days} days old", (now - made_at).days
    return f"at least {(now - stored_at).days} days old: it was not made by make keys", (now - stored_at).days


def _day(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        return None


def _next_step(standing: Standing, kms: KmsKeys, now: datetime) -> str:
    if standing.step:
        return unfinished(standing.step)
    if standing.pending:
        return _with_pending(alias_in(standing.pending.key), standing.is_current, kms)
    if standing.previous:
        return _with_previous(standing, now)
    if standing.has_new:
        return "a begin was interrupted before it had an effect: repeat STEP=begin, or STEP=abort"
    return "nothing is pending: STEP=begin makes a new key"


def _with_pending(alias: str | None, is_current: bool, kms: KmsKeys) -> str:
    if is_current:
        return "a finish was interrupted: repeat STEP=finish"
    if alias and not kms.exists(alias):
        return f"a begin was interrupted before {alias} was there: repeat STEP=begin, or STEP=abort"
    if alias and not kms.is_usable(alias):
        return f"the pending key {alias} is disabled or is being deleted: STEP=abort"
    return (
        "a new key is pending: give its public key (STEP=begin shows it) to the provider, then STEP=test, STEP=finish"
    )


def _with_previous(standing: Standing, now: datetime) -> str:
    previous = standing.previous
    if previous is None:
        return ""
    if standing.key == previous.key:
        return "somebody stored the old key again: STEP=finish forgets the rotation, STEP=abort drops the newer key"
    until = previous.kept_until(None)
    if now < until:
        return f"finished; the old key is kept until {until:%Y-%m-%d}: STEP=abort goes back to it"
    return "the old key is not needed any more: STEP=finish removes it"
