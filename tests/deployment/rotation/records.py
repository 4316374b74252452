"""What a rotation stores, and what its labels and records mean. Pure."""

import copy
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from balance_core.provider.asked import pending_label
from balance_core.provider.credentials import OUR_KEY, read_credentials
from balance_core.provider.signer import is_kms, kms_key
from balance_core.secrets import Secret
from balance_core.strict_json import loads

# Beside the key in the secret: the day on which it was made, and the SHA-256 of the public key that the provider got.
# Functions do not read them.
MADE, PUBLIC = f"{OUR_KEY}_made", f"{OUR_KEY}_public_sha256"
CURRENT = "AWSCURRENT"


class StepError(Exception):
    """The step was refused or cannot go on. The message ends with what to do; it holds no key."""


class Step(StrEnum):
    """What was begun and is not over yet."""

    FINISH = "finish"
    ABORT = "abort"
    GO_BACK = "go back"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Labels:
    """The staging labels of one account's rotation."""

    account: str

    @property
    def new(self) -> str:
        """For a version that only its maker knows."""
        return f"new-{self.account}"

    @property
    def pending(self) -> str:
        """The label that a function looks for."""
        return pending_label(self.account)

    @property
    def next(self) -> str:
        """For the secret that is to be current."""
        return f"next-{self.account}"

    @property
    def previous(self) -> str:
        """For the key that was replaced."""
        return f"previous-{self.account}"

    @property
    def step(self) -> str:
        """For the version that says which step is under way."""
        return f"step-{self.account}"


@dataclass(frozen=True, slots=True)
class Record:
    """A version that holds one key of one account: the pending or the previous one."""

    version_id: str
    content: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The key, or the name of one in KMS. Never shown unless it is a name."""
        return str(self.content[OUR_KEY])

    def kept_until(self, keep_days: int | None) -> datetime:
        """When the previous key is not needed any more; `keep_days` overrides what was said when it was replaced."""
        days = int(self.content["keep_days"]) if keep_days is None else keep_days
        return datetime.fromisoformat(self.content["replaced_at"]) + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one account's key stands. `sharing` are the accounts that use the same key, `account` the first of them.

    `step_record` is the version that says which step is under way.
    """

    account: str
    sharing: tuple[str, ...]
    version_id: str
    document: Mapping[str, Any]
    pending: Record | None
    previous: Record | None
    step: Step | None
    step_record: Record | None
    has_new: bool

    @property
    def key(self) -> str | None:
        """The current key, or the name of one in KMS; None when the account has none yet."""
        return key_of(self.document, self.account)

    @property
    def is_current(self) -> bool:
        """Whether the pending key is the current one already."""
        return self.pending is not None and self.pending.key == self.key


def key_of(document: Mapping[str, Any], account: str) -> str | None:
    """The account's key: its own, else the one at the top level."""
    value = document["accounts"][account].get(OUR_KEY) or document.get(OUR_KEY)
    return value if isinstance(value, str) else None


def noted(document: Mapping[str, Any], account: str, field: str) -> str | None:
    """What a rotation noted beside the account's key, MADE or PUBLIC; None for a key that was not made here."""
    own = document["accounts"][account]
    value = (own if OUR_KEY in own else document).get(field)
    return value if isinstance(value, str) else None


def with_key(document: Mapping[str, Any], account: str, key: str, **notes: str | None) -> dict[str, Any]:
    """The secret with another key where the account's is: its own entry, or the top level for all that share it."""
    changed: dict[str, Any] = copy.deepcopy(dict(document))
    own = changed["accounts"][account]
    place = changed if OUR_KEY in changed and OUR_KEY not in own else own
    place[OUR_KEY] = key
    for name in (MADE, PUBLIC):
        place.pop(name, None)
    place.update({name: note for name, note in notes.items() if note})
    return changed


def is_named(document: Mapping[str, Any], key: str) -> bool:
    """Whether any account of the secret uses this key."""
    return any(key_of(document, account) == key for account in document["accounts"])


def read_document(secret_name: str, text: str) -> dict[str, Any]:
    """The secret, read as strictly as the functions do. Raises ProviderError (configuration)."""
    read_credentials(Secret(secret_name, loads(text.encode("utf-8"))))
    document: dict[str, Any] = json.loads(text)
    return document


def sharing(secret_name: str, document: Mapping[str, Any], account: str) -> tuple[str, ...]:
    """The accounts that use the same key, in order. Raises StepError for an account that is not in the secret."""
    secret = Secret(secret_name, loads(json.dumps(document).encode()))
    owners = {one.account: one.key_owner for one in read_credentials(secret)}
    if account not in owners:
        raise StepError(f"the secret {secret_name} has no account '{account}': it has {', '.join(owners)}")
    return tuple(name for name, owner in owners.items() if owner == owners[account])


def alias_folder(stack: str, provider: str, account: str, accounts: Sequence[str]) -> str:
    """`alias/<stack>/<provider>/<account>/`. A `.` becomes `_`, which KMS allows in an alias.

    Raises StepError when another account's would be the same.
    """
    same = [name for name in accounts if name != account and _aliased(name) == _aliased(account)]
    if same:
        raise StepError(
            f"the aliases of '{account}' and '{same[0]}' would be the same, because an alias cannot have a '.': rename"
            " one of the two in the secret"
        )
    return f"alias/{stack}/{provider}/{_aliased(account)}/"


def next_alias(folder: str, taken: Sequence[str]) -> str:
    """The folder's next number: a number is never used again."""
    numbers = [int(name.removeprefix(folder)) for name in taken if re.fullmatch(re.escape(folder) + "[0-9]{1,6}", name)]
    return f"{folder}{max(numbers, default=0) + 1}"


def alias_in(key: str | None) -> str | None:
    """The alias of a key in KMS; None for a key in the secret."""
    found = kms_key(key.strip()) if key and is_kms(key) else None
    return found.alias if found else None


def step_of(record: Record | None, has_pending: bool) -> Step | None:
    """Which step is under way, by the version that has the label."""
    if record is None:
        return None
    if "accounts" in record.content:
        return Step.ABORT if has_pending else Step.GO_BACK
    return Step.REMOVE if "replaced_at" in record.content else Step.FINISH


def instant(time: datetime) -> str:
    """As records write a time."""
    return time.astimezone(UTC).isoformat(timespec="seconds")


def _aliased(account: str) -> str:
    return account.replace(".", "_")
