"""Reading a provider's reply: JSON, codes, currencies, amounts and rows, with one wording for what cannot be used.

Readers raise JsonError that names the place. `read_rows` keeps a bad row from costing the others; anything else is
turned into a ProviderError once per conversation, with `misunderstood`.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from balance_core.currencies import DECIMALS, RELATED, normalised
from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import Balance, Notice, NoticeKind, Reading
from balance_core.money import Money, MoneyError
from balance_core.provider.credentials import Field
from balance_core.provider.http import HttpReply, status_error
from balance_core.strict_json import JsonError, Node, loads

# What providers' codes and ids look like. They are shown to people, so nothing else may pass for one.
_CODE = re.compile(r"[\x21-\x7e]{1,64}")
# An exact decimal with an optional exponent: no thousands separators, only ASCII digits.
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_MAX_DECIMAL_CHARACTERS = 60
# More than any ledger holds. `Money` has room for the sum of a million such amounts, so a sum never fails.
_MAX_AMOUNT = Decimal(10) ** 24
_MAX_PLACES = 5
MISSING_SIGNATURE = "its signature is missing"
WRONG_SIGNATURE = "its signature does not match any key in provider_public_keys of the secret"


def bad_response(problem: JsonError | str, *, new_key_may_help: bool = False) -> ProviderError:
    """The error for an answer that cannot be trusted or understood; `problem` names its place and quotes no value."""
    detail = re.sub(r"^\$ ", "it ", str(problem))  # next to amounts, a bare "$" reads as dollars
    error = ProviderError(ErrorKind.BAD_RESPONSE, f"sent an answer that cannot be trusted or understood: {detail}")
    error.new_key_may_help = new_key_may_help
    return error


def misunderstood(reply: HttpReply, problem: JsonError | str, fields: Sequence[Field]) -> ProviderError:
    """The error for an unexpected reply: bad_response for a status of success, else what the status means.

    An answer with another status often comes from a gateway in front of the provider. `fields` are the provider's
    declared credentials.
    """
    return bad_response(problem) if reply.is_success else status_error(reply, fields)


def parse_reply(reply: HttpReply, fields: Sequence[Field]) -> Node:
    """The reply's JSON, whatever its HTTP status. Raises ProviderError (see `misunderstood`)."""
    try:
        return loads(reply.body)
    except JsonError as exc:
        raise misunderstood(reply, exc, fields) from exc


def signature_of(reply: HttpReply, header: str = "sign") -> str | None:
    """The signature header; a blank one counts as absent."""
    return reply.headers.get(header, "").strip() or None


def code_at(node: Node) -> str:
    """The provider's code: 1 to 64 visible ASCII characters, or a whole number. Raises JsonError."""
    value = str(node.value) if isinstance(node.value, int) and not isinstance(node.value, bool) else node.value
    if not isinstance(value, str) or not _CODE.fullmatch(value.strip()):
        raise JsonError(node.path, "is not a code of 1 to 64 visible ASCII characters")
    return value.strip()


def optional_code_at(node: Node, name: str) -> str | None:
    """The code in the member `name`; a malformed one counts as absent, so that it cannot hide a code beside it."""
    member = node.optional(name)
    try:
        return None if member is None else code_at(member)
    except JsonError:
        return None


def optional_text_at(node: Node, name: str) -> str | None:
    """The text or whole number in the member `name`, at most 200 characters; anything else counts as absent."""
    value = member.value if (member := node.optional(name)) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    try:
        return Node(value.strip()).text(200) if isinstance(value, str) and value.strip() else None
    except JsonError:
        return None


def currency_at(node: Node) -> str:
    """The currency code in capitals, of ISO 4217 or not. Raises JsonError."""
    code = normalised(node.value) if isinstance(node.value, str) else None
    if code is None:
        raise JsonError(node.path, "is not a currency code")
    return code


def amount_at(node: Node, currency: str) -> Money:
    """The exact decimal, as a JSON number or as text, in major units of `currency`. Raises JsonError."""
    value = node.value
    if isinstance(value, str):
        text = value.strip()
        if len(text) > _MAX_DECIMAL_CHARACTERS or not _DECIMAL.fullmatch(text):
            raise JsonError(node.path, "is not a plain decimal number")
        value = Decimal(text)
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        raise JsonError(node.path, "is not a plain decimal number")
    return _money(node, value, currency)


def optional_amount_at(node: Node, name: str, currency: str) -> Money | None:
    """The amount in the member `name`; None (unknown) when it is absent, null or empty. Raises JsonError."""
    member = node.optional(name)
    if member is None or (isinstance(member.value, str) and not member.value.strip()):
        return None
    return amount_at(member, currency)


def or_unknown(read: Callable[[], Money | None], what: str, currency: str, notices: list[Notice]) -> Money | None:
    """What `read` gives; unknown, with a notice about the `what` amount, when it raises JsonError.

    For amounts without which the balance is still worth showing.
    """
    try:
        return read()
    except JsonError as exc:
        message = f"a {what} amount in {currency} could not be read and is shown as unknown"
        notices.append(Notice(NoticeKind.UNREAD_AMOUNT, message, currency=currency, place=exc.path))
        return None


