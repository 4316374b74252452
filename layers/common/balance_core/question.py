"""The question: one contract for Slack, schedules, other services, the aggregator and the provider functions.

`Question` is the contract (events/schema/question.v1.json). `read_question` reads a request strictly and names the
field that is wrong; it never repeats a value that could be a secret or an amount.
"""

import re
import secrets as entropy
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

from balance_core.currencies import may_be_asked

VERSION: Final = 1
# More than there are ISO 4217 currencies, or merchant accounts that fit one secret.
_MAX_ITEMS = 200
_PROVIDER_ID = r"[a-z][a-z0-9_-]{0,31}"
# The name of a merchant account in its provider's secret.
ACCOUNT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
# Empty, or letters and then at most two digits, at most 20 characters in all.
_PLAIN_WORD = re.compile(r"(?=.{0,20}\Z)(?:[A-Za-z][A-Za-z_-]*[0-9]{0,2})?")

# The end of the text: in Python `$` alone also matches before a final line break.
END = r"$(?!\n)"
CurrencyCode = Annotated[
    str,
    Meta(
        pattern=rf"^(?=[0-9]*[A-Z])[A-Z0-9]{{3,10}}{END}",
        description="An ISO 4217 code, or another code that a provider uses, such as CNH or USDT",
    ),
]
ProviderId = Annotated[str, Meta(pattern=rf"^{_PROVIDER_ID}{END}", description="A provider's id")]
AccountName = Annotated[
    str, Meta(pattern=rf"^{ACCOUNT_NAME.pattern}{END}", description="An account's name in its provider's secret")
]
AskedAccount = Annotated[
    str,
    Meta(
        pattern=rf"^({_PROVIDER_ID}:)?{ACCOUNT_NAME.pattern}{END}",
        description="An account's name in its provider's secret, alone or as `provider:account`",
    ),
]
CorrelationId = Annotated[
    str, Meta(pattern=rf"^[A-Za-z0-9-]{{1,64}}{END}", description="Follows one question through every log and failure")
]
Key = Annotated[Literal["current", "pending", "sign"], Meta(description="Which key of ours is used, and for what")]
_Items = Meta(min_length=1, max_length=_MAX_ITEMS, description="Leave out, or null, for all")


def new_correlation_id() -> str:
    """16 random hexadecimal characters: short enough to be part of a provider's request id."""
    return entropy.token_hex(8)


class SnapshotKind(StrEnum):
    """Why a snapshot is taken: for the digest, or only for the history and the watch."""

    DIGEST = "digest"
    WATCH = "watch"


class Period(StrEnum):
    """How far a history goes back; it ends now."""

    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"
    QUARTER = "90d"


class Firing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One firing of a schedule. EventBridge Scheduler may deliver it several times, and Lambda retries it.

    All of these name the same firing; their correlation ids and event ids differ.
    """

    schedule: Annotated[str, Meta(pattern=rf"^[0-9A-Za-z_.-]{{1,64}}{END}", description="The schedule's name")]
    scheduled_time: Annotated[
        datetime,
        Meta(tz=True, description="When it should fire: <aws.scheduler.scheduled-time> in the schedule's input"),
    ]

    @property
    def key(self) -> str:
        """The same text for the same firing, and for no other."""
        return f"{self.schedule} {self.scheduled_time.astimezone(UTC).isoformat()}"


class Question(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked. Every field is optional: `{}` asks about everything.

    `include_zero` also reports balances of zero; the totals count them either way. `refresh` asks every provider again
    instead of sharing an answer that is seconds old. `snapshot` also stores the answer and publishes BalancesCollected
    on the event bus; it covers everything, so it goes with `firing` alone. `history` asks about the past instead: it
    names one currency and at most one provider. `accounts` are asked of every provider, or of one as
    `provider:account`, in any case. Only the aggregator takes `providers`, `refresh`, `snapshot`, `firing` and
    `history`.

    `key` is for a provider function, while a rotation of our key is pending (tests/deployment/README.md, "Rotate our
    keys"): `pending` asks with the pending key only, and `sign` only makes a signature with it and asks nobody.
    """

    version: Literal[1] = VERSION
    currencies: Annotated[tuple[CurrencyCode, ...], _Items] | None = None
    providers: Annotated[tuple[ProviderId, ...], _Items] | None = None
    accounts: Annotated[tuple[AskedAccount, ...], _Items] | None = None
    include_zero: bool = False
    refresh: bool = False
    snapshot: SnapshotKind | None = None
    firing: Firing | None = None
    history: Period | None = None
    key: Key = "current"
    correlation_id: CorrelationId = msgspec.field(default_factory=new_correlation_id)


