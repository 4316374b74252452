"""What a provider's own answer proves: only it can tell whether the key pair is the one that was uploaded. Pure."""

from collections.abc import Sequence

from balance_core.contract import read_provider_answer
from balance_core.errors import ErrorKind
from balance_core.models import Failure
from balance_core.wire import WireError, loads
from tests.deployment.check import Check, Status, ok, unknown, wrong

_REMEDIES = {
    ErrorKind.AUTHENTICATION: (
        "our public key there, or the ids, are not those of the secret: compare the SHA-256 above with what was"
        " uploaded, and the ids with the provider's page"
    ),
    ErrorKind.CONFIGURATION: "mend what it names; a function keeps a secret for up to five minutes, so wait that long",
    ErrorKind.PERMISSION_DENIED: "have {address} put on the provider's allow-list, and the balance query opened",
    ErrorKind.BAD_RESPONSE: (
        "the provider's key in the secret may not be its present one, or ours there may be another than in the secret:"
        " copy both again"
    ),
}
# For the other kinds.
_SEE_README = "see the table of codes in functions/{provider}/README.md"


def not_asked(provider: str) -> Check:
    """For a visit that asks no provider."""
    finding = "whether the key pair is the one that was uploaded, only the provider's answer tells"
    return unknown(provider, finding, "ask: make doctor ASK=1")


def answer_checks(provider: str, payload: bytes, address: str) -> list[Check]:
    """One check for each account that the function answered for; nothing of its balances is repeated.

    `address` is whom the provider sees calling.
    """
    try:
        answer = read_provider_answer(loads(payload))
    except WireError:
        return [
            wrong(provider, "the function's answer is not one of this version", "deploy again: make deploy ENV=...")
        ]
    outages = [failure for failure in answer.failures if failure.kind.is_outage]
    unanswered = {failure.account for failure in outages}
    proven = [name for name in answer.accounts if name not in unanswered] if None not in unanswered else []
    checks = [_outage(provider, failure, address) for failure in outages]
    if proven:
        finding = f"{provider} answered for {', '.join(proven)}: keys, ids, address and clock are right"
        checks.append(ok(provider, finding))
    return _distinct(checks)


def _outage(provider: str, failure: Failure, address: str) -> Check:
    whose = f"account '{failure.account}': " if failure.account else ""
    marks = {"code": failure.provider_code, "trace id": failure.trace_id}
    told = ", ".join(f"{name} {value}" for name, value in marks.items() if value)
    finding = f"{whose}{provider} {failure.message}" + (f" ({told})" if told else "")
    if failure.kind.is_retryable and failure.kind is not ErrorKind.BAD_RESPONSE:
        return unknown(provider, finding, "ask again in a minute; if it stays, the function may have no way out")
    remedy = _REMEDIES.get(failure.kind, _SEE_README).format(address=address, provider=provider)
    return Check(Status.WRONG, provider, finding, remedy)


def _distinct(checks: Sequence[Check]) -> list[Check]:
    """Each once: an account fails once for each of its currencies."""
    return list(dict.fromkeys(checks))