def minor_units_at(node: Node, currency: str) -> Money:
    """The whole number of minor units of `currency`: 12345 is USD 123.45, and JPY 12,345.

    Raises JsonError, also for a currency outside ISO 4217: nobody knows its minor unit.
    """
    if not isinstance(node.value, int) or isinstance(node.value, bool):
        raise JsonError(node.path, "is not a whole number of minor units")
    if currency not in DECIMALS:
        raise JsonError(node.path, "is in a currency without a known minor unit")
    # Shifting the exponent is exact; a division could round.
    sign, digits, _ = Decimal(node.value).as_tuple()
    return _money(node, Decimal((sign, digits, -DECIMALS[currency])), currency)


def instant_at(node: Node, name: str) -> datetime | None:
    """The RFC 3339 time in the member `name`; None when it is absent, malformed or without an offset."""
    member = node.optional(name)
    try:
        return None if member is None else member.instant()
    except JsonError:
        return None


def list_at(node: Node, name: str) -> list[Node]:
    """The rows in the list `name`; none when it is absent, null or an empty text. Raises JsonError."""
    member = node.optional(name)
    return [] if member is None or member.value == "" else list(member.items())


@dataclass(frozen=True, slots=True)
class _Unread:
    reason: str
    place: str
    currency: str | None


def read_rows(
    rows: Sequence[Node],
    asked: Collection[str],
    read: Callable[[Node, str], Balance],
    *,
    currency_of: Callable[[Node], Node] = lambda row: row.get("currency"),
    account_key: Callable[[Balance], Hashable] = lambda balance: (balance.account.type, balance.account.number),
    row_notices: list[Notice] | None = None,
) -> Reading:
    """Read every row for itself: `read(row, currency)` gives its balance and raises JsonError if it cannot.

    Rows in currencies that were not `asked` about (empty means all) are skipped before anything else is read. A row
    that cannot be read, or an account that comes twice in one currency, is left out with a notice; the others stay.

    `row_notices` is the list to which `read` adds notices about a row; those about rows that are left out are dropped.
    """
    noted: list[Notice] = [] if row_notices is None else row_notices
    read_once: dict[Hashable, tuple[Balance, Node, tuple[Notice, ...]]] = {}
    repeated: set[Hashable] = set()
    unread: list[_Unread] = []
    related: dict[str, None] = {}
    for row in rows:
        currency = None
        noted.clear()
        try:
            currency = currency_at(currency_of(row))
            if asked and currency not in asked:
                if _is_related(row, currency, asked, read):
                    related[currency] = None
                continue
            balance = read(row, currency)
        except JsonError as exc:
            unread.append(_Unread(_reason(row, exc), exc.path, currency))
            continue
        key: Hashable = (account_key(balance), currency)
        if key in read_once:
            repeated.add(key)
            unread.append(_Unread("its account comes twice", row.path, currency))
        else:
            read_once[key] = balance, row, tuple(noted)
    for key in repeated:
        balance, row, _ = read_once.pop(key)
        unread.append(_Unread("its account comes twice", row.path, balance.currency))
    notices = [_unread_notice(unread, len(rows))] if unread else []
    notices += [_related_notice(currency) for currency in related]
    if not rows:
        notices.append(Notice(NoticeKind.NO_BALANCES, "no balances were reported"))
    notices += [notice for _, _, about_row in read_once.values() for notice in about_row]
    return Reading(tuple(balance for balance, _, _ in read_once.values()), tuple(notices))


def _is_related(row: Node, currency: str, asked: Collection[str], read: Callable[[Node, str], Balance]) -> bool:
    """Whether the row holds the same money under another name, such as RMB when CNY was asked."""
    if not any(currency in RELATED.get(code, ()) for code in asked):
        return False
    try:
        return not read(row, currency).is_zero
    except JsonError:
        return True


def _related_notice(currency: str) -> Notice:
    message = f"there is also {currency}, which was not asked about: ask for {currency} to see it"
    return Notice(NoticeKind.RELATED_CURRENCY, message, currency=currency)


def _reason(row: Node, error: JsonError) -> str:
    """`its account type is missing`: the field in words, then the problem."""
    field = error.path.removeprefix(row.path).strip(".")
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|_|\.", " ", field).lower()
    return f"its {words} {error.problem}" if words else f"it {error.problem}"


def _unread_notice(unread: Sequence[_Unread], received: int) -> Notice:
    reasons = Counter(each.reason for each in unread)
    more = f", and {len(reasons) - 1} other reasons" if len(reasons) > 2 else ", and one other reason"
    first = next(iter(reasons))
    reason = (first if len(unread) == 1 else re.sub("^its ", "their ", first)) + ("" if len(reasons) == 1 else more)
    currencies = {each.currency for each in unread}
    rows, verb = "row" if received == 1 else "rows", "is" if len(unread) == 1 else "are"
    return Notice(
        NoticeKind.UNREAD_ROWS,
        f"{len(unread):,} of {received:,} {rows} could not be read and {verb} in no total: {reason}",
        currency=currencies.pop() if len(currencies) == 1 else None,
        place=", ".join(each.place for each in unread[:_MAX_PLACES]),
    )


def _money(node: Node, value: int | Decimal, currency: str) -> Money:
    try:
        money = Money.parse(value, currency)
    except MoneyError as exc:
        raise JsonError(node.path, f"is wrong: {exc}") from exc
    if money.amount.copy_abs() > _MAX_AMOUNT:
        raise JsonError(node.path, "is far too large")
    return money
