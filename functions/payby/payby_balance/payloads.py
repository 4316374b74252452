"""PayBy's JSON: what its codes mean, and how its balance becomes ours.

Amounts are in major units. The schema shows the available balance only; the page's text promises frozen and total too,
so they are read when they come.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from balance_core.errors import UNLISTED_CODE, CodeRule, ErrorKind, ProviderError
from balance_core.models import Account, Balance, Notice, NoticeKind, Reading
from balance_core.money import Money
from balance_core.provider.replies import (
    amount_at,
    code_at,
    currency_at,
    list_at,
    optional_amount_at,
    optional_code_at,
    optional_text_at,
    or_unknown,
    read_rows,
)
from balance_core.strict_json import JsonError, Node

# The documentation's "Response Codes", in its order.
CODES = {
    "400": CodeRule(
        ErrorKind.INVALID_REQUEST,
        "says that our request is invalid: check partner_id and currencies in the secret, then ask PayBy",
    ),
    "402": CodeRule(ErrorKind.RATE_LIMITED, "asks for fewer requests"),
    "403": CodeRule(
        ErrorKind.PERMISSION_DENIED,
        "refused us: check that our IP address is on its allow-list, that Partner-Id and key belong together, and that "
        "PayBy has opened Get Balance for this account",
    ),
    "404": CodeRule(
        ErrorKind.UNAVAILABLE,
        "says that its balance service is not available",
        retries=1,
        advice="try again later, then ask PayBy",
    ),
    "500": CodeRule(ErrorKind.UNAVAILABLE, "reports an error in its own system"),
    "504": CodeRule(ErrorKind.TIMEOUT, "got no answer from its own system in time"),
    "601": CodeRule(ErrorKind.PERMISSION_DENIED, "refused us because of its risk control: ask PayBy which rule it was"),
    "78001": CodeRule(
        ErrorKind.CURRENCY_NOT_SUPPORTED,
        "does not support this currency: take it out of currencies in the secret",
    ),
}
# Code 400 with a message that begins so (REQUESTTIME_TOO_EARLY, REQUESTTIME_TOO_LATER) is about the clock.
_CLOCK_MESSAGE = "REQUESTTIME_TOO_"
_CLOCK_DIFFERS = CodeRule(
    ErrorKind.INVALID_REQUEST,
    "says that our clock and its own differ by more than 15 minutes",
    advice="try again, then ask PayBy",
)
_APPLY_ERROR = CodeRule(
    ErrorKind.AUTHENTICATION,
    "could not verify our signature (status ERROR): check that partner_id and private_key in the secret match",
)
# PayBy's own client accepts these codes without a signature, and every code that starts with 58.
_UNSIGNED_CODES = frozenset({"400", "402", "403", "404", "500", "504", "601"})


@dataclass(frozen=True, slots=True)
class Head:
    """The result part of an answer: PayBy's words, and its trace id for a support ticket."""

    code: str
    apply_status: str | None
    msg: str | None
    trace_id: str | None

    @property
    def is_success(self) -> bool:
        """Whether a body with balances follows: both `applyStatus` SUCCESS and `code` "0"."""
        return self.apply_status == "SUCCESS" and self.code == "0"

    @property
    def may_be_unsigned(self) -> bool:
        """Whether PayBy may send this code without a signature."""
        return self.code in _UNSIGNED_CODES or self.code.startswith("58")


def read_head(root: Node) -> Head:
    """The answer's head. Raises JsonError."""
    head = root.get("head")
    return Head(
        code=code_at(head.get("code")),
        # PayBy's Java client ignores its case.
        apply_status=(optional_code_at(head, "applyStatus") or "").upper() or None,
        msg=optional_code_at(head, "msg"),
        trace_id=optional_code_at(head, "traceCode"),
    )


def error_of(head: Head) -> ProviderError:
    """The error that a head other than a success means. Raises JsonError for one that contradicts itself."""
    if head.code == "400" and (head.msg or "").upper().startswith(_CLOCK_MESSAGE):
        rule = _CLOCK_DIFFERS
    elif head.code in CODES:
        rule = CODES[head.code]
    elif head.apply_status == "ERROR":
        rule = _APPLY_ERROR
    elif head.code == "0":
        raise JsonError("$.head.applyStatus", "contradicts code 0")
    else:
        rule = UNLISTED_CODE
    return rule.error(head.code, head.trace_id)


def read_balances(root: Node, currency: str, received_at: datetime) -> Reading:
    """The balance in `currency`, as of `received_at`: PayBy states no time. Other currencies in the list are skipped.

    Raises JsonError for an answer that contradicts itself or has no body.
    """
    success = root.get("head").optional("success")
    if success is not None and str(success.value).lower() == "false":
        raise JsonError(success.path, "contradicts code 0")
    body = root.get("body")
    account = Account("member", number=optional_text_at(body, "memberId"), label="Merchant account")
    notices: list[Notice] = []

    def read(row: Node, code: str) -> Balance:
        return Balance(
            account,
            code,
            received_at,
            available=amount_at(row.get("availableBalance").get("amount"), code),
            frozen=or_unknown(partial(_optional_money, row, "frozenBalance", code), "frozen", code, notices),
            total=or_unknown(partial(_optional_money, row, "totalBalance", code), "total", code, notices),
        )

    rows = list_at(body, "balanceList")
    reading = read_rows(
        rows,
        (currency,),
        read,
        currency_of=lambda row: row.get("availableBalance").get("currency"),
        row_notices=notices,
    )
    if reading.balances or reading.notices:
        return reading
    return Reading((), (Notice(NoticeKind.NO_BALANCES, f"no balance in {currency} was reported", currency=currency),))


def _optional_money(row: Node, name: str, currency: str) -> Money | None:
    """The Money object `name`, if it is there. Raises JsonError for one in another currency."""
    member = row.optional(name)
    if member is None or member.value == "":
        return None
    amount = optional_amount_at(member, "amount", currency)
    if amount is not None and currency_at(member.get("currency")) != currency:
        raise JsonError(member.path, "is in another currency")
    return amount
