"""Requests signed by a key in AWS KMS (moto, as strict as AWS): golden signatures, failures, and who waits for whom."""

import asyncio
import json
import subprocess
from base64 import b64decode
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any, cast

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from moto import mock_aws

from balance_core.deadline import Deadline
from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import Reading
from balance_core.provider.calls import Calls, Outcome
from balance_core.provider.http import HttpRequest
from balance_core.provider.kms import Kms
from balance_core.provider.protocol import Context, Conversation, Inquiry, TokenCache
from balance_core.provider.signer import KmsKey, LocalKey, Signer
from tests.clock import Clock
from tests.contract.worlds import balances, expected_answer, world_of
from tests.conversation import counting_bytes, http_response
from tests.local.aws.strict_keys import MAX_SIGNED_BYTES, strict_keys
from tests.provider_fixtures import MERCHANT

ALIAS = "alias/balance-bot/payby/main/1"


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    with mock_aws(), strict_keys():
        yield


def new_key(alias: str = ALIAS, spec: str = "RSA_2048", usage: str = "SIGN_VERIFY") -> str:
    kms = cast(Any, boto3.client("kms"))
    key_id = str(kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"])
    kms.create_alias(AliasName=alias, TargetKeyId=key_id)
    return key_id


def public_key(alias: str = ALIAS) -> tuple[RSAPublicKey, bytes]:
    der = boto3.client("kms").get_public_key(KeyId=alias)["PublicKey"]
    return cast(RSAPublicKey, load_der_public_key(der)), der


def sign(body: bytes = b"body", alias: str = ALIAS, seconds: float = 60, make_client: Any = None) -> str:
    kms = Kms("payby", make_client) if make_client else Kms("payby")
    try:
        return asyncio.run(kms.sign(alias, body, Deadline(seconds)))
    finally:
        kms.close()


def refusal(**options: Any) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        sign(**options)
    return caught.value


@pytest.mark.parametrize("body", [b"x", b'{"requestTime":1}\n', "ü€😀".encode(), bytes(range(256)) * 16])
def test_a_signature_verifies_with_openssl_and_with_cryptography(body: bytes, tmp_path: Path) -> None:
    new_key()
    signature = b64decode(sign(body), validate=True)
    key, der = public_key()
    key.verify(signature, body, padding.PKCS1v15(), hashes.SHA256())
    for name, content in (("key.der", der), ("body", body), ("signature", signature)):
        (tmp_path / name).write_bytes(content)
    verify = ["openssl", "dgst", "-sha256", "-keyform", "DER", "-verify", "key.der", "-signature", "signature", "body"]
    assert subprocess.run(verify, cwd=tmp_path, check=True, capture_output=True).stdout == b"Verified OK\n"


@pytest.mark.parametrize("name", ["payby", "payermax"])
def test_the_provider_accepts_kms_for_one_account_beside_a_key_in_the_secret(name: str, tmp_path: Path) -> None:
    new_key(alias := f"alias/balance-bot/{name}/main/1")
    with world_of(name, tmp_path) as world:
        cast(Any, world.simulators["main"]).upload(public_key(alias)[0])
        world.change_main(private_key=f"kms:{alias}")
        answer = world.raw_answer({"include_zero": True})
        assert balances(answer) == dict.fromkeys(("main", "uae"), expected_answer(name)["balances"])
        world.change_main()
        refused = {each.kind for each in world.ask({}).failures if each.account == "main"}
        assert refused & {ErrorKind.AUTHENTICATION, ErrorKind.PERMISSION_DENIED}  # PayBy's 403


def test_each_signature_is_counted_and_none_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new_key()
    with world_of("payby", tmp_path) as world:
        cast(Any, world.simulators["main"]).upload(public_key()[0])
        world.change_main(private_key=f"kms:{ALIAS}", currencies=["AED"])
        world.ask({"accounts": ["main"], "currencies": ["AED"]})
        (sent,) = world.simulators["main"].requests
    printed = capsys.readouterr().out
    (line,) = [json.loads(each) for each in printed.splitlines() if "KmsSignatures" in each]
    assert (line["provider"], line["KmsSignatures"], line["KmsSignaturesUncertain"]) == ("payby", [1.0], [0.0])
    assert len(sent.headers["sign"]) == 344
    assert sent.headers["sign"][:40] not in printed


def disable(key_id: str) -> None:
    boto3.client("kms").disable_key(KeyId=key_id)


def delete(key_id: str) -> None:
    boto3.client("kms").schedule_key_deletion(KeyId=key_id, PendingWindowInDays=30)


@pytest.mark.parametrize(
    ("prepare", "code", "said"),
    [
        (lambda: None, "KMS NotFoundException", "make keys STEP=begin"),
        (lambda: disable(new_key()), "KMS DisabledException", "aws kms enable-key"),
        (lambda: delete(new_key()), "KMS KMSInvalidStateException", "cancel-key-deletion"),
        (partial(new_key, spec="RSA_4096"), None, "RSA_2048 for SIGN_VERIFY is needed"),
        (partial(new_key, usage="ENCRYPT_DECRYPT"), None, "RSA_2048 for SIGN_VERIFY is needed"),
        (partial(new_key, spec="ECC_NIST_P256"), None, "RSA_2048 for SIGN_VERIFY is needed"),
        (
            partial(new_key, spec="SYMMETRIC_DEFAULT", usage="ENCRYPT_DECRYPT"),
            "KMS UnsupportedOperationException",
            "RSA_2048 for SIGN_VERIFY is needed",
        ),
    ],
)
def test_a_key_that_cannot_sign_is_a_configuration_failure_with_the_next_step(
    prepare: Callable[[], object], code: str | None, said: str
) -> None:
    prepare()
    error = refusal()
    assert (error.kind, error.provider_code, error.retries) == (ErrorKind.CONFIGURATION, code, 0)
    assert ALIAS in error.message
    assert said in error.message


def test_a_body_over_4096_bytes_is_refused_before_it_is_sent() -> None:
    new_key()
    assert sign(bytes(MAX_SIGNED_BYTES))
    error = refusal(body=bytes(MAX_SIGNED_BYTES + 1), make_client=None)
    assert (error.kind, error.provider_code) == (ErrorKind.CONFIGURATION, None)
    assert "more than 4,096 bytes" in error.message


class BrokenKms:
    """A client whose Sign raises."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def get_public_key(self, **_: object) -> Any:
        return {"KeyUsage": "SIGN_VERIFY", "PublicKey": b64decode(MERCHANT.public_base64)}

    def sign(self, **_: object) -> Any:
        raise self.error


@pytest.mark.parametrize(
    ("error", "kind", "said", "uncertain"),
    [
        (ClientError({"Error": {"Code": "ThrottlingException"}}, "Sign"), ErrorKind.UNAVAILABLE, "Service Quotas", 0),
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "Sign"), ErrorKind.CONFIGURATION, "five minutes", 0),
        (ClientError({"Error": {"Code": "KMSInternalException"}}, "Sign"), ErrorKind.UNAVAILABLE, "failed to sign", 0),
        (ClientError({"Error": {"Code": "New"}}, "Sign"), ErrorKind.UNKNOWN, "look the code up", 0),
        (EndpointConnectionError(endpoint_url="https://kms"), ErrorKind.UNAVAILABLE, "VPC endpoint", 0),
        (ReadTimeoutError(endpoint_url="https://kms"), ErrorKind.UNAVAILABLE, "did not answer", 1),
    ],
)
def test_a_failure_of_kms_is_named_and_a_signature_that_may_exist_is_counted(
    error: Exception, kind: ErrorKind, said: str, uncertain: int, capsys: pytest.CaptureFixture[str]
) -> None:
    kms = Kms("payby", lambda: cast(Any, BrokenKms(error)))
    with pytest.raises(ProviderError) as caught:
        asyncio.run(kms.sign(ALIAS, b"body", Deadline(60)))
    kms.report_signatures()
    kms.close()
    assert caught.value.kind is kind
    assert said in caught.value.message
    assert capsys.readouterr().out.count("KmsSignaturesUncertain") == 2 * uncertain


class StuckKms(BrokenKms):
    """A client that answers only when it is released."""

    def __init__(self) -> None:
        self.released = Event()

    def sign(self, **_: object) -> Any:
        self.released.wait(60)
        return {"Signature": b"late"}


def ask(signer: Signer, _: Context) -> Conversation:
    reply = yield HttpRequest("POST", "https://example.com", {}, b"{}", signer)
    assert reply.status == 200
    return Reading()


@pytest.mark.parametrize("max_parallel_calls", [1, 20])
def test_a_stuck_kms_costs_its_own_account_the_deadline_and_delays_no_other(max_parallel_calls: int) -> None:
    stuck = StuckKms()
    asked: list[str] = []

    def respond(request: Any) -> Any:
        asked.append(request.headers["sign"])
        return http_response(b"{}")

    client = httpx.AsyncClient(transport=httpx.MockTransport(respond))
    calls = Calls("payby", Clock(), counting_bytes(), client, Kms("payby", lambda: cast(Any, stuck)))
    signers: list[Signer] = [*[KmsKey(ALIAS)] * 25, LocalKey(MERCHANT.private_key)]
    inquiries = [(Inquiry(partial(ask, signer)), TokenCache()) for signer in signers]
    outcomes: list[Outcome] = calls.run(inquiries, "id", Deadline(2), max_parallel_calls)
    stuck.released.set()
    calls.close()
    assert outcomes[-1] == Reading()
    assert asked == [MERCHANT.sign(b"{}")]
    assert {each.kind for each in outcomes[:-1] if isinstance(each, ProviderError)} == {ErrorKind.TIMEOUT}


def test_a_process_without_a_kms_key_makes_no_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    real = boto3.client

    def client(service: str, **options: Any) -> Any:
        made.append(service)
        return real(cast(Any, service), **options)

    monkeypatch.setattr(boto3, "client", client)
    with world_of("payby", tmp_path) as world:
        assert world.ask({}).reports
        assert "kms" not in made
        world.change_main(private_key=f"kms:{ALIAS}")
        world.ask({})
        assert made == ["kms"]
