"""PayBy's JSON: what its codes mean, and how its balance becomes ours.

Amounts are JSON numbers in major units. PayBy reports the available balance only; the other amounts stay unknown.
"""

from dataclasses import dataclass
from datetime import datetime

from balance_core.errors import UNLISTED_CODE, CodeRule, ErrorKind, ProviderError
from balance_core.models import Account, Balance
from balance_core.provider.replies import code_at, number_at, optional_code_at
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
# Code 400 has three messages. These two are about the clock and not about the request's parameters.
_CLOCK_MESSAGES = ("REQUESTTIME_TOO_EARLY", "REQUESTTIME_TOO_LATER")
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
        apply_status=optional_code_at(head, "applyStatus"),
        msg=optional_code_at(head, "msg"),
        trace_id=optional_code_at(head, "traceCode"),
    )


def error_of(head: Head) -> ProviderError:
    """The error that a head other than a success means. Raises JsonError for one that contradicts itself."""
    if head.code == "400" and head.msg in _CLOCK_MESSAGES:
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


def read_balance(root: Node, currency: str, received_at: datetime) -> Balance:
    """The available balance in `currency`, as of `received_at`: PayBy states no time.

    Raises JsonError unless there is exactly one balance, in that currency.
    """
    success = root.get("head").optional("success")
    if success is not None and not success.boolean():
        raise JsonError(success.path, "contradicts code 0")
    body = root.get("body")
    account = Account("member", number=body.get("memberId").text(64), label="Merchant account")
    rows = list(body.get("balanceList").items())
    if len(rows) != 1:
        raise JsonError("$.body.balanceList", "must hold exactly one balance")
    money = rows[0].get("availableBalance")
    if money.get("currency").text() != currency:
        raise JsonError(f"{money.path}.currency", "is not the currency that was asked about")
    return Balance(account, currency, received_at, available=number_at(money.get("amount"), currency))
