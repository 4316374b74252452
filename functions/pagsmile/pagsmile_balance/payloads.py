"""Pagsmile's JSON: the request's fields, the table of codes, and how the answer's rows become balances. Pure."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial

from balance_core.errors import UNLISTED_CODE, CodeRule, ErrorKind, ProviderError
from balance_core.models import Account, Balance, Notice, NoticeKind, Reading
from balance_core.money import Money
from balance_core.provider.replies import (
    amount_at,
    optional_amount_at,
    optional_code_at,
    optional_text_at,
    or_unknown,
    read_rows,
)
from balance_core.strict_json import Node, dumps
from pagsmile_balance.envelope import Envelope

SUCCESS = "10000"
# There is one kind of account: the page (of the card issuing API) calls its number "Partner Account Number".
ACCOUNT_TYPE = "partner account"
ACCOUNT_LABEL = "Card issuing account"
_UTC_OFFSET = re.compile(r"([+-])(0[0-9]|1[0-4]):([0-5][0-9])")

# By `code` and `sub_code`, else by `code` alone. The issuing API's list is not published: these codes are from
# the same family of gateways.
CODES = {
    "20000": CodeRule(ErrorKind.UNAVAILABLE, "is unavailable at the moment"),
    "30000": CodeRule(ErrorKind.AUTHENTICATION, "refused our account: check app_id and partner_id in the secret"),
    "30000 invalid-account": CodeRule(
        ErrorKind.AUTHENTICATION, "does not know our account: check partner_id and account_num in the secret"
    ),
    "30000 disabled-account": CodeRule(ErrorKind.AUTHENTICATION, "has disabled our account: ask Pagsmile to enable it"),
    "30000 incorrect-credentials": CodeRule(
        ErrorKind.AUTHENTICATION, "refused our credentials: check app_id, partner_id and the keys in the secret"
    ),
    "30000 incorrect-apikey": CodeRule(
        ErrorKind.AUTHENTICATION, "refused our app's key: compare app_id and the keys in the secret with the dashboard"
    ),
    "30001": CodeRule(
        ErrorKind.INVALID_REQUEST,
        "refused a value in our request: check app_id, partner_id, account_num and utc_offset in the secret",
    ),
    "30003": CodeRule(ErrorKind.UNAVAILABLE, "had a system error", retries=1),
    "40001": CodeRule(
        ErrorKind.INVALID_REQUEST, "says that our request lacks a field: check app_id and partner_id in the secret"
    ),
    "40002": CodeRule(ErrorKind.UNKNOWN, "refused the request for a reason that is not in its documentation"),
    "40002 invalid-signature": CodeRule(
        ErrorKind.AUTHENTICATION,
        "cannot decrypt our request: check provider_public_key in the secret and our public key in the dashboard",
    ),
    "40002 missing-signature-config": CodeRule(
        ErrorKind.AUTHENTICATION, "does not have our public key: add it to the app's configuration in the dashboard"
    ),
    "40002 merchant-status-abnormal": CodeRule(
        ErrorKind.PERMISSION_DENIED, "does not serve our merchant account: ask Pagsmile to activate it"
    ),
    "40002 app-status-abnormal": CodeRule(
        ErrorKind.PERMISSION_DENIED, "does not serve our app: activate it in the dashboard"
    ),
    "40002 app-not-match": CodeRule(
        ErrorKind.PERMISSION_DENIED, "says that app and partner do not match: check app_id and partner_id in the secret"
    ),
    # Our question names no currency, so no balance came: this counts as an outage.
    "40002 currency-not-supported": CodeRule(
        ErrorKind.INVALID_REQUEST, "says that a currency is not supported, although we named none: ask Pagsmile"
    ),
    "40004": CodeRule(
        ErrorKind.INVALID_REQUEST, "does not accept a POST at this address: check base_url in the secret"
    ),
    "40005": CodeRule(ErrorKind.INVALID_REQUEST, "does not accept JSON at this address: check base_url in the secret"),
}


@dataclass(frozen=True, slots=True)
class Partner:
    """Who asks, and about which account; without `account_num` about all accounts of the partner."""

    app_id: str
    partner_id: str
    account_num: str | None
    version: str


def read_utc_offset(text: str) -> timezone:
    """The zone that "+08:00" means, at most 14:59 from UTC. Raises ValueError with what is expected."""
    match = _UTC_OFFSET.fullmatch(text)
    if match is None:
        raise ValueError("must be an offset from UTC such as +08:00")
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return timezone(-offset if match[1] == "-" else offset)


def biz_data(partner: Partner) -> bytes:
    """The plain `biz_data`, to be sealed."""
    fields = {"partner_id": partner.partner_id}
    if partner.account_num is not None:
        fields["account_num"] = partner.account_num
    return dumps(fields)


def request_body(partner: Partner, request_id: str, local_time: datetime, sealed: Envelope) -> bytes:
    """The request as documented; `local_time` is in the zone that Pagsmile expects."""
    return dumps(
        {
            "app_id": partner.app_id,
            "partner_id": partner.partner_id,
            "request_id": request_id,
            "timestamp": local_time.strftime("%Y-%m-%d %H:%M:%S"),
            "format": "JSON",
            "version": partner.version,
            "sign_type": "RSA",
            "biz_data": sealed.text,
            "random_key": sealed.random_key,
        }
    )


def error_of(answer: Node, code: str) -> ProviderError:
    """The error that a `code` other than SUCCESS means, together with the answer's `sub_code` if it has one."""
    provider_code = f"{code} {optional_code_at(answer, 'sub_code') or ''}".strip()
    rule = CODES.get(provider_code) or CODES.get(code, UNLISTED_CODE)
    return rule.error(provider_code)


