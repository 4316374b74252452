"""What the accounts of one provider answered, and the pending keys with which they can be asked again.

While our key is rotated, a version of the secret with the staging label `pending-<account>` holds the new one:
`{"private_key": "..."}`. The secret's current version keeps the key that works until the rotation is finished.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from balance_core.deadline import Deadline
from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import KeyUse, Notice, NoticeKind, Reading
from balance_core.provider.answer import merged
from balance_core.provider.credentials import OUR_KEY, Credentials
from balance_core.secrets import SecretStore

_PENDING_KEY = Notice(
    NoticeKind.PENDING_KEY,
    "our current key was refused, and the pending one was accepted: finish the rotation (make keys STEP=finish)",
)


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one conversation; `currency` if the whole conversation was about one."""

    account: str
    currency: str | None
    outcome: Reading | ProviderError


@dataclass(frozen=True, slots=True)
class Asked:
    """`accounts` are all in the secret, `selected` those that were to be asked, `with_pending_key` a part of them."""

    accounts: tuple[Credentials, ...]
    selected: tuple[Credentials, ...]
    results: tuple[Result, ...] = ()
    with_pending_key: frozenset[str] = frozenset()

    @property
    def errors(self) -> list[ProviderError]:
        """Every error, in order."""
        return [each.outcome for each in self.results if isinstance(each.outcome, ProviderError)]

    def is_refused(self, account: str) -> bool:
        """Whether another key of ours could help this account. PayBy's 403 does not say what it refuses."""
        return any(
            each.outcome.new_key_may_help or each.outcome.kind is ErrorKind.PERMISSION_DENIED
            for each in self.results
            if each.account == account and isinstance(each.outcome, ProviderError)
        )

    def with_pending(self, account: str, results: Sequence[Result], *, is_notable: bool = True) -> "Asked":
        """The account's results replaced by those with its pending key, and a notice if `is_notable`."""
        others = tuple(each for each in self.results if each.account != account)
        own = tuple(each for each in results if each.account == account)
        said = (Result(account, None, Reading(notices=(_PENDING_KEY,))),) if is_notable else ()
        return replace(self, results=(*others, *said, *own), with_pending_key=self.with_pending_key | {account})

    def readings(self) -> dict[str, Reading]:
        """What each account that answered reported."""
        found: dict[str, list[Reading]] = {}
        for each in self.results:
            if isinstance(each.outcome, Reading):
                found.setdefault(each.account, []).append(each.outcome)
        return {one.account: merged(found[one.account]) for one in self.selected if one.account in found}

    def key_use(self, account: str, reading: Reading) -> KeyUse:
        """Which keys the account's `reading` came with."""
        return KeyUse(account, "pending" if account in self.with_pending_key else "current", reading.verified_by)


def pending_label(owner: str) -> str:
    """The staging label of the version that holds the pending key of `owner` (`Credentials.key_owner`)."""
    return f"pending-{owner}"


def pending_accounts(
    secrets: SecretStore, secret_name: str, accounts: Iterable[Credentials], deadline: Deadline, *, again: bool = False
) -> tuple[list[Credentials], list[Result]]:
    """These accounts with their pending keys, and an error for each that has none.

    `again` reads them at once. A pending key that is the current one has been asked already, so it counts as none.
    Raises ProviderError.
    """
    found: list[Credentials] = []
    missing: list[Result] = []
    for account in accounts:
        record = secrets.labelled(secret_name, pending_label(account.key_owner), deadline, again=again)
        if record is None:
            missing.append(
                Result(account.account, None, account.error(OUR_KEY, "has no pending key: make keys STEP=begin"))
            )
            continue
        key = record.text(OUR_KEY)
        if again or account.is_empty(OUR_KEY) or account.text(OUR_KEY) != key:
            found.append(account.with_key(key))
    return found, missing
