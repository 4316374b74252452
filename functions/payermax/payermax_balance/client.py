"""How PayerMax is asked for balances, and when its answer is trusted: currentBalanceQuery. Pure, no I/O.

Request and success each carry SHA256withRSA over the exact bytes of their body in the header `sign`; errors carry none.
One call asks about one merchant, with all its account types and currencies.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from balance_core.credentials import Credentials
from balance_core.errors import ProviderError
from balance_core.exchange import Stamp
from balance_core.http import HttpReply, HttpRequest, status_error
from balance_core.models import Balance
from balance_core.question import Question
from balance_core.replies import MISSING_SIGNATURE, WRONG_SIGNATURE, bad_response, misunderstood, parse_reply
from balance_core.signing import sign, verify
from balance_core.wire import WireError, dumps, to_rfc3339
from payermax_balance.payloads import (
    CODES,
    SUCCESS,
    error_of,
    read_balances,
    read_code,
    read_inner_code,
)

HOSTS = {"production": "https://pay-gate.payermax.com", "sandbox": "https://pay-gate-uat.payermax.com"}
PATH = "/aggregate-pay/api/gateway/currentBalanceQuery"
_VERSION = "1.3"
_KEY_VERSION = "1"


@dataclass(frozen=True, slots=True)
class BalanceQuery:
    """What does this merchant hold? Empty `currencies` mean all; without `include_zero` PayerMax leaves zeros out.

    Several currencies are asked about as all of them: one that PayerMax does not support would cost the others.
    """

    url: str
    app_id: str
    merchant_no: str
    version: str
    private_key: RSAPrivateKey = field(repr=False)
    public_keys: tuple[RSAPublicKey, ...] = field(repr=False)
    currencies: tuple[str, ...]
    include_zero: bool

    @property
    def currency(self) -> str | None:
        """The currency that PayerMax is asked about; None for all."""
        return self.currencies[0] if len(self.currencies) == 1 else None

    def request(self, stamp: Stamp) -> HttpRequest:
        """The signed question; PayerMax accepts two minutes of difference between its clock and `requestTime`.

        The documentation's example shows a member `sign` in the body too. PayerMax's SDKs send none, and a signature
        cannot be part of what it signs.
        """
        body = dumps(
            {
                "appId": self.app_id,
                "version": self.version,
                "merchantNo": self.merchant_no,
                "requestTime": to_rfc3339(stamp.now),
                "keyVersion": _KEY_VERSION,
                "data": {
                    "plainSign": self.include_zero,
                    "accountType": [],
                    "accountCurrency": [self.currency] if self.currency else [],
                },
            }
        )
        headers = {"Content-Type": "application/json", "sign": sign(self.private_key, body)}
        return HttpRequest(self.url, headers, body)

    def read(self, reply: HttpReply, received_at: datetime) -> Sequence[Balance]:  # noqa: ARG002 - PayerMax states the time
        """Every account in `reply`, as of the time it states, however long ago that is. Raises ProviderError.

        The HTTP status is not documented, and PayerMax's SDKs ignore it: the signed body alone decides.
        """
        signature = reply.headers.get("sign")
        is_authentic = signature is not None and verify(self.public_keys, reply.body, signature)
        root = parse_reply(reply)
        try:
            code = read_code(root)
            if code != SUCCESS:
                raise self._refusal(code, reply)
            if not is_authentic:
                raise bad_response(MISSING_SIGNATURE if signature is None else WRONG_SIGNATURE)
            data = root.get("data")
            inner_code = read_inner_code(data)
            if inner_code:
                raise error_of(inner_code, self.currency)
            return read_balances(data, self.currencies)
        except WireError as exc:
            raise misunderstood(reply, exc) from exc

    def _refusal(self, code: str, reply: HttpReply) -> ProviderError:
        """A code that no table knows, under a status that does, comes from something in front of PayerMax."""
        return error_of(code, self.currency) if code in CODES or reply.status == 200 else status_error(reply)


def plan(credentials: Credentials, question: Question) -> Sequence[BalanceQuery]:
    """One call for everything that was asked about this merchant. Raises ProviderError (configuration)."""
    return [
        BalanceQuery(
            url=credentials.base_url(HOSTS) + PATH,
            app_id=credentials.identifier("app_id"),
            merchant_no=credentials.identifier("merchant_no"),
            version=credentials.identifier("version") if credentials.has("version") else _VERSION,
            private_key=credentials.private_key(),
            public_keys=credentials.public_keys(),
            currencies=question.currencies,
            include_zero=question.include_zero,
        )
    ]
