"""Signatures byte by byte as openssl makes them, no flipped bit accepted, no short key (see `make trust`)."""

from base64 import b64decode
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_core.signing import KeyFormatError, load_private_key, load_public_key
from tests.openssl import openssl
from tests.signatures import (
    accepted_flips_of_base64,
    flipped_body_is_accepted,
    flipped_public_key_is_accepted,
    flipped_signature_is_accepted,
    is_as_openssl_signs,
    random_body,
)
from tests.unit.key_cases import PKCS1_PUBLIC, PUBLIC, bare, public_key_of

RANDOM = st.randoms(use_true_random=False)


def test_signatures_are_openssls_own() -> None:
    random = Random(7)
    bodies = [random_body(random) for _ in range(50)]
    assert any(character >= "\u4e00" for body in bodies for character in body.decode(errors="ignore"))
    assert [body for body in bodies if not is_as_openssl_signs(body)] == []


@given(RANDOM)
def test_no_flipped_bit_of_a_body_is_accepted(random: Random) -> None:
    assert not flipped_body_is_accepted(random)


@given(RANDOM)
def test_no_flipped_bit_of_a_signature_is_accepted(random: Random) -> None:
    assert not flipped_signature_is_accepted(random)


def test_no_flipped_bit_of_a_signature_in_base64_is_accepted() -> None:
    assert accepted_flips_of_base64(b"{}") == 0


@pytest.mark.parametrize("pem", [PUBLIC, PKCS1_PUBLIC], ids=["SPKI", "PKCS#1"])
def test_no_flipped_bit_of_a_public_key_is_accepted(pem: str) -> None:
    der = b64decode(bare(pem))
    assert [bit for bit in range(0, len(der) * 8, 7) if flipped_public_key_is_accepted(der, bit)] == []


@pytest.mark.parametrize("bits", [512, 1024, 2040, 2047])
@pytest.mark.parametrize("form", [(), ("-traditional",)], ids=["PKCS#8", "PKCS#1"])
def test_a_private_key_under_2048_bits_is_refused(bits: int, form: tuple[str, ...]) -> None:
    # openssl may make a key of one bit less when it is asked for an odd number.
    with pytest.raises(KeyFormatError, match=rf"has ({bits}|{bits - 1}) bits: at least 2048 are needed"):
        load_private_key(openssl("genrsa", *form, str(bits)).decode())


@pytest.mark.parametrize("bits", [512, 768, 1023, 1024, 1536, 2046, 2047])
def test_a_public_key_under_2048_bits_is_refused(bits: int) -> None:
    with pytest.raises(KeyFormatError, match=f"has {bits} bits: at least 2048 are needed"):
        load_public_key(public_key_of(bits))


@pytest.mark.parametrize("bits", [2048, 2049, 3072, 4096])
def test_a_public_key_of_2048_bits_or_more_is_accepted(bits: int) -> None:
    assert load_public_key(public_key_of(bits)).key_size == bits


def test_a_longer_private_key_is_accepted() -> None:
    assert load_private_key(openssl("genrsa", "3072").decode()).key_size == 3072
