"""What a provider's answer proves: only the provider knows whether it accepts our credentials. Pure."""

from collections.abc import Sequence

from balance_core.contract import ContractError, read_provider_answer
from balance_core.errors import ErrorKind
from balance_core.models import Failure
from balance_core.provider.credentials import OUR_KEY, credential_names
from balance_core.provider.protocol import Provider
from tests.deployment.check import Check, Status, ok, unknown, wrong

_CODES = "see the table of codes in functions/{provider}/README.md"
_REMEDIES = {
    ErrorKind.AUTHENTICATION: "compare {credentials} in the secret with the provider's page",
    ErrorKind.CONFIGURATION: "fix what it names; a function keeps a secret for up to five minutes, so wait that long",
    ErrorKind.ADDRESS_REFUSED: "ask the provider to put {address} on its allow-list",
    ErrorKind.PERMISSION_DENIED: "ask the provider to put {address} on its allow-list and to open the balance query",
}
_RSA_REMEDIES = {
    ErrorKind.AUTHENTICATION: (
        "the provider has another public key of ours, or the ids are wrong: compare the SHA-256 above with the key that"
        " you uploaded, and the ids with the provider's page"
    ),
    ErrorKind.BAD_RESPONSE: (
        "the provider may have a new key, or another public key of ours than the secret's: copy both keys again"
    ),
}


def not_asked(provider: Provider) -> Check:
    """For a run of the doctor that asks no provider."""
    finding = f"only an answer of the provider shows whether it accepts {credential_names(provider.fields)}"
    return unknown(provider.name, finding, "ask it: make doctor ASK=1")


def answer_checks(provider: Provider, payload: bytes, address: str) -> Sequence[Check]:
    """One check for each account in the function's answer; nothing of its balances is repeated.

    `address` says in words which address the provider sees.
    """
    name = provider.name
    try:
        answer = read_provider_answer(payload)
    except ContractError:
        return [wrong(name, "the function's answer has another version", "deploy again: make deploy ENV=...")]
    outages = [failure for failure in answer.failures if failure.kind.is_outage]
    failed = {failure.account for failure in outages}
    answered = [] if None in failed else [account for account in answer.accounts if account not in failed]
    # An account fails once for each of its currencies, with the same finding.
    checks = list(dict.fromkeys(_outage(provider, failure, address) for failure in outages))
    if answered:
        checks.append(ok(name, f"{name} answered for {', '.join(answered)}: credentials, address and clock are right"))
    return checks


def _outage(provider: Provider, failure: Failure, address: str) -> Check:
    account = f"account '{failure.account}': " if failure.account else ""
    marks = {"code": failure.provider_code, "trace id": failure.trace_id}
    told = ", ".join(f"{name} {value}" for name, value in marks.items() if value)
    finding = f"{account}{provider.name} {failure.message}" + (f" ({told})" if told else "")
    if failure.kind.is_retryable and failure.kind is not ErrorKind.BAD_RESPONSE:
        remedy = "ask again in a minute; if it happens again, check that the function can reach the internet"
        return unknown(provider.name, finding, remedy)
    has_rsa_key = any(field.name == OUR_KEY for field in provider.fields)
    remedies = {**_REMEDIES, **_RSA_REMEDIES} if has_rsa_key else _REMEDIES
    remedy = remedies.get(failure.kind, _CODES)
    words = {"address": address, "provider": provider.name, "credentials": credential_names(provider.fields)}
    return Check(Status.WRONG, provider.name, finding, remedy.format(**words))
