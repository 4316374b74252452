"""PayBy's Get Balance, as strict as its documentation and its own client code.

Every answer with a code goes out with HTTP 200. Success and 78001 carry a signature; the codes that PayBy's client
accepts without one (400, 402, 403, 404, 500, 504, 601) carry none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, ClassVar

from tests.local.simulators.documents import parse_object, to_json
from tests.local.simulators.exchange import (
    Answer,
    Clock,
    ReceivedRequest,
    RefusalError,
    json_answer,
    misdirected,
    utc_now,
)
from tests.local.simulators.faults import Fault, FaultName
from tests.local.simulators.keys import KeyPair, is_signed_by, load_public_key
from tests.local.simulators.server import SimulatorServer

PATH = "/sgs/api/member/getBalance"
DOCUMENTED_PARTNER_ID = "200000018128"
DOCUMENTED_BALANCES: Mapping[str, Decimal] = MappingProxyType({"AED": Decimal("897993.88")})

_TRACE_CODE = "375099"
_CLOCK_TOLERANCE = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_PARTNER_ID = 12
_LONGEST_LANGUAGE = 10


@dataclass(frozen=True)
class PayByMerchant:
    """`public_key` (PEM or bare Base64) checks the merchant's signatures; `balances` is keyed by currency."""

    public_key: str
    balances: Mapping[str, Decimal] = field(default_factory=lambda: DOCUMENTED_BALANCES)
    member_id: str = "200000030907"


class PayBySimulator(SimulatorServer):
    """`keys` is PayBy's own pair; `merchants` is keyed by Partner-Id and may grow while the simulator runs."""

    codes_of_faults: ClassVar[Mapping[FaultName, tuple[str, str]]] = {
        FaultName.SYSTEM_ERROR: ("500", "SYSTEM_ERROR"),
        FaultName.RATE_LIMITED: ("402", "RATE_LIMIT_REJECT"),
    }

    def __init__(self, keys: KeyPair, merchants: Mapping[str, PayByMerchant], clock: Clock = utc_now) -> None:
        super().__init__()
        self._keys = keys
        self._merchants = merchants
        self._clock = clock

    def answer(self, request: ReceivedRequest, fault: Fault | None) -> Answer:
        stray = misdirected(request, PATH)
        if stray:
            return stray
        try:
            self.refuse_if(fault)
            merchant = self._authenticate(request)
            currency = self._read_currency(request)
        except RefusalError as refusal:
            return json_answer(_envelope("ERROR", refusal.code, refusal.message))
        body = _success(merchant, currency) if currency in merchant.balances else _not_supported()
        lies = fault is not None and fault.name is FaultName.LIE
        return json_answer(body, headers={"sign": self._keys.sign(body + b" " if lies else body)})

    def _authenticate(self, request: ReceivedRequest) -> PayByMerchant:
        partner_id = request.headers.get("partner-id", "")
        merchant = self._merchants.get(partner_id)
        if merchant is None or len(partner_id) > _LONGEST_PARTNER_ID:
            raise RefusalError("403", "UNAUTHORIZED")
        signature = request.headers.get("sign", "")
        if not is_signed_by(load_public_key(merchant.public_key), request.body, signature):
            raise RefusalError("403", "UNAUTHORIZED")
        return merchant

    def _read_currency(self, request: ReceivedRequest) -> str:
        if len(request.headers.get("content-language", "")) > _LONGEST_LANGUAGE:
            raise RefusalError("400", "INVALID_PARAMETER")
        try:
            document = parse_object(request.body)
        except ValueError as exc:
            raise RefusalError("400", "INVALID_PARAMETER") from exc
        self._check_time(document.get("requestTime"))
        content = document.get("bizContent")
        currency = content.get("currencyCode") if isinstance(content, dict) else None
        if not isinstance(currency, str) or not currency:
            raise RefusalError("400", "INVALID_PARAMETER")
        return currency

    def _check_time(self, milliseconds: Any) -> None:
        if type(milliseconds) is not int:  # a bool is an int to isinstance, but not to PayBy
            raise RefusalError("400", "INVALID_PARAMETER")
        try:
            ahead = _EPOCH + timedelta(milliseconds=milliseconds) - self._clock()
        except OverflowError as exc:
            raise RefusalError("400", "INVALID_PARAMETER") from exc
        if ahead < -_CLOCK_TOLERANCE:
            raise RefusalError("400", "REQUESTTIME_TOO_EARLY")
        if ahead > _CLOCK_TOLERANCE:
            raise RefusalError("400", "REQUESTTIME_TOO_LATER")


def _success(merchant: PayByMerchant, currency: str) -> bytes:
    balance = {"availableBalance": {"amount": merchant.balances[currency], "currency": currency}}
    return _envelope("SUCCESS", "0", "SUCCESS", {"balanceList": [balance], "memberId": merchant.member_id})


def _not_supported() -> bytes:
    return _envelope("FAIL", "78001", "CURRENCY_CODE_NOT_SUPPORTED")


def _envelope(apply_status: str, code: str, msg: str, body: object = None) -> bytes:
    head = {
        "applyStatus": apply_status,
        "code": code,
        "msg": msg,
        "success": code == "0",
        "traceCode": _TRACE_CODE,
    }
    return to_json({"body": body, "head": head} if body else {"head": head}).encode()