def read_balances(
    rows: Node, answer: Node, account_num: str | None, currencies: Collection[str], as_of: datetime
) -> Reading:
    """The rows in `currencies` (all when empty), in order; amounts are in major units.

    `rows` is the decrypted list, `answer` the envelope around it. Rows of account numbers other than `account_num`
    (None for all) are left out with a notice. Another notice says when `total` is larger than the number of rows that
    came. Raises JsonError when the rows are not a list.
    """
    received = [] if rows.value is None else list(rows.items())
    ours = [row for row in received if _is_ours(row, account_num)]
    notices: list[Notice] = []

    def read(row: Node, currency: str) -> Balance:
        return _balance(row, account_num, currency, as_of, notices)

    reading = read_rows(ours, currencies, read, row_notices=notices)
    return Reading(reading.balances, (*reading.notices, *_row_notices(received, len(ours), answer)))


def _is_ours(row: Node, account_num: str | None) -> bool:
    """Whether the row belongs to the account that was asked about; one without a number is taken to be."""
    if account_num is None or not isinstance(row.value, dict):
        return True
    return optional_text_at(row, "account_num") in (None, account_num)


def _row_notices(received: Sequence[Node], ours: int, answer: Node) -> list[Notice]:
    notices = []
    if others := len(received) - ours:
        rows = "1 row" if others == 1 else f"{others:,} rows"
        message = f"{rows} of account numbers that were not asked about left out"
        notices.append(Notice(NoticeKind.OTHER_ACCOUNTS, message))
    total = optional_text_at(answer, "total") or ""
    # The documentation's example says 15 and shows two rows, so this is not a failure.
    if total.isascii() and total.isdigit() and int(total[:9]) > len(received):
        message = f"{len(received):,} of {int(total[:9]):,} rows received, so money may be missing"
        notices.append(Notice(NoticeKind.MISSING_ROWS, message, place="$.total"))
    return notices


def _balance(row: Node, account_num: str | None, currency: str, as_of: datetime, notices: list[Notice]) -> Balance:
    def optional(name: str, what: str) -> Money | None:
        return or_unknown(partial(optional_amount_at, row, name, currency), what, currency, notices)

    return Balance(
        account=Account(
            ACCOUNT_TYPE,
            optional_text_at(row, "account_num") or account_num,
            optional_text_at(row, "account_name"),
            ACCOUNT_LABEL,
        ),
        currency=currency,
        as_of=as_of,
        available=amount_at(row.get("available_balance"), currency),
        frozen=optional("block_amount", "frozen"),
        total=optional("balance", "total"),
    )
