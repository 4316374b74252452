"""The conversation with Pagsmile: Query Partner Balance. Pure, no I/O.

One call returns every account of a partner in every currency. Both directions are encrypted (`envelope.py`) and neither
is signed: only TLS says who answered.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import partial

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from balance_core.errors import ProviderError
from balance_core.models import Reading
from balance_core.provider.credentials import Credentials, Field, FieldKind
from balance_core.provider.http import MAX_ANSWER_BYTES, HttpReply, HttpRequest, status_error
from balance_core.provider.protocol import Context, Conversation, Inquiry, Provider
from balance_core.provider.replies import bad_response, code_at, misunderstood, parse_reply
from balance_core.question import Question
from balance_core.strict_json import JsonError, Node, loads
from pagsmile_balance.envelope import Envelope, EnvelopeError, seal, unseal
from pagsmile_balance.payloads import (
    CODES,
    SUCCESS,
    Partner,
    biz_data,
    error_of,
    read_balances,
    read_utc_offset,
    request_body,
)

PATH = "/issuing/partner/query-balance"
FIELDS = (
    Field("base_url", FieldKind.SETTING),
    Field("app_id", FieldKind.IDENTIFIER),
    Field("partner_id", FieldKind.IDENTIFIER),
    Field("account_num", FieldKind.IDENTIFIER, is_required=False),
    Field("utc_offset", FieldKind.SETTING, is_required=False),
    Field("version", FieldKind.SETTING, is_required=False),
    Field("private_key", FieldKind.RSA_PRIVATE_KEY),
    Field("provider_public_key", FieldKind.RSA_PUBLIC_KEY),
)
# The documentation states no limit; the request id in its example has 32 characters.
_MAX_REQUEST_ID_LENGTH = 32
_VERSION = "2.0"
# A documented exchange is stamped eight hours ahead of UTC (README).
_DEFAULT_UTC_OFFSET = "+08:00"


@dataclass(frozen=True, slots=True)
class PartnerAccess:
    """What one partner account needs to ask Pagsmile and to read the answer. `zone` is that of Pagsmile's timestamp."""

    url: str
    partner: Partner
    zone: tzinfo
    private_key: RSAPrivateKey = field(repr=False)
    provider_key: RSAPublicKey = field(repr=False)


def plan(account: Credentials, question: Question) -> Sequence[Inquiry]:
    """One conversation, whatever currencies are asked. Raises ProviderError (configuration)."""
    access = PartnerAccess(
        url=account.base_url({}) + PATH,
        partner=Partner(
            app_id=account.identifier("app_id"),
            partner_id=account.identifier("partner_id"),
            account_num=account.optional_identifier("account_num"),
            version=account.optional_identifier("version") or _VERSION,
        ),
        zone=_zone(account),
        private_key=account.private_key(),
        provider_key=account.public_key(),
    )
    return [Inquiry(partial(ask_balances, access, question.currencies or ()))]


def ask_balances(access: PartnerAccess, currencies: Sequence[str], context: Context) -> Conversation:
    """Ask for all balances and return those in `currencies`, or all when it is empty, as of the time of receipt.

    Each request has a key, an IV and a request id of its own. Errors carry the request id, which support asks for.
    """
    request_id = _new_request_id(context.correlation_id, context.random_bytes)
    sealed = seal(biz_data(access.partner), access.provider_key, context.random_bytes)
    body = request_body(access.partner, request_id, context.now().astimezone(access.zone), sealed)
    reply = yield HttpRequest("POST", access.url, {"Content-Type": "application/json"}, body)
    try:
        return _read(reply, access, currencies, context.now())
    except ProviderError as error:
        error.trace_id = request_id
        raise


def _read(reply: HttpReply, access: PartnerAccess, currencies: Sequence[str], received_at: datetime) -> Reading:
    # Refusals come with HTTP 400 and a body that says why, so the body is read first, whatever the status.
    answer = parse_reply(reply, FIELDS)
    try:
        code = code_at(answer.get("code"))
        if code != SUCCESS:
            raise _refusal(answer, code, reply)
        _require_own_app(answer, access.partner)
        rows = _decrypted(answer, access.private_key)
        return read_balances(rows, answer, access.partner.account_num, currencies, received_at)
    except JsonError as exc:
        raise misunderstood(reply, exc, FIELDS) from exc


def _refusal(answer: Node, code: str, reply: HttpReply) -> ProviderError:
    """Pagsmile refuses with HTTP 400. An unlisted code under another status of failure comes from a gateway."""
    is_of_pagsmile = code in CODES or reply.is_success or reply.status == 400
    return error_of(answer, code) if is_of_pagsmile else status_error(reply, FIELDS)


def _require_own_app(answer: Node, partner: Partner) -> None:
    app_id = answer.optional("app_id")
    if app_id is not None and str(app_id.value).strip() not in ("", partner.app_id):
        raise JsonError(app_id.path, "names another app than ours")


def _decrypted(answer: Node, private_key: RSAPrivateKey) -> Node:
    """The decrypted `data`, an empty list without it. Bytes that are not JSON come from a failed decryption."""
    data = answer.optional("data")
    if data is None or data.value in ("", []):
        return Node([], "$.data")
    envelope = Envelope(answer.get("random_key").text(), data.text(max_length=MAX_ANSWER_BYTES))
    try:
        plain = unseal(envelope, private_key)
        return Node(loads(plain).value if plain.strip() else [], data.path)
    except (EnvelopeError, JsonError) as exc:
        raise bad_response(f"{data.path} {EnvelopeError()}", new_key_may_help=True) from exc


def _zone(account: Credentials) -> tzinfo:
    try:
        return read_utc_offset(account.text("utc_offset") if account.has("utc_offset") else _DEFAULT_UTC_OFFSET)
    except ValueError as exc:
        raise account.error("utc_offset", str(exc)) from exc


def _new_request_id(correlation_id: str, random_bytes: Callable[[int], bytes]) -> str:
    """A globally unique id; it starts with our correlation id if that fits, so that both sides' logs can be matched."""
    request_id = f"{correlation_id}-{random_bytes(7).hex()}"
    return request_id if len(request_id) <= _MAX_REQUEST_ID_LENGTH else random_bytes(16).hex()


PROVIDER = Provider(
    "pagsmile",
    FIELDS,
    identity=("base_url", "partner_id", "account_num"),
    plan=plan,
    # An entry without account_num covers the account numbers of the others.
    row_owner=("base_url", "partner_id"),
)
