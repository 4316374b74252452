"""How PayBy is asked for balances, and when its answer is trusted: Get Balance of its server API. Pure, no I/O.

Request and reply each carry SHA256withRSA over the exact bytes of their body in the header `sign`. One call asks about
one currency.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from balance_core.credentials import Credentials
from balance_core.errors import ErrorKind, ProviderError
from balance_core.exchange import Stamp
from balance_core.http import HttpReply, HttpRequest, status_error
from balance_core.models import Balance
from balance_core.question import Question
from balance_core.replies import MISSING_SIGNATURE, WRONG_SIGNATURE, bad_response, misunderstood, parse_reply
from balance_core.signing import sign, verify
from balance_core.wire import WireError, dumps
from payby_balance.payloads import error_of, read_balance, read_head

HOSTS = {"production": "https://api.payby.com", "sandbox": "https://uat.test2pay.com"}
PATH = "/sgs/api/member/getBalance"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class MemberAccess:
    """What one merchant account needs to ask PayBy and to check who answered."""

    url: str
    partner_id: str
    private_key: RSAPrivateKey = field(repr=False)
    public_keys: tuple[RSAPublicKey, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class BalanceQuery:
    """What does this member account hold in `currency`? `is_held` tells whether the secret lists that currency."""

    access: MemberAccess
    currency: str
    is_held: bool

    def request(self, stamp: Stamp) -> HttpRequest:
        """The signed question, stamped in epoch milliseconds (PayBy accepts 15 minutes of difference).

        Raises ProviderError (currency_not_supported) for a currency that the secret does not list.
        """
        if not self.is_held:
            message = "is not configured for this currency: add it to currencies in the secret if the account holds it"
            raise ProviderError(ErrorKind.CURRENCY_NOT_SUPPORTED, message)
        requested_at = (stamp.now - _EPOCH) // timedelta(milliseconds=1)
        body = dumps({"bizContent": {"currencyCode": self.currency}, "requestTime": requested_at})
        headers = {
            "Content-Language": "en",
            "Content-Type": "application/json",
            "Partner-Id": self.access.partner_id,
            "sign": sign(self.access.private_key, body),
        }
        return HttpRequest(self.access.url, headers, body)

    def read(self, reply: HttpReply, received_at: datetime) -> Sequence[Balance]:
        """The one balance in `reply`, as of `received_at`. Raises ProviderError.

        A wrong `sign` is always refused, a missing one unless PayBy's own client would accept that code without it.
        """
        signature = reply.headers.get("sign")
        if signature is not None and not verify(self.access.public_keys, reply.body, signature):
            raise bad_response(WRONG_SIGNATURE)
        root = parse_reply(reply)
        try:
            head = read_head(root)
            if signature is None and not head.may_be_unsigned:
                raise misunderstood(reply, MISSING_SIGNATURE)
            if not head.is_success:
                raise error_of(head)
            if reply.status != 200:
                raise status_error(reply)
            return (read_balance(root, self.currency, received_at),)
        except WireError as exc:
            raise misunderstood(reply, exc) from exc


def plan(credentials: Credentials, question: Question) -> Sequence[BalanceQuery]:
    """One call per currency: those asked about, else those that the secret lists. Raises ProviderError."""
    held = credentials.currencies()
    access = MemberAccess(
        url=credentials.base_url(HOSTS) + PATH,
        partner_id=credentials.identifier("partner_id"),
        private_key=credentials.private_key(),
        public_keys=credentials.public_keys(),
    )
    return [BalanceQuery(access, currency, currency in held) for currency in question.currencies or held]
