"""Pagsmile's Query Partner Balance, as strict as its documentation.

Requests and answers are encrypted, not signed. Success goes out with HTTP 200, every other code with HTTP 400.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from tests.local.simulators.documents import parse_object, to_json
from tests.local.simulators.envelope import new_key, seal, unseal, unwrap_key, wrap_key
from tests.local.simulators.exchange import Answer, ReceivedRequest, RefusalError, html_answer, json_answer
from tests.local.simulators.faults import Fault, FaultName
from tests.local.simulators.keys import KeyPair, load_public_key
from tests.local.simulators.server import SimulatorServer

PATH = "/issuing/partner/query-balance"
DOCUMENTED_ID = "00000000000000000"  # app_id and partner_id of the documentation's example

_MESSAGES = {
    "20000": "Service Currently Unavailable",
    "30000": "Account Error",
    "30001": "Input Data Error",
    "30003": "System Error",
    "40001": "Missing Required Arguments",
    "40002": "Business Failed",
    "40004": "Method Not Supported",
    "40005": "Media Type Not Supported",
}
_FIXED = {"format": "JSON", "version": "2.0", "sign_type": "RSA"}
_FIELDS = ("app_id", "partner_id", "request_id", "timestamp", *_FIXED, "biz_data", "random_key")


@dataclass(frozen=True)
class PagsmileBalance:
    """One currency of one account; the amounts are texts, as on Pagsmile's wire."""

    account_num: str
    account_name: str
    currency: str
    balance: str
    available_balance: str
    block_amount: str


DOCUMENTED_BALANCES = (
    PagsmileBalance("10419000000401", "Test A", "USD", "1008.29", "1008.29", "0.00"),
    PagsmileBalance("10419000000401", "Test A", "HKD", "100.00", "100.00", "0.00"),
)


@dataclass(frozen=True)
class PagsmileMerchant:
    """`public_key` (PEM or bare Base64) is what answers are encrypted to. `total` is not the number of rows."""

    public_key: str
    balances: tuple[PagsmileBalance, ...] = DOCUMENTED_BALANCES
    app_id: str = DOCUMENTED_ID
    total: int = 15


class PagsmileSimulator(SimulatorServer):
    """`keys` is Pagsmile's own pair; `merchants` is keyed by partner_id and may grow while the simulator runs.

    `answer_key_length` is the length of the AES key in answers: 16, 24 or 32.
    """

    codes_of_faults: ClassVar[Mapping[FaultName, tuple[str, str]]] = {
        FaultName.SYSTEM_ERROR: ("30003", "system-error"),
        FaultName.RATE_LIMITED: ("20000", "service-unavailable"),
    }

    def __init__(self, keys: KeyPair, merchants: Mapping[str, PagsmileMerchant], answer_key_length: int = 16) -> None:
        super().__init__()
        self._keys = keys
        self._merchants = merchants
        self._answer_key_length = answer_key_length
        self._used_ids: set[str] = set()
        self._lock = threading.Lock()

    def answer(self, request: ReceivedRequest, fault: Fault | None) -> Answer:
        if request.route != PATH:
            return html_answer(404)
        try:
            self.refuse_if(fault)
            merchant, balances = self._query(request)
        except RefusalError as refusal:
            return _refused(refusal)
        lies = fault is not None and fault.name is FaultName.LIE
        return self._success(merchant, balances, lies=lies)

    def _query(self, request: ReceivedRequest) -> tuple[PagsmileMerchant, list[PagsmileBalance]]:
        if request.method != "POST":
            raise RefusalError("40004", "method-not-supported")
        if request.media_type != "application/json":
            raise RefusalError("40005", "media-type-not-supported")
        fields = _read_fields(request.body)
        merchant = self._authenticate(fields)
        self._use_once(fields["request_id"])
        account_num = _account_asked(self._open(fields), fields["partner_id"])
        balances = [each for each in merchant.balances if account_num in (None, each.account_num)]
        if account_num is not None and not balances:
            raise RefusalError("30000", "invalid-account")
        return merchant, balances

    def _authenticate(self, fields: Mapping[str, str]) -> PagsmileMerchant:
        merchant = self._merchants.get(fields["partner_id"])
        if merchant is None:
            raise RefusalError("30000", "invalid-account")
        if merchant.app_id != fields["app_id"]:
            raise RefusalError("40002", "app-not-match")
        return merchant

    def _use_once(self, request_id: str) -> None:
        with self._lock:
            if request_id in self._used_ids:
                raise RefusalError("30001", "duplicate-request-id")
            self._used_ids.add(request_id)

    def _open(self, fields: Mapping[str, str]) -> dict[str, Any]:
        try:
            key = unwrap_key(fields["random_key"], self._keys.private_key)
            return parse_object(unseal(fields["biz_data"], key))
        except ValueError as exc:
            raise RefusalError("40002", "invalid-signature") from exc

    def _success(self, merchant: PagsmileMerchant, balances: list[PagsmileBalance], *, lies: bool) -> Answer:
        key = new_key(self._answer_key_length)
        receiver = self._keys.private_key.public_key() if lies else load_public_key(merchant.public_key)
        document = {
            "code": "10000",
            "msg": "Success",
            "total": merchant.total,
            "random_key": wrap_key(key, receiver),
            "sign_type": "RSA",
            "app_id": merchant.app_id,
            "data": seal(to_json([vars(each) for each in balances]), key),
        }
        return json_answer(to_json(document).encode())


def _refused(refusal: RefusalError) -> Answer:
    document = {
        "code": refusal.code,
        "msg": _MESSAGES[refusal.code],
        "sub_code": refusal.message,
        "sub_msg": refusal.message.replace("-", " "),
    }
    return json_answer(to_json(document).encode(), status=400)


def _read_fields(body: bytes) -> dict[str, str]:
    try:
        document = parse_object(body)
    except ValueError as exc:
        raise RefusalError("30001", "invalid-json") from exc
    for name in _FIELDS:
        if document.get(name) in (None, ""):
            raise RefusalError("40001", f"missing-{name}")
        if not isinstance(document[name], str) or document[name] != _FIXED.get(name, document[name]):
            raise RefusalError("30001", f"invalid-{name}")
    _check_timestamp(document["timestamp"])
    return document


def _check_timestamp(text: str) -> None:
    # The zone and the allowed difference are not published: only the form is checked, to the digit.
    form = "%Y-%m-%d %H:%M:%S"
    try:
        exact = datetime.strptime(text, form).strftime(form) == text  # noqa: DTZ007 - a time without a zone
    except ValueError:
        exact = False
    if not exact:
        raise RefusalError("30001", "invalid-timestamp")


def _account_asked(biz_data: Mapping[str, Any], partner_id: str) -> str | None:
    if biz_data.get("partner_id") in (None, ""):
        raise RefusalError("40001", "missing-partner_id")
    if biz_data["partner_id"] != partner_id:
        raise RefusalError("30001", "invalid-partner_id")
    account_num = biz_data.get("account_num")
    if account_num is not None and not isinstance(account_num, str):
        raise RefusalError("30001", "invalid-account_num")
    return account_num or None
