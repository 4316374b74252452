"""The conversation with PayBy: Get Balance of its server API. Pure, no I/O.

Request and reply each carry SHA256withRSA over the exact bytes of their body in the header `sign`. One call asks about
one currency. Facts and doubts are in functions/payby/README.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import Reading
from balance_core.provider.credentials import ADDRESS, RSA_PAIR, Credentials, Field, FieldKind
from balance_core.provider.http import HttpReply, HttpRequest, status_error
from balance_core.provider.protocol import Context, Conversation, Inquiry, Provider
from balance_core.provider.replies import (
    MISSING_SIGNATURE,
    WRONG_SIGNATURE,
    bad_response,
    misunderstood,
    parse_reply,
    signature_of,
)
from balance_core.provider.signer import Signer
from balance_core.provider.signing import fingerprint, verifying_key
from balance_core.question import Question
from balance_core.strict_json import JsonError, dumps
from payby_balance.payloads import error_of, read_balances, read_head

HOSTS = {"production": "https://api.payby.com", "sandbox": "https://uat.test2pay.com"}
PATH = "/sgs/api/member/getBalance"
FIELDS = (
    *ADDRESS,
    Field("partner_id", FieldKind.IDENTIFIER),
    *RSA_PAIR,
    Field("currencies", FieldKind.CURRENCIES),
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class MemberAccess:
    """What one merchant account needs to ask PayBy and to check who answered."""

    url: str
    partner_id: str
    signer: Signer
    public_keys: tuple[RSAPublicKey, ...] = field(repr=False)


def plan(account: Credentials, question: Question) -> Sequence[Inquiry]:
    """One conversation per currency: those in the question, else those in the secret. Raises ProviderError."""
    held = account.currencies()
    access = MemberAccess(
        url=account.base_url(HOSTS) + PATH,
        partner_id=account.identifier("partner_id"),
        signer=account.signer(),
        public_keys=account.public_keys(),
    )
    return [
        Inquiry(partial(ask_balance, access, currency, currency in held), currency)
        for currency in question.currencies or held
    ]


def ask_balance(access: MemberAccess, currency: str, is_configured: bool, context: Context) -> Conversation:
    """Ask for the balance in `currency`. PayBy accepts a `requestTime` within 15 minutes of its own clock.

    Raises ProviderError (currency_not_supported) without asking when the secret does not list the currency.
    """
    if not is_configured:
        problem = "is not configured for this currency: add it to currencies in the secret if the account holds it"
        raise ProviderError(ErrorKind.CURRENCY_NOT_SUPPORTED, problem)
    requested_at = (context.now() - _EPOCH) // timedelta(milliseconds=1)
    body = dumps({"bizContent": {"currencyCode": currency}, "requestTime": requested_at})
    headers = {
        "Content-Language": "en",
        "Content-Type": "application/json",
        "Partner-Id": access.partner_id,
    }
    reply = yield HttpRequest("POST", access.url, headers, body, access.signer)
    return _read(reply, access.public_keys, currency, context.now())


def _read(reply: HttpReply, public_keys: Sequence[RSAPublicKey], currency: str, received_at: datetime) -> Reading:
    """The balance in `currency` in `reply`, as of `received_at`. Raises ProviderError.

    A wrong `sign` is always refused, a missing one unless PayBy's own client would accept that code without it.
    """
    signature = signature_of(reply)
    key = verifying_key(public_keys, reply.body, signature) if signature is not None else None
    if signature is not None and key is None:
        raise bad_response(WRONG_SIGNATURE, new_key_may_help=True)
    root = parse_reply(reply, FIELDS)
    try:
        head = read_head(root)
        if signature is None and not head.may_be_unsigned:
            raise misunderstood(reply, MISSING_SIGNATURE, FIELDS)
        if not head.is_success:
            raise error_of(head)
        if not reply.is_success:
            raise status_error(reply, FIELDS)
        return replace(read_balances(root, currency, received_at), verified_by=fingerprint(key) if key else None)
    except JsonError as exc:
        raise misunderstood(reply, exc, FIELDS) from exc


PROVIDER = Provider("payby", FIELDS, identity=("base_url", "partner_id"), plan=plan, hosts=HOSTS, signs_answers=True)
