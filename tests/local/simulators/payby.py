"""PayBy's Get Balance, as strict as its documentation and its own client code.

Success and 78001 are signed; the codes that PayBy's client accepts without a signature (400, 402, 403, 404, 500, 504,
601) are not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tests.local.http_server import Request
from tests.local.simulators.answers import Clock, RefusalError, utc_now
from tests.local.simulators.exact_json import parse_object, to_json
from tests.local.simulators.faults import FaultName
from tests.local.simulators.keys import KeyPair, is_signed_by, key_pair
from tests.local.simulators.server import LocalProvider
from tests.local.simulators.signed import SigningSimulator

PATH = "/sgs/api/member/getBalance"
DOCUMENTED_PARTNER_ID = "200000018128"
DOCUMENTED_BALANCES: Mapping[str, Decimal] = MappingProxyType({"AED": Decimal("897993.88")})

_TRACE_CODE = "375099"
_CLOCK_TOLERANCE = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class PayByMerchant:
    """`public_key` checks the merchant's signatures; `balances` is keyed by currency."""

    public_key: RSAPublicKey
    balances: Mapping[str, Decimal] = field(default_factory=lambda: DOCUMENTED_BALANCES)
    member_id: str = "200000030907"


class PayBySimulator(SigningSimulator):
    """`keys` is PayBy's own pair; `merchants` is keyed by Partner-Id and may grow while the simulator runs."""

    path = PATH
    codes_of_faults: ClassVar[Mapping[FaultName, tuple[str, str]]] = {
        FaultName.SYSTEM_ERROR: ("500", "SYSTEM_ERROR"),
        FaultName.RATE_LIMITED: ("402", "RATE_LIMIT_REJECT"),
    }

    def __init__(self, keys: KeyPair, merchants: Mapping[str, PayByMerchant], clock: Clock = utc_now) -> None:
        super().__init__(keys, clock)
        self._merchants = merchants

    def upload(self, public_key: RSAPublicKey) -> None:
        """Every merchant uploads this key of theirs, which replaces the one before."""
        self._merchants = {name: replace(each, public_key=public_key) for name, each in self._merchants.items()}

    def query(self, request: Request) -> bytes:
        merchant = self._authenticate(request)
        currency = self._read_currency(request)
        if currency not in merchant.balances:
            return _envelope("FAIL", "78001", "CURRENCY_CODE_NOT_SUPPORTED")
        return _success(merchant, currency)

    def refused(self, refusal: RefusalError) -> bytes:
        return _envelope("ERROR", refusal.code, refusal.message)

    def _authenticate(self, request: Request) -> PayByMerchant:
        merchant = self._merchants.get(request.headers.get("partner-id", ""))
        signature = request.headers.get("sign", "")
        if merchant is None or not is_signed_by(merchant.public_key, request.body, signature):
            raise RefusalError("403", "UNAUTHORIZED")
        return merchant

    def _read_currency(self, request: Request) -> str:
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


def set_up(keys: Path, balances: Mapping[str, Decimal] = DOCUMENTED_BALANCES) -> LocalProvider:
    """PayBy with one merchant, whose keys are in the folder `keys`."""
    merchant, own = key_pair(keys, "merchant"), key_pair(keys, "payby")
    simulator = PayBySimulator(own, {DOCUMENTED_PARTNER_ID: PayByMerchant(merchant.public_key, balances)})
    account = {
        "base_url": simulator.url,
        "partner_id": DOCUMENTED_PARTNER_ID,
        "private_key": merchant.private_base64,
        "provider_public_keys": [own.public_base64],
        # The merchant does not hold USD: people should see how PayBy answers that.
        "currencies": sorted({*balances, "USD"}),
    }
    return LocalProvider(simulator, account)


def _success(merchant: PayByMerchant, currency: str) -> bytes:
    balance = {"availableBalance": {"amount": merchant.balances[currency], "currency": currency}}
    return _envelope("SUCCESS", "0", "SUCCESS", {"balanceList": [balance], "memberId": merchant.member_id})


def _envelope(apply_status: str, code: str, msg: str, body: object = None) -> bytes:
    head = {
        "applyStatus": apply_status,
        "code": code,
        "msg": msg,
        "success": code == "0",
        "traceCode": _TRACE_CODE,
    }
    return to_json({"body": body, "head": head} if body else {"head": head}).encode()
