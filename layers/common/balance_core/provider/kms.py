"""Signatures by keys in AWS KMS: RSA_2048 with RSASSA_PKCS1_V1_5_SHA_256 over at most 4,096 bytes.

Each signature is one call in a thread of its own, so nobody else waits for it. KMS records each of them in CloudTrail;
`Signatures` counts them here, so that somebody can compare (tests/deployment/README.md, "Signatures that add up").
"""

import asyncio
import threading
from base64 import b64encode
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from balance_core.aws import error_code, is_not_connected, kms_client
from balance_core.deadline import Deadline
from balance_core.errors import CodeRule, ErrorKind, ProviderError
from balance_core.observability import count_signatures

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

MAX_BYTES = 4096
KEY_BITS = 2048
# As many signatures at the same time; others wait their turn.
_THREADS = 20

_WRONG_KIND = CodeRule(
    ErrorKind.CONFIGURATION,
    "was not asked: the KMS key {key} cannot sign for it: a key of the type RSA_2048 for SIGN_VERIFY is needed, which"
    " make keys STEP=begin makes",
)
_CODES: Mapping[str, CodeRule] = {
    "AccessDeniedException": CodeRule(
        ErrorKind.CONFIGURATION,
        "was not asked: this function may not sign with the KMS key {key}: only with keys that have an alias"
        " <stack>/<provider>/..., up to five minutes after it was made; check the alias, and the key's policy (make"
        " doctor)",
    ),
    "DisabledException": CodeRule(
        ErrorKind.CONFIGURATION,
        "was not asked: the KMS key {key} is disabled: enable it (aws kms enable-key), or go back to the key before it"
        " (make keys STEP=abort)",
    ),
    **dict.fromkeys(("InvalidKeyUsageException", "UnsupportedOperationException"), _WRONG_KIND),
    "KMSInvalidStateException": CodeRule(
        ErrorKind.CONFIGURATION,
        "was not asked: the KMS key {key} cannot be used, because somebody scheduled its deletion: cancel that (aws kms"
        " cancel-key-deletion, then enable-key), or name another key in the secret",
    ),
    "NotFoundException": CodeRule(
        ErrorKind.CONFIGURATION,
        "was not asked: there is no KMS key {key} in this account and region: correct private_key in the secret, or"
        " make a key (make keys STEP=begin)",
    ),
    "ThrottlingException": CodeRule(
        ErrorKind.UNAVAILABLE,
        "was not asked: AWS KMS limits how many signatures this account makes in a second",
        retries=2,
        advice="try again in a minute; if it happens again, ask AWS for more (Service Quotas, AWS KMS, RSA requests)",
    ),
    **dict.fromkeys(
        ("DependencyTimeoutException", "KMSInternalException", "KeyUnavailableException"),
        CodeRule(ErrorKind.UNAVAILABLE, "was not asked: AWS KMS failed to sign", advice="try again in a few minutes"),
    ),
}
_UNLISTED = CodeRule(
    ErrorKind.UNKNOWN,
    "was not asked: AWS KMS refused to sign with {key}",
    advice="look the code up in the reference of AWS KMS (Sign, GetPublicKey)",
)
_NO_CONNECTION = CodeRule(
    ErrorKind.UNAVAILABLE,
    "was not asked: AWS KMS cannot be reached",
    advice="check that the function's subnets lead to it, through a NAT gateway or a VPC endpoint",
)
_NO_ANSWER = CodeRule(ErrorKind.UNAVAILABLE, "was not asked: AWS KMS did not answer", advice="try again in a minute")
_TOO_LATE = CodeRule(
    ErrorKind.TIMEOUT, "was not asked: AWS KMS did not sign in time", retries=0, advice="try again in a minute"
)
_TOO_LONG = CodeRule(
    ErrorKind.CONFIGURATION,
    f"was not asked: its request has more than {MAX_BYTES:,} bytes, the most that AWS KMS signs: ask about fewer"
    " currencies, or use a key in Secrets Manager",
)


class Kms:
    """AWS KMS for one provider. The client is made by the first signature: who needs none does not wait for it."""

    def __init__(self, provider: str, make_client: "Callable[[], KMSClient]" = kms_client) -> None:
        self._provider = provider
        self._make_client = make_client
        self._client: KMSClient | None = None
        self._checked: set[str] = set()
        self._threads = ThreadPoolExecutor(_THREADS, "signature")
        self._lock = threading.Lock()
        self._made = self._uncertain = 0

    async def sign(self, alias: str, body: bytes, deadline: Deadline) -> str:
        """The signature over exactly `body`, as standard Base64. Raises ProviderError."""
        if len(body) > MAX_BYTES:
            raise _error(_TOO_LONG, alias)
        # boto3 cannot make two clients at the same time, so not in a thread.
        client = self._client = self._client or self._make_client()
        signature = asyncio.wrap_future(self._threads.submit(self._sign, client, alias, body))
        try:
            async with asyncio.timeout(max(0.0, deadline.remaining_seconds())):
                return await signature
        except TimeoutError as exc:
            raise _error(_TOO_LATE, alias) from exc

    def report_signatures(self) -> None:
        """Add what was signed since the last report to the metrics; a signature that nobody waited for comes later."""
        with self._lock:
            made, self._made = self._made, 0
            uncertain, self._uncertain = self._uncertain, 0
        if made or uncertain:
            count_signatures(self._provider, made, uncertain)

    def close(self) -> None:
        """Wait for the threads. Lambda never calls it; tests do."""
        self._threads.shutdown()

    def _sign(self, client: "KMSClient", alias: str, body: bytes) -> str:
        try:
            self._check(client, alias)
            return self._signature(client, alias, body)
        except ClientError as exc:
            code = error_code(exc)
            raise _error(_CODES.get(code, _UNLISTED), alias, code) from exc
        except BotoCoreError as exc:
            raise _error(_NO_CONNECTION if is_not_connected(exc) else _NO_ANSWER, alias) from exc

    def _check(self, client: "KMSClient", alias: str) -> None:
        """Once in the life of this process: a larger key would sign, and only the provider's refusal would show it."""
        if alias in self._checked:
            return
        answer = client.get_public_key(KeyId=alias)
        key = load_der_public_key(answer["PublicKey"])
        if answer["KeyUsage"] != "SIGN_VERIFY" or not isinstance(key, RSAPublicKey) or key.key_size != KEY_BITS:
            raise _error(_WRONG_KIND, alias)
        self._checked.add(alias)

    def _signature(self, client: "KMSClient", alias: str, body: bytes) -> str:
        try:
            answer = client.sign(
                KeyId=alias, Message=body, MessageType="RAW", SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256"
            )
        except HTTPClientError as exc:
            if not is_not_connected(exc):
                with self._lock:
                    self._uncertain += 1
            raise
        with self._lock:
            self._made += 1
        return b64encode(answer["Signature"]).decode("ascii")


def _error(rule: CodeRule, alias: str, code: str | None = None) -> ProviderError:
    return ProviderError(
        rule.kind,
        rule.problem.format(key=alias),
        provider_code=f"KMS {code}" if code else None,
        retries=rule.retries,
        advice=rule.advice,
    )
