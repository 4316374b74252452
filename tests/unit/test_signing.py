"""SHA256withRSA over exact bytes, compared with the `openssl` command; `make trust` does the same at length."""

from base64 import b64encode
from hashlib import sha256
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_core.provider.signing import fingerprint, sign, verify, verifying_key
from tests.openssl import KEYS, openssl
from tests.signatures import (
    accepted_flips_of_base64,
    flipped_body_is_accepted,
    flipped_signature_is_accepted,
    is_as_openssl_signs,
    random_body,
)
from tests.unit.key_cases import OTHER_PUBLIC_KEY, PRIVATE_KEY, PUBLIC_KEY

GOLDEN = KEYS.parent / "signing"


@pytest.mark.parametrize("name", ["compact", "spaced", "empty"])
def test_signatures_equal_the_golden_ones(name: str) -> None:
    body = (GOLDEN / f"{name}.body").read_bytes()
    signature = (GOLDEN / f"{name}.sign").read_text()
    assert sign(PRIVATE_KEY, body) == signature
    assert verify([PUBLIC_KEY], body, signature)


def test_signatures_equal_openssls_in_every_byte() -> None:
    random = Random(7)
    bodies = [random_body(random) for _ in range(20)]
    assert any(character >= "\u4e00" for body in bodies for character in body.decode(errors="ignore"))
    assert [body for body in bodies if not is_as_openssl_signs(body)] == []


@given(st.binary(max_size=300))
def test_a_signature_is_valid_for_its_bytes_and_its_key_only(body: bytes) -> None:
    signature = sign(PRIVATE_KEY, body)
    assert verify([PUBLIC_KEY], body, signature)
    assert not verify([PUBLIC_KEY], body + b" ", signature)
    assert not verify([OTHER_PUBLIC_KEY], body, signature)


def test_one_of_several_keys_may_have_signed_so_that_a_provider_can_roll_its_key() -> None:
    signature = sign(PRIVATE_KEY, b"body")
    assert verify([OTHER_PUBLIC_KEY, PUBLIC_KEY], b"body", signature)
    assert verify(iter([PUBLIC_KEY, OTHER_PUBLIC_KEY]), b"body", signature)
    assert not verify([], b"body", signature)


GOOD = sign(PRIVATE_KEY, b"body")


@pytest.mark.parametrize(
    "signature",
    [
        "", "=", "nonsense", "\u043a\u043b\u044e\u0447", GOOD[:-4], GOOD[:-1], GOOD + "AAAA", GOOD + "\n", " " + GOOD,
        GOOD[:-3] + chr(ord(GOOD[-3]) + 1) + "==",  # the same bytes, with a bit set that Base64 does not use
        GOOD.replace("+", "-").replace("/", "_"), b64encode(b"\x00" * 256).decode(), b64encode(b"\xff" * 256).decode(),
    ],
)  # fmt: skip
def test_a_malformed_signature_is_refused(signature: str) -> None:
    assert verify([PUBLIC_KEY], b"body", signature) is False


@given(st.text())
def test_no_text_verifies_by_chance_or_raises(signature: str) -> None:
    assert not verify([PUBLIC_KEY, OTHER_PUBLIC_KEY], b"body", signature)


@given(st.randoms(use_true_random=False))
def test_a_flipped_bit_in_a_body_or_a_signature_is_refused(random: Random) -> None:
    assert not flipped_body_is_accepted(random)
    assert not flipped_signature_is_accepted(random)


def test_a_flipped_bit_in_the_text_of_a_signature_is_refused() -> None:
    assert accepted_flips_of_base64(b"{}") == 0


def test_the_key_that_verified_is_named_by_the_fingerprint_that_openssl_gives() -> None:
    key = verifying_key([OTHER_PUBLIC_KEY, PUBLIC_KEY], b"body", GOOD)
    assert key is PUBLIC_KEY
    der = openssl("pkey", "-pubin", "-in", KEYS / "merchant_public.pem", "-outform", "DER")
    assert fingerprint(PUBLIC_KEY) == sha256(der).hexdigest()
    assert verifying_key([OTHER_PUBLIC_KEY], b"body", GOOD) is None
