"""Asks Pagsmile's Query Partner Balance: one call tells every account of a partner in every currency."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, tzinfo

from balance_core.credentials import Credentials
from balance_core.errors import ProviderError
from balance_core.exchange import Exchange, Stamp
from balance_core.http import MAX_ANSWER_BYTES, HttpReply, HttpRequest
from balance_core.models import Balance
from balance_core.observability import count_mismatches
from balance_core.question import Question
from balance_core.replies import bad_response, code_at, misunderstood, parse_reply
from balance_core.wire import Node, WireError, loads
from pagsmile_balance.envelope import Envelope, EnvelopeError, seal, unseal
from pagsmile_balance.payloads import (
    SUCCESS,
    Partner,
    adds_up,
    biz_data,
    error_of,
    read_balances,
    read_utc_offset,
    request_body,
)

PATH = "/issuing/partner/query-balance"
# The documentation states no limit; its example of a request id has 32 characters.
_MAX_REQUEST_ID_LENGTH = 32


def plan(credentials: Credentials, question: Question) -> Sequence[Exchange]:
    """One exchange for the account, whatever currencies are asked. Raises ProviderError (configuration)."""
    return (PartnerBalanceQuery(credentials, question.currencies),)


class PartnerBalanceQuery:
    """One question about one partner. It keeps the request id of its last try, which Pagsmile's support asks for."""

    currency = None

    def __init__(self, credentials: Credentials, currencies: Collection[str]) -> None:
        self._url = credentials.base_url({}) + PATH
        self._partner = Partner(
            app_id=credentials.identifier("app_id"),
            partner_id=credentials.identifier("partner_id"),
            account_num=credentials.identifier("account_num") if credentials.has("account_num") else None,
        )
        self._zone = _zone(credentials)
        self._private_key = credentials.private_key()
        self._provider_key = credentials.public_key()
        self._currencies = currencies
        self._request_id: str | None = None

    def request(self, stamp: Stamp) -> HttpRequest:
        """The encrypted question, with a key, an IV and a request id of its own."""
        self._request_id = _new_request_id(stamp.correlation_id, stamp.random_bytes)
        sealed = seal(biz_data(self._partner), self._provider_key, stamp.random_bytes)
        body = request_body(self._partner, self._request_id, stamp.now.astimezone(self._zone), sealed)
        return HttpRequest(self._url, {"Content-Type": "application/json"}, body)

    def read(self, reply: HttpReply, received_at: datetime) -> Sequence[Balance]:
        """The balances, as of `received_at`: decrypted, but not verified, since only TLS tells who sent them."""
        try:
            balances = self._balances(reply, received_at)
        except ProviderError as error:
            error.trace_id = self._request_id
            raise
        mismatches = sum(not adds_up(balance) for balance in balances)
        if mismatches:
            count_mismatches("pagsmile", mismatches)
        return balances

    def _balances(self, reply: HttpReply, received_at: datetime) -> tuple[Balance, ...]:
        # Refusals come with HTTP 400 and a body that says why, so the body is read first whatever the status.
        answer = parse_reply(reply)
        try:
            code = code_at(answer.get("code"))
            if code != SUCCESS:
                raise error_of(answer, code)
            self._require_own_app(answer)
            return read_balances(self._opened(answer), self._currencies, received_at)
        except WireError as exc:
            raise misunderstood(reply, exc) from exc

    def _require_own_app(self, answer: Node) -> None:
        app_id = answer.optional("app_id")
        if app_id is not None and app_id.value != self._partner.app_id:
            raise WireError(app_id.path, "names another app than ours")

    def _opened(self, answer: Node) -> Node:
        """The decrypted `data`. Noise that is no JSON is a failed decryption like any other, so it reads the same."""
        data = answer.get("data")
        envelope = Envelope(answer.get("random_key").text(), data.text(max_length=MAX_ANSWER_BYTES))
        try:
            return Node(loads(unseal(envelope, self._private_key)).value, data.path)
        except (EnvelopeError, WireError) as exc:
            raise bad_response(f"{data.path} {EnvelopeError()}") from exc


def _zone(credentials: Credentials) -> tzinfo:
    if not credentials.has("utc_offset"):
        return UTC
    try:
        return read_utc_offset(credentials.text("utc_offset"))
    except ValueError as exc:
        raise credentials.error("utc_offset", str(exc)) from exc


def _new_request_id(correlation_id: str, random_bytes: Callable[[int], bytes]) -> str:
    """An id never used before; it starts with ours where that fits, so that both sides' logs can be matched."""
    request_id = f"{correlation_id}-{random_bytes(7).hex()}"
    return request_id if len(request_id) <= _MAX_REQUEST_ID_LENGTH else random_bytes(16).hex()
