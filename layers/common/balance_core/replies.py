"""Reading a provider's reply: the same words for every answer that cannot be used, and amounts with their place.

Readers raise WireError that names the place; an exchange turns it into a ProviderError once, with `misunderstood`.
"""

import re
from decimal import Decimal

from balance_core.errors import ErrorKind, ProviderError
from balance_core.http import HttpReply, status_error
from balance_core.money import Money, MoneyError, require_currency
from balance_core.wire import Node, WireError, loads

# What a provider's codes and ids look like. They are shown to people, so nothing else may pass for one.
_CODE = re.compile(r"[\x21-\x7e]{1,64}")
# More than any ledger holds. `Money` has room for the sum of a million such amounts, so a sum never fails.
_MAX_AMOUNT = Decimal(10) ** 24
MISSING_SIGNATURE = "its signature is missing"
WRONG_SIGNATURE = "its signature fits no key in provider_public_keys of the secret"


def bad_response(problem: WireError | str) -> ProviderError:
    """The error for an answer that cannot be trusted or understood; `problem` names its place and quotes no value."""
    detail = re.sub(r"^\$ ", "it ", str(problem))  # beside amounts, a bare "$" reads as dollars
    message = f"sent an answer that cannot be trusted or understood: {detail}; ask the provider if it lasts"
    return ProviderError(ErrorKind.BAD_RESPONSE, message)


def misunderstood(reply: HttpReply, problem: WireError | str) -> ProviderError:
    """The error for a reply that is not what was agreed: what its HTTP status says, or bad_response where that is 200.

    An answer of another status often comes from a gateway in front of the provider and was never meant to be read.
    """
    return bad_response(problem) if reply.status == 200 else status_error(reply)


def parse_reply(reply: HttpReply) -> Node:
    """The reply's JSON, whatever its HTTP status. Raises ProviderError as `misunderstood` when it is none."""
    try:
        return loads(reply.body)
    except WireError as exc:
        raise misunderstood(reply, exc) from exc


def code_at(node: Node) -> str:
    """The provider's code here: 1 to 64 visible ASCII characters. Raises WireError."""
    if not isinstance(node.value, str) or not _CODE.fullmatch(node.value):
        raise WireError(node.path, "must be a code of 1 to 64 visible ASCII characters")
    return node.value


def currency_at(node: Node) -> str:
    """The ISO 4217 code here. Raises WireError."""
    try:
        return require_currency(node.text())
    except MoneyError as exc:
        raise WireError(node.path, f"is {exc}") from exc


def number_at(node: Node, currency: str) -> Money:
    """The JSON number here, to its last digit, in major units of `currency`. Raises WireError, for a string as well."""
    if not isinstance(node.value, int | Decimal) or isinstance(node.value, bool):
        raise WireError(node.path, "must be a number")
    return _money(node, currency)


def text_at(node: Node, currency: str) -> Money:
    """The plain decimal string here, in major units of `currency`. Raises WireError, for a JSON number as well."""
    node.text()
    return _money(node, currency)


def _money(node: Node, currency: str) -> Money:
    try:
        money = Money.parse(node.value, currency)
    except MoneyError as exc:
        raise WireError(node.path, f"is wrong: {exc}") from exc
    if money.amount.copy_abs() > _MAX_AMOUNT:
        raise WireError(node.path, "is absurdly large")
    return money
