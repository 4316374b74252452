"""PayerMax's real-time balance query (currentBalanceQuery), as strict as its documentation and its SDKs."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tests.local.http_server import Request
from tests.local.simulators.answers import Clock, RefusalError, utc_now
from tests.local.simulators.currencies import ISO_4217
from tests.local.simulators.exact_json import parse_object, to_json
from tests.local.simulators.faults import FaultName
from tests.local.simulators.keys import KeyPair, is_signed_by, key_pair
from tests.local.simulators.server import LocalProvider
from tests.local.simulators.signed import SigningSimulator

PATH = "/aggregate-pay/api/gateway/currentBalanceQuery"
DOCUMENTED_APP_ID = "127d5de5b5124d11b9132c6ec9cc61d3"
DOCUMENTED_MERCHANT_NO = "010113864671194"

_CLOCK_TOLERANCE = timedelta(minutes=2)
_VERSIONS = frozenset({"1.1", "1.2", "1.3", "1.4"})  # what PayerMax's own SDKs send
_ACCOUNT_TYPES = frozenset({"ACQUIRING", "DISBURSEMENT", "FREEZE", "SETTLE", "REVERSE"})
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True)
class PayerMaxBalance:
    """One account: its balance in major units, written with exactly these digits as a JSON number."""

    balance: Decimal
    account_type: str
    currency: str


DOCUMENTED_BALANCES = (
    PayerMaxBalance(Decimal("0.59"), "DISBURSEMENT", "AED"),
    PayerMaxBalance(Decimal("776.34"), "DISBURSEMENT", "USD"),
    PayerMaxBalance(Decimal("16.08"), "DISBURSEMENT", "PHP"),
    PayerMaxBalance(Decimal(100265403), "FREEZE", "IDR"),
    PayerMaxBalance(Decimal("11.41"), "FREEZE", "USD"),
    PayerMaxBalance(Decimal(449172), "SETTLE", "IDR"),
    PayerMaxBalance(Decimal("9248.93"), "SETTLE", "USD"),
)


@dataclass(frozen=True)
class PayerMaxMerchant:
    """`public_key` checks the signatures of the app that may ask for this merchant."""

    public_key: RSAPublicKey
    balances: tuple[PayerMaxBalance, ...] = DOCUMENTED_BALANCES
    app_id: str = DOCUMENTED_APP_ID


class PayerMaxSimulator(SigningSimulator):
    """`keys` is PayerMax's own pair; `merchants` is keyed by merchantNo and may grow while the simulator runs."""

    path = PATH
    codes_of_faults: ClassVar[Mapping[FaultName, tuple[str, str]]] = {
        FaultName.SYSTEM_ERROR: ("SYSTEM_ERROR", "System error."),
        FaultName.RATE_LIMITED: ("TOO_MANY_REQUEST", "Too many requests."),
    }

    def __init__(self, keys: KeyPair, merchants: Mapping[str, PayerMaxMerchant], clock: Clock = utc_now) -> None:
        super().__init__(keys, clock)
        self._merchants = merchants

    def upload(self, public_key: RSAPublicKey) -> None:
        """Every merchant uploads this key of theirs, which replaces the one before."""
        self._merchants = {name: replace(each, public_key=public_key) for name, each in self._merchants.items()}

    def hold(self, balances: tuple[PayerMaxBalance, ...]) -> None:
        """What every merchant holds from now on."""
        self._merchants = {name: replace(each, balances=balances) for name, each in self._merchants.items()}

    def refused(self, refusal: RefusalError) -> bytes:
        return to_json({"code": refusal.code, "msg": refusal.message}).encode()

    def query(self, request: Request) -> bytes:
        try:
            document = parse_object(request.body)
        except ValueError as exc:
            raise _invalid("the body is not a JSON object") from exc
        merchant = self._authenticate(document, request)
        _check_envelope(document)
        self._check_time(document.get("requestTime"))
        return self._success(_select(document.get("data"), merchant.balances))

    def _authenticate(self, document: Mapping[str, Any], request: Request) -> PayerMaxMerchant:
        merchant = self._merchants.get(str(document.get("merchantNo")))
        if merchant is None or merchant.app_id != document.get("appId"):
            raise RefusalError("MERCHANT_APP_INVALID", "The app of the merchant is invalid.")
        if not is_signed_by(merchant.public_key, request.body, request.headers.get("sign", "")):
            raise RefusalError("SIGN_VERIFY_FAILED", "Signature verification failed.")
        return merchant

    def _check_time(self, text: Any) -> None:
        if not isinstance(text, str) or not _TIME.fullmatch(text):
            raise _invalid("requestTime")
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as exc:
            raise _invalid("requestTime") from exc
        if abs(self._clock() - moment) > _CLOCK_TOLERANCE:
            raise RefusalError("REQ_TIME_OVER_TIME", "The request time is more than two minutes away.")

    def _success(self, balances: Iterable[PayerMaxBalance]) -> bytes:
        rows = [
            {"balance": each.balance, "accountType": each.account_type, "currency": each.currency} for each in balances
        ]
        inquiry_time = self._clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        data = {"accountRealTimeTypes": rows, "inquiryTime": inquiry_time}
        return to_json({"msg": "", "code": "APPLY_SUCCESS", "data": data}).encode()


