"""PayerMax's JSON: what its codes and account types mean, and how its rows become balances.

Balances are in major units, `number (20,2)`; a newer guide of PayerMax shows them as text.
"""

from collections.abc import Collection
from datetime import datetime

from balance_core.errors import UNLISTED_CODE, CodeRule, ErrorKind, ProviderError
from balance_core.models import Account, Balance, Notice, NoticeKind, Reading
from balance_core.provider.replies import amount_at, code_at, instant_at, list_at, read_rows
from balance_core.strict_json import JsonError, Node

SUCCESS = "APPLY_SUCCESS"
# What an errorCode inside a success may say although nothing is wrong.
_INNER_SUCCESS = frozenset({SUCCESS, "SUCCESS", "0000", "0"})

# The gateway's codes that a query can meet. PayerMax publishes no list for this endpoint alone.
CODES = {
    "SYSTEM_ERROR": CodeRule(ErrorKind.UNAVAILABLE, "reports that its system is busy"),
    "UNEXPECTED_ERROR": CodeRule(ErrorKind.UNAVAILABLE, "reports an error that it cannot explain"),
    "REQUEST_TIMEOUT": CodeRule(ErrorKind.TIMEOUT, "got no answer from its own system in time"),
    "TOO_MANY_REQUEST": CodeRule(ErrorKind.RATE_LIMITED, "asks for fewer requests"),
    "REQ_TIME_OVER_TIME": CodeRule(
        ErrorKind.INVALID_REQUEST,
        "says that our clock and its own differ by more than two minutes",
        retries=1,
        advice="try again, then ask PayerMax",
    ),
    "SIGN_VERIFY_FAILED": CodeRule(
        ErrorKind.AUTHENTICATION,
        "refused our signature: check that private_key in the secret belongs to the public key stored at PayerMax",
    ),
    "MERCHANT_APP_INVALID": CodeRule(
        ErrorKind.AUTHENTICATION,
        "does not know our app or its key: check app_id and environment in the secret, and that our public key is "
        "stored at PayerMax",
    ),
    "MERCHANT_INVALID": CodeRule(
        ErrorKind.PERMISSION_DENIED, "does not know this merchant, or has closed it: check merchant_no in the secret"
    ),
    "ILLEGAL_IP_REQUEST": CodeRule(
        ErrorKind.ADDRESS_REFUSED, "refused our IP address: have it added to its allow-list"
    ),
    "CONTRACT_INVALID": CodeRule(
        ErrorKind.PERMISSION_DENIED, "has no active contract for this merchant: ask PayerMax which one is missing"
    ),
    "PARAMS_INVALID": CodeRule(
        ErrorKind.INVALID_REQUEST,
        "says that our request is invalid: check app_id, merchant_no and version in the secret, then ask PayerMax",
    ),
    "CURRENCY_INVALID": CodeRule(ErrorKind.CURRENCY_NOT_SUPPORTED, "does not support this currency"),
}
# In answer to a question that named no currency: no balance came, so it counts as an outage.
_UNNAMED_CURRENCY_INVALID = CodeRule(
    ErrorKind.INVALID_REQUEST, "says that a currency is not supported, although we named none: ask PayerMax about it"
)

# The amount that each account type's balance is, and what the account is for.
_ACCOUNT_TYPES: dict[str, tuple[str, str | None]] = {
    "ACQUIRING": ("available", "Settled funds"),
    "DISBURSEMENT": ("available", "Payouts"),
    "AVAILABLE": ("available", "Payouts"),  # the former name of DISBURSEMENT
    "SETTLE": ("pending", "Funds not yet settled"),
    "FREEZE": ("frozen", "Frozen"),
    "REVERSE": ("frozen", "Security deposit"),
}
# The balance of an unknown account type is shown, but nobody knows whether it can be used: it is in no sum.
_OTHER_TYPE = ("total", None)
_CURRENT_NAMES = {"AVAILABLE": "DISBURSEMENT"}


def read_code(root: Node) -> str:
    """PayerMax's result code. Raises JsonError."""
    return code_at(root.get("code"))


def error_of(code: str, currency: str | None) -> ProviderError:
    """The error that a code other than SUCCESS means; `currency` is set when the question was about one currency."""
    if code == "CURRENCY_INVALID" and currency is None:
        return _UNNAMED_CURRENCY_INVALID.error(code)
    return CODES.get(code, UNLISTED_CODE).error(code)


def read_inner_code(data: Node) -> str | None:
    """The code of a failure inside the `data` of a success, or None. Raises JsonError."""
    if _is_filled(data, "errorCode"):
        code = code_at(data.get("errorCode"))
        return None if code.upper() in _INNER_SUCCESS else code
    if _is_filled(data, "errorMsg"):
        raise JsonError(f"{data.path}.errorMsg", "reports a problem without an errorCode")
    return None


def read_balances(data: Node, asked: Collection[str], received_at: datetime) -> Reading:
    """The accounts in the `data` of a success, in the currencies `asked` about; empty means all.

    The documentation's example asks about two currencies and answers with four, so rows in other currencies are
    skipped. Without a usable inquiryTime the figures are as of `received_at`, with a notice. Raises JsonError when the
    list is not a list.
    """
    as_of = instant_at(data, "inquiryTime")

    def read(row: Node, currency: str) -> Balance:
        return _read_balance(row, currency, as_of or received_at)

    reading = read_rows(list_at(data, "accountRealTimeTypes"), asked, read, account_key=_account_key)
    if as_of or not reading.balances:
        return reading
    message = "the answer states no usable time, so the time of receipt is shown"
    return Reading(reading.balances, (*reading.notices, Notice(NoticeKind.UNKNOWN_TIME, message)))


def _read_balance(row: Node, currency: str, as_of: datetime) -> Balance:
    account_type = row.get("accountType").text(64).strip()
    if not account_type:
        raise JsonError(f"{row.path}.accountType", "is missing")
    amount, label = _ACCOUNT_TYPES.get(account_type.upper(), _OTHER_TYPE)
    money = amount_at(row.get("balance"), currency)
    return Balance(Account(account_type, label=label), currency, as_of, **{amount: money})


def _account_key(balance: Balance) -> str:
    """AVAILABLE is the former name of DISBURSEMENT: both together would count the money twice."""
    account_type = balance.account.type.upper()
    return _CURRENT_NAMES.get(account_type, account_type)


def _is_filled(data: Node, name: str) -> bool:
    """Whether the member has a value: PayerMax may also send null or an empty text."""
    member = data.optional(name)
    return member is not None and str(member.value).strip() != ""
