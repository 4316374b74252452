"""Reading a provider's reply: JSON, codes, currencies and amounts, with one wording for answers that cannot be used.

Readers raise JsonError that names the place; a conversation turns it into a ProviderError once, with `misunderstood`.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from balance_core.currencies import DECIMALS
from balance_core.errors import ErrorKind, ProviderError
from balance_core.money import Money, MoneyError, require_currency
from balance_core.provider.credentials import Field
from balance_core.provider.http import HttpReply, status_error
from balance_core.strict_json import JsonError, Node, loads

# What providers' codes and ids look like. They are shown to people, so nothing else may pass for one.
_CODE = re.compile(r"[\x21-\x7e]{1,64}")
# More than any ledger holds. `Money` has room for the sum of a million such amounts, so a sum never fails.
_MAX_AMOUNT = Decimal(10) ** 24
MISSING_SIGNATURE = "its signature is missing"
WRONG_SIGNATURE = "its signature does not match any key in provider_public_keys of the secret"


def bad_response(problem: JsonError | str) -> ProviderError:
    """The error for an answer that cannot be trusted or understood; `problem` names its place and quotes no value."""
    detail = re.sub(r"^\$ ", "it ", str(problem))  # next to amounts, a bare "$" reads as dollars
    return ProviderError(ErrorKind.BAD_RESPONSE, f"sent an answer that cannot be trusted or understood: {detail}")


def misunderstood(reply: HttpReply, problem: JsonError | str, fields: Sequence[Field]) -> ProviderError:
    """The error for an unexpected reply: bad_response for HTTP 200, else what the status means.

    An answer with another status often comes from a gateway in front of the provider. `fields` are the provider's
    declared credentials.
    """
    return bad_response(problem) if reply.status == 200 else status_error(reply, fields)


def parse_reply(reply: HttpReply, fields: Sequence[Field]) -> Node:
    """The reply's JSON, whatever its HTTP status. Raises ProviderError (see `misunderstood`)."""
    try:
        return loads(reply.body)
    except JsonError as exc:
        raise misunderstood(reply, exc, fields) from exc


def code_at(node: Node) -> str:
    """The provider's code: 1 to 64 visible ASCII characters. Raises JsonError."""
    if not isinstance(node.value, str) or not _CODE.fullmatch(node.value):
        raise JsonError(node.path, "must be a code of 1 to 64 visible ASCII characters")
    return node.value


def optional_code_at(node: Node, name: str) -> str | None:
    """The code in the member `name`; a malformed one counts as absent, so that it cannot hide a code beside it."""
    member = node.optional(name)
    try:
        return None if member is None else code_at(member)
    except JsonError:
        return None


def currency_at(node: Node) -> str:
    """The ISO 4217 code. Raises JsonError."""
    try:
        return require_currency(node.text())
    except MoneyError as exc:
        raise JsonError(node.path, f"is {exc}") from exc


def number_at(node: Node, currency: str) -> Money:
    """The JSON number, to its last digit, in major units of `currency`. Raises JsonError, also for a string."""
    if not isinstance(node.value, int | Decimal) or isinstance(node.value, bool):
        raise JsonError(node.path, "must be a number")
    return _money(node, node.value, currency)


def text_at(node: Node, currency: str) -> Money:
    """The plain decimal string, in major units of `currency`. Raises JsonError, also for a JSON number."""
    return _money(node, node.text(), currency)


def minor_units_at(node: Node, currency: str) -> Money:
    """The JSON integer in minor units of `currency`: 12345 is USD 123.45, and JPY 12,345. Raises JsonError."""
    if not isinstance(node.value, int) or isinstance(node.value, bool):
        raise JsonError(node.path, "must be a whole number of minor units")
    # Shifting the exponent is exact; a division could round.
    sign, digits, _ = Decimal(node.value).as_tuple()
    return _money(node, Decimal((sign, digits, -DECIMALS[currency])), currency)


def _money(node: Node, value: object, currency: str) -> Money:
    try:
        money = Money.parse(value, currency)
    except MoneyError as exc:
        raise JsonError(node.path, f"is wrong: {exc}") from exc
    if money.amount.copy_abs() > _MAX_AMOUNT:
        raise JsonError(node.path, "is far too large")
    return money
