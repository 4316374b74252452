"""PayBy's JSON in the domain's words: what its codes mean, and its balance as ours.

Amounts are JSON numbers in major units. PayBy reports the available balance only, so the other amounts stay unknown.
"""

from dataclasses import dataclass
from datetime import datetime

from balance_core.errors import UNLISTED_CODE, CodeRule, ErrorKind, ProviderError
from balance_core.models import Account, Balance
from balance_core.replies import code_at, number_at
from balance_core.wire import Node, WireError

# The documentation's "Response Codes", in its order.
CODES = {
    "400": CodeRule(
        ErrorKind.INVALID_REQUEST,
        "found our request invalid: check partner_id and currencies in the secret, then ask PayBy",
    ),
    "402": CodeRule(ErrorKind.RATE_LIMITED, "asks for fewer questions: try again in a minute", retries=2),
    "403": CodeRule(
        ErrorKind.PERMISSION_DENIED,
        "refused us: check that our IP address is on its allow-list, that Partner-Id and key belong together, and that "
        "PayBy has opened Get Balance for this account",
    ),
    "404": CodeRule(
        ErrorKind.UNAVAILABLE, "says that its balance service is not available: try again later, then ask PayBy", 1
    ),
    "500": CodeRule(ErrorKind.UNAVAILABLE, "reports an error of its own system: try again in a few minutes", 2),
    "504": CodeRule(ErrorKind.TIMEOUT, "got no answer from its own system in time: try again in a minute", 2),
    "601": CodeRule(ErrorKind.PERMISSION_DENIED, "refused us for reasons of risk control: ask PayBy which rule it was"),
    "78001": CodeRule(
        ErrorKind.CURRENCY_NOT_SUPPORTED,
        "does not support this currency: take it out of currencies in the secret",
    ),
}
# Code 400 has three messages, and these two have nothing to do with the request's parameters.
_CLOCK_MESSAGES = ("REQUESTTIME_TOO_EARLY", "REQUESTTIME_TOO_LATER")
_CLOCK_DIFFERS = CodeRule(
    ErrorKind.INVALID_REQUEST, "finds our clock more than 15 minutes away from its own: try again, then ask PayBy"
)
_APPLY_ERROR = CodeRule(
    ErrorKind.AUTHENTICATION,
    "answered ERROR, its word for a signature that it cannot verify: check that partner_id and private_key in the "
    "secret belong together",
)
# PayBy's own client accepts these without a signature, and every code that starts with 58.
_UNSIGNED_CODES = frozenset({"400", "402", "403", "404", "500", "504", "601"})


@dataclass(frozen=True, slots=True)
class Head:
    """The part of an answer that tells how it went: PayBy's words, and its number for a support ticket."""

    code: str
    apply_status: str | None
    msg: str | None
    trace_id: str | None

    @property
    def is_success(self) -> bool:
        """Whether a body with balances comes with it; needs both `applyStatus` SUCCESS and `code` "0"."""
        return self.apply_status == "SUCCESS" and self.code == "0"

    @property
    def may_be_unsigned(self) -> bool:
        """Whether PayBy sends this code without a signature, too."""
        return self.code in _UNSIGNED_CODES or self.code.startswith("58")


def read_head(root: Node) -> Head:
    """The answer's head. Raises WireError."""
    head = root.get("head")
    return Head(
        code=code_at(head.get("code")),
        apply_status=_optional_code(head, "applyStatus"),
        msg=_optional_code(head, "msg"),
        trace_id=_optional_code(head, "traceCode"),
    )


def error_of(head: Head) -> ProviderError:
    """What a head other than a success means. Raises WireError for one that contradicts itself."""
    if head.code == "400" and head.msg in _CLOCK_MESSAGES:
        rule = _CLOCK_DIFFERS
    elif head.code in CODES:
        rule = CODES[head.code]
    elif head.apply_status == "ERROR":
        rule = _APPLY_ERROR
    elif head.code == "0":
        raise WireError("$.head.applyStatus", "contradicts code 0")
    else:
        rule = UNLISTED_CODE
    return rule.error(head.code, head.trace_id)


def read_balance(root: Node, currency: str, received_at: datetime) -> Balance:
    """The available balance in `currency`, as of `received_at`: PayBy states no time.

    Raises WireError for anything but exactly one balance in that currency: two could not be told apart.
    """
    success = root.get("head").optional("success")
    if success is not None and not success.boolean():
        raise WireError(success.path, "contradicts code 0")
    body = root.get("body")
    account = Account("member", number=body.get("memberId").text(64), label="Merchant account")
    rows = list(body.get("balanceList").items())
    if len(rows) != 1:
        raise WireError("$.body.balanceList", "must hold exactly one balance")
    money = rows[0].get("availableBalance")
    if money.get("currency").text() != currency:
        raise WireError(f"{money.path}.currency", "is not the currency that was asked about")
    return Balance(account, currency, received_at, available=number_at(money.get("amount"), currency))


def _optional_code(head: Node, name: str) -> str | None:
    """A word beside the code. An odd one counts as absent, so that it cannot hide what the code says."""
    member = head.optional(name)
    try:
        return None if member is None else code_at(member)
    except WireError:
        return None
