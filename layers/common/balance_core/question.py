"""The question, as people, schedules and other services put it: read strictly, with errors that name the field."""

import re
import secrets as entropy
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

from balance_core.currencies import DECIMALS
from balance_core.errors import ErrorKind
from balance_core.models import Failure
from balance_core.wire import Node, WireError

VERSION = 1
# Above the number of ISO 4217 currencies, and of merchant accounts that fit one secret.
_MAX_ITEMS = 200
# The name of a merchant account in its provider's secret, by which it is asked about.
ACCOUNT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_CORRELATION_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
# Nothing, or letters and then two digits at most, in 20 characters at most.
_PLAIN_WORD = re.compile(r"(?=.{0,20}\Z)(?:[A-Za-z][A-Za-z_-]*[0-9]{0,2})?")
_Item = TypeVar("_Item")


def new_correlation_id() -> str:
    """16 random hexadecimal characters: short enough to stand inside a provider's own request id."""
    return entropy.token_hex(8)


class QuestionError(Exception):
    """The question cannot be understood. `field` names its part, `message` says what is expected there."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message

    def failure(self, correlation_id: str, provider: str | None = None) -> Failure:
        """The same as a typed answer."""
        return Failure(
            kind=ErrorKind.INVALID_REQUEST,
            message=f"{self.field}: {self.message}",
            correlation_id=correlation_id,
            provider=provider,
            field=self.field,
        )


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every provider. Empty `currencies` or `accounts` mean all of them."""

    correlation_id: str
    currencies: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    include_zero: bool = False

    def to_wire(self) -> dict[str, object]:
        """The request that a provider function takes (events/schema/provider-request.v1.json)."""
        return {
            "version": VERSION,
            # Null and not []: an empty list is refused, because it could mean nothing as well as everything.
            "currencies": list(self.currencies) or None,
            "accounts": list(self.accounts) or None,
            "include_zero": self.include_zero,
            "correlation_id": self.correlation_id,
        }


FIELDS = frozenset({"version", "currencies", "accounts", "include_zero", "correlation_id"})


def read_question(event: object, new_correlation_id: Callable[[], str], more_fields: Collection[str] = ()) -> Question:
    """Read a request object; absent or null fields mean "everything".

    `more_fields` are names that the caller reads itself. Raises QuestionError for anything unknown or malformed.
    """
    if not isinstance(event, dict):
        raise QuestionError("request", 'must be a JSON object such as {} or {"currencies": ["USD"]}')
    for name in event:
        if name not in FIELDS and name not in more_fields:
            known = ", ".join(sorted(FIELDS | set(more_fields)))
            raise QuestionError(repeated(name), f"is not a field of this request; known are {known}")
    if event.get("version", VERSION) not in (VERSION, None) or event.get("version") is True:
        raise QuestionError("version", f"must be {VERSION}")
    return Question(
        correlation_id=_correlation_id(event) or new_correlation_id(),
        currencies=read_list(event, "currencies", _currency),
        accounts=read_list(event, "accounts", _account),
        include_zero=read_flag(event, "include_zero"),
    )


def correlation_id_of(event: object, new_correlation_id: Callable[[], str]) -> str:
    """The usable correlation id of an event that may be wrong in every other way, or a new one."""
    try:
        return (isinstance(event, dict) and _correlation_id(event)) or new_correlation_id()
    except QuestionError:
        return new_correlation_id()


def read_flag(event: Mapping[str, object], field: str) -> bool:
    """The boolean `field`, False when absent or null. Raises QuestionError."""
    value = event.get(field)
    if value is not None and not isinstance(value, bool):
        raise QuestionError(field, "must be true or false")
    return bool(value)


def read_list(event: Mapping[str, object], field: str, read_item: Callable[[str, str], _Item]) -> tuple[_Item, ...]:
    """The list `field` without repetitions, in order, each item through `read_item(text, field)`.

    Absent or null is the empty tuple. Raises QuestionError for another type, too many items, or an empty list, which
    could mean nothing as well as everything.
    """
    value = event.get(field)
    if value is None:
        return ()
    if isinstance(value, list) and not 1 <= len(value) <= _MAX_ITEMS:
        raise QuestionError(field, f"must hold 1 to {_MAX_ITEMS} items; leave it out to ask about all")
    try:
        return tuple(dict.fromkeys(read_item(item.text(), item.path) for item in Node(value, field).items()))
    except WireError as exc:
        raise QuestionError(exc.path, exc.problem) from exc


def _correlation_id(event: Mapping[str, object]) -> str | None:
    value = event.get("correlation_id")
    if value is None:
        return None
    if not isinstance(value, str) or not _CORRELATION_ID.fullmatch(value):
        raise QuestionError("correlation_id", "must be 1 to 64 letters, digits or hyphens")
    return value


def _currency(code: str, field: str) -> str:
    if code not in DECIMALS:
        raise QuestionError(field, f"{repeated(code)} is not an ISO 4217 currency code such as USD")
    return code


def _account(name: str, field: str) -> str:
    if not ACCOUNT_NAME.fullmatch(name):
        raise QuestionError(field, "must be an account name of at most 64 letters, digits, '_', '.' or '-'")
    return name


def is_plain(word: str) -> bool:
    """Whether a caller's word may be repeated to them and into the log: in its place may stand an amount or a token."""
    return bool(_PLAIN_WORD.fullmatch(word))


def repeated(word: str) -> str:
    """The word in quotation marks, or what stands for it when it is not plain."""
    return f"'{word}'" if is_plain(word) else "what is given there (not repeated here)"
