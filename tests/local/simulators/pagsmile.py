"""Pagsmile's Query Partner Balance, as strict as its documentation.

Requests and answers are encrypted, not signed. A success has HTTP 200, every other code HTTP 400.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tests.local.http_server import Request, Response
from tests.local.simulators.answers import RefusalError, html_answer, json_answer
from tests.local.simulators.exact_json import parse_object, to_json
from tests.local.simulators.faults import Fault, FaultName
from tests.local.simulators.keys import KeyPair, key_pair
from tests.local.simulators.pagsmile_encryption import new_key, seal, unseal, unwrap_key, wrap_key
from tests.local.simulators.server import LocalProvider, SimulatorServer

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
    """One currency of one account; the amounts are strings, as Pagsmile sends them."""

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
    """Answers are encrypted to `public_key`. `total` is the number of rows unless it is set."""

    public_key: RSAPublicKey
    balances: tuple[PagsmileBalance, ...] = DOCUMENTED_BALANCES
    app_id: str = DOCUMENTED_ID
    total: int | None = None


class PagsmileSimulator(SimulatorServer):
    """`keys` is Pagsmile's own pair; `merchants` is keyed by partner_id and may grow while the simulator runs."""

    codes_of_faults: ClassVar[Mapping[FaultName, tuple[str, str]]] = {
        FaultName.SYSTEM_ERROR: ("30003", "system-error"),
        FaultName.RATE_LIMITED: ("20000", "service-unavailable"),
    }

    def __init__(self, keys: KeyPair, merchants: Mapping[str, PagsmileMerchant]) -> None:
        self._keys, self._merchants = keys, merchants
        self._used_ids: set[str] = set()
        self._ids_lock = threading.Lock()
        super().__init__()

    def upload(self, public_key: RSAPublicKey) -> None:
        """Every merchant uploads this key of theirs, which replaces the one before."""
        self._merchants = {name: replace(each, public_key=public_key) for name, each in self._merchants.items()}

    def answer(self, request: Request, fault: Fault | None) -> Response:
        if request.route != PATH:
            return html_answer(404)
        try:
            self.refuse_if(fault)
            merchant = self._query(request)
        except RefusalError as refusal:
            return _refused(refusal)
        lies = fault is not None and fault.name is FaultName.LIE
        return self._success(merchant, lies=lies)

    def _query(self, request: Request) -> PagsmileMerchant:
        if request.method != "POST":
            raise RefusalError("40004", "method-not-supported")
        if request.media_type != "application/json":
            raise RefusalError("40005", "media-type-not-supported")
        fields = _read_fields(request.body)
        merchant = self._authenticate(fields)
        self._use_once(fields["request_id"])
        question = self._open(fields)
        _check_question(question, fields["partner_id"])
        account_num = question.get("account_num")
        return replace(merchant, balances=tuple(b for b in merchant.balances if account_num in (None, b.account_num)))

    def _authenticate(self, fields: Mapping[str, str]) -> PagsmileMerchant:
        merchant = self._merchants.get(fields["partner_id"])
        if merchant is None:
            raise RefusalError("30000", "invalid-account")
        if merchant.app_id != fields["app_id"]:
            raise RefusalError("40002", "app-not-match")
        return merchant

    def _use_once(self, request_id: str) -> None:
        with self._ids_lock:
            if request_id in self._used_ids:
                raise RefusalError("30001", "duplicate-request-id")
            self._used_ids.add(request_id)

    def _open(self, fields: Mapping[str, str]) -> dict[str, Any]:
        try:
            key = unwrap_key(fields["random_key"], self._keys.private_key)
            return parse_object(unseal(fields["biz_data"], key))
        except ValueError as exc:
            raise RefusalError("40002", "invalid-signature") from exc

    def _success(self, merchant: PagsmileMerchant, *, lies: bool) -> Response:
        key = new_key(16)
        receiver = self._keys.public_key if lies else merchant.public_key
        document = {
            "code": "10000",
            "msg": "Success",
            "total": len(merchant.balances) if merchant.total is None else merchant.total,
            "random_key": wrap_key(key, receiver),
            "sign_type": "RSA",
            "app_id": merchant.app_id,
            "data": seal(to_json([vars(each) for each in merchant.balances]), key),
        }
        return json_answer(to_json(document).encode())


def set_up(keys: Path, balances: tuple[PagsmileBalance, ...] = DOCUMENTED_BALANCES) -> LocalProvider:
    """Pagsmile with one merchant, whose keys are in the folder `keys`."""
    merchant, own = key_pair(keys, "merchant"), key_pair(keys, "pagsmile")
    simulator = PagsmileSimulator(own, {DOCUMENTED_ID: PagsmileMerchant(merchant.public_key, balances)})
    account = {
        "base_url": simulator.url,
        "app_id": DOCUMENTED_ID,
        "partner_id": DOCUMENTED_ID,
        "private_key": merchant.private_pem,
        "provider_public_key": own.public_pem,
    }
    return LocalProvider(simulator, account)


def _refused(refusal: RefusalError) -> Response:
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
    # The time zone and the tolerance are not published, so only the format is checked.
    form = "%Y-%m-%d %H:%M:%S"
    try:
        exact = datetime.strptime(text, form).strftime(form) == text  # noqa: DTZ007 - a time without a zone
    except ValueError:
        exact = False
    if not exact:
        raise RefusalError("30001", "invalid-timestamp")


def _check_question(biz_data: Mapping[str, Any], partner_id: str) -> None:
    if biz_data.get("partner_id") in (None, ""):
        raise RefusalError("40001", "missing-partner_id")
    if biz_data["partner_id"] != partner_id:
        raise RefusalError("30001", "invalid-partner_id")
