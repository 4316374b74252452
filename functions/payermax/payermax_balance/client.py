"""The conversation with PayerMax: currentBalanceQuery. Pure, no I/O.

Request and success each carry SHA256withRSA over the exact bytes of their body in the header `sign`; errors carry none.
One call covers one merchant with all its account types and currencies. Facts and doubts are in
functions/payermax/README.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from balance_core.errors import ProviderError
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
from balance_core.strict_json import JsonError, dumps, to_rfc3339
from payermax_balance.payloads import CODES, SUCCESS, error_of, read_balances, read_code, read_inner_code

HOSTS = {"production": "https://pay-gate.payermax.com", "sandbox": "https://pay-gate-uat.payermax.com"}
PATH = "/aggregate-pay/api/gateway/currentBalanceQuery"
FIELDS = (
    *ADDRESS,
    Field("app_id", FieldKind.IDENTIFIER),
    Field("merchant_no", FieldKind.IDENTIFIER),
    Field("version", FieldKind.SETTING, is_required=False),
    *RSA_PAIR,
)
_VERSION = "1.3"
_KEY_VERSION = "1"


@dataclass(frozen=True, slots=True)
class MerchantAccess:
    """What one merchant account needs to ask PayerMax and to check who answered."""

    url: str
    app_id: str
    merchant_no: str
    version: str
    signer: Signer
    public_keys: tuple[RSAPublicKey, ...] = field(repr=False)


def plan(account: Credentials, question: Question) -> Sequence[Inquiry]:
    """One conversation about this merchant. Raises ProviderError (configuration).

    Several currencies are asked about as all of them: one that PayerMax does not support would cost the others.
    """
    access = MerchantAccess(
        url=account.base_url(HOSTS) + PATH,
        app_id=account.identifier("app_id"),
        merchant_no=account.identifier("merchant_no"),
        version=account.identifier("version") if account.has("version") else _VERSION,
        signer=account.signer(),
        public_keys=account.public_keys(),
    )
    currencies = question.currencies or ()
    currency = currencies[0] if len(currencies) == 1 else None
    return [Inquiry(partial(ask_balances, access, currencies, question.include_zero), currency)]


def ask_balances(
    access: MerchantAccess, currencies: Sequence[str], include_zero: bool, context: Context
) -> Conversation:
    """Ask for the balances in `currencies`, or in all when it is empty.

    PayerMax accepts a `requestTime` within two minutes of its own clock, and leaves zeros out unless `plainSign` is
    true. The documentation's example also shows `sign` in the body. PayerMax's SDKs send none there, and a signature
    cannot be part of what it signs.
    """
    body = dumps(
        {
            "appId": access.app_id,
            "version": access.version,
            "merchantNo": access.merchant_no,
            "requestTime": to_rfc3339(context.now()),
            "keyVersion": _KEY_VERSION,
            "data": {
                "plainSign": include_zero,
                "accountType": [],
                "accountCurrency": list(currencies) if len(currencies) == 1 else [],
            },
        }
    )
    reply = yield HttpRequest("POST", access.url, {"Content-Type": "application/json"}, body, access.signer)
    return _read(reply, access.public_keys, currencies, context.now())


def _read(
    reply: HttpReply, public_keys: Sequence[RSAPublicKey], currencies: Sequence[str], received_at: datetime
) -> Reading:
    """Every account in `reply`, as of the time that it states, however long ago. Raises ProviderError.

    The HTTP status is not documented and PayerMax's SDKs ignore it: the signed body alone decides.
    """
    signature = signature_of(reply)
    key = verifying_key(public_keys, reply.body, signature) if signature is not None else None
    currency = currencies[0] if len(currencies) == 1 else None
    root = parse_reply(reply, FIELDS)
    try:
        code = read_code(root)
        if code != SUCCESS:
            raise _refusal(code, currency, reply)
        if key is None:
            raise bad_response(MISSING_SIGNATURE if signature is None else WRONG_SIGNATURE, new_key_may_help=True)
        data = root.get("data")
        inner_code = read_inner_code(data)
        if inner_code:
            raise error_of(inner_code, currency)
        return replace(read_balances(data, currencies, received_at), verified_by=fingerprint(key))
    except JsonError as exc:
        raise misunderstood(reply, exc, FIELDS) from exc


def _refusal(code: str, currency: str | None, reply: HttpReply) -> ProviderError:
    """An unlisted code under an error status comes from a gateway in front of PayerMax: then the status decides."""
    return error_of(code, currency) if code in CODES or reply.is_success else status_error(reply, FIELDS)


PROVIDER = Provider(
    "payermax", FIELDS, identity=("base_url", "merchant_no"), plan=plan, hosts=HOSTS, signs_answers=True
)