def set_up(
    keys: Path,
    balances: tuple[PayerMaxBalance, ...] = DOCUMENTED_BALANCES,
    others: Mapping[str, tuple[PayerMaxBalance, ...]] = MappingProxyType({}),
) -> LocalProvider:
    """PayerMax with one merchant, whose keys are in the folder `keys`; `others` are more of its accounts by name."""
    merchant, own = key_pair(keys, "merchant"), key_pair(keys, "payermax")
    numbers = {name: f"{DOCUMENTED_MERCHANT_NO}{index}" for index, name in enumerate(others)}
    held = {DOCUMENTED_MERCHANT_NO: balances} | {numbers[name]: each for name, each in others.items()}
    simulator = PayerMaxSimulator(
        own, {number: PayerMaxMerchant(merchant.public_key, each) for number, each in held.items()}
    )
    account = {
        "base_url": simulator.url,
        "app_id": DOCUMENTED_APP_ID,
        "merchant_no": DOCUMENTED_MERCHANT_NO,
        "private_key": merchant.private_base64,
        "provider_public_keys": [own.public_base64],
    }
    return LocalProvider(simulator, account, {name: account | {"merchant_no": numbers[name]} for name in others})


def _invalid(field: str) -> RefusalError:
    return RefusalError("PARAMS_INVALID", f"Parameter is invalid: {field}.")


def _check_envelope(document: Mapping[str, Any]) -> None:
    version = document.get("version")
    if not isinstance(version, str) or version not in _VERSIONS:
        raise _invalid("version")
    if document.get("keyVersion") != "1":
        raise _invalid("keyVersion")


def _select(data: Any, balances: Iterable[PayerMaxBalance]) -> list[PayerMaxBalance]:
    if not isinstance(data, dict):
        raise _invalid("data")
    show_zero = data.get("plainSign", False)
    if not isinstance(show_zero, bool):
        raise _invalid("data.plainSign")
    types, currencies = _texts(data, "accountType"), _texts(data, "accountCurrency")
    if not types <= _ACCOUNT_TYPES:
        raise _invalid("data.accountType")
    if not currencies <= ISO_4217:
        raise RefusalError("CURRENCY_INVALID", "The currency is invalid.")
    return [
        each
        for each in balances
        if (show_zero or each.balance)
        and (not types or each.account_type in types)
        and (not currencies or each.currency in currencies)
    ]


def _texts(data: Mapping[str, Any], field: str) -> set[str]:
    texts = data.get(field, [])
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise _invalid(f"data.{field}")
    return set(texts)