_EXPECTED: Mapping[str, str] = {
    "version": f"must be {VERSION}",
    "currencies": f"must be a list of 1 to {_MAX_ITEMS} currency codes such as USD; leave it out to ask about all",
    "providers": f"must be a list of 1 to {_MAX_ITEMS} provider ids; leave it out to ask all",
    "accounts": f"must be a list of 1 to {_MAX_ITEMS} accounts such as uae or payby:uae; leave it out to ask about all",
    "include_zero": "must be true or false",
    "refresh": "must be true or false",
    "snapshot": "must be digest or watch; leave it out for a question",
    "firing": 'must be a schedule\'s name and time: {"schedule": "daily", "scheduled_time": "2026-11-23T08:00:00Z"}',
    "history": "must be 24h, 7d, 30d or 90d; leave it out to ask about now",
    "key": "must be current, pending or sign",
    "correlation_id": "must be 1 to 64 letters, digits or hyphens",
}


class QuestionError(Exception):
    """The question cannot be understood. `field` names its part, `problem` says what is expected there."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


def read_question(event: object) -> Question:
    """Read a request object; null counts as absent, and a repeated item counts once.

    Raises QuestionError for an unknown field, a malformed value, or a currency code that nobody knows.
    """
    if not isinstance(event, dict):
        raise QuestionError("request", 'must be a JSON object such as {} or {"currencies": ["USD"]}')
    members = {str(name): value for name, value in event.items() if value is not None}
    values = {name: _read_field(name, value) for name, value in members.items()}
    for code in values.get("currencies", ()):
        if not may_be_asked(code):
            raise QuestionError("currencies", f"{repeated(code)} is not a known currency code such as USD or USDT")
    question = Question(**values)
    _check_combination(question)
    return question


def _check_combination(question: Question) -> None:
    if question.snapshot and any((question.currencies, question.providers, question.accounts, question.history)):
        raise QuestionError("snapshot", "covers everything: leave out currencies, providers, accounts and history")
    if question.firing and not question.snapshot:
        raise QuestionError("firing", "goes with snapshot: leave it out for a question")
    if question.history:
        if len(question.currencies or ()) != 1:
            raise QuestionError("currencies", "must name the one currency of the history")
        if len(question.providers or ()) > 1 or question.accounts:
            raise QuestionError("history", "covers one provider or all of them, with all their accounts")


def account_owners(question: Question) -> frozenset[str]:
    """The providers whose accounts are named, such as `payby` by `payby:uae`; "" if a name stands for itself."""
    return frozenset(account.rpartition(":")[0] for account in question.accounts or ())


def accounts_at(question: Question, provider: str) -> tuple[str, ...] | None:
    """The names of the accounts that this provider is asked about; None for all."""
    named = [account.rpartition(":") for account in question.accounts or ()]
    return tuple(dict.fromkeys(name for owner, _, name in named if owner in ("", provider))) or None


def correlation_id_of(event: object, new_id: Callable[[], str] = new_correlation_id) -> str:
    """The correlation id of an event that may be wrong in every other way, or a new one."""
    value = event.get("correlation_id") if isinstance(event, dict) else None
    try:
        return str(msgspec.convert(value, CorrelationId))
    except (msgspec.ValidationError, UnicodeEncodeError):
        return new_id()


def _read_field(name: str, value: object) -> Any:
    """One field at a time, so that the error can name the field without quoting the value."""
    if name not in _EXPECTED:
        known = ", ".join(sorted(_EXPECTED))
        raise QuestionError(repeated(name), f"is not a field of this request; known fields are {known}")
    if isinstance(value, dict) and name != "firing":  # msgspec reads any iterable as a tuple
        raise QuestionError(name, _EXPECTED[name])
    try:
        read = msgspec.convert(value, Question.__annotations__[name])
    except (msgspec.ValidationError, UnicodeEncodeError) as exc:  # a half surrogate cannot be encoded
        raise QuestionError(name, _EXPECTED[name]) from exc
    return tuple(dict.fromkeys(read)) if isinstance(read, tuple) else read


def is_plain(word: str) -> bool:
    """Whether a caller's word may be repeated to them and in the log: other words may be an amount or a token."""
    return bool(_PLAIN_WORD.fullmatch(word))


def repeated(word: str) -> str:
    """The word in quotation marks, or a stand-in when it is not plain."""
    return f"'{word}'" if is_plain(word) else "the given value (not repeated here)"
