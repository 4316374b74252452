"""Keys in every form that providers hand out, and keys that must be refused."""

from base64 import b64decode, b64encode

import pytest

from balance_core.signing import KeyFormatError, load_private_key, load_public_key
from tests.openssl import KEYS
from tests.unit.key_cases import PKCS1_PRIVATE, PKCS1_PUBLIC, PRIVATE, PRIVATE_KEY, PUBLIC, PUBLIC_KEY, bare
from tests.unit.key_forms import NOT_PRIVATE, NOT_PUBLIC, dressings


@pytest.mark.parametrize("dressing", dressings(PRIVATE))
@pytest.mark.parametrize("pem", [PRIVATE, PKCS1_PRIVATE], ids=["PKCS#8", "PKCS#1"])
def test_a_private_key_loads_however_it_is_wrapped(pem: str, dressing: str) -> None:
    assert load_private_key(dressings(pem)[dressing]).private_numbers() == PRIVATE_KEY.private_numbers()


@pytest.mark.parametrize("dressing", dressings(PUBLIC))
@pytest.mark.parametrize("pem", [PUBLIC, PKCS1_PUBLIC], ids=["SPKI", "PKCS#1"])
def test_a_public_key_loads_however_it_is_wrapped(pem: str, dressing: str) -> None:
    assert load_public_key(dressings(pem)[dressing]).public_numbers() == PUBLIC_KEY.public_numbers()


def test_the_forms_are_really_different() -> None:
    assert PKCS1_PRIVATE.startswith("-----BEGIN RSA PRIVATE KEY-----")
    assert PRIVATE.startswith("-----BEGIN PRIVATE KEY-----")
    assert PKCS1_PUBLIC.startswith("-----BEGIN RSA PUBLIC KEY-----")
    assert PUBLIC.startswith("-----BEGIN PUBLIC KEY-----")


@pytest.mark.parametrize("name", NOT_PRIVATE)
def test_what_is_no_private_key_is_refused_with_the_reason(name: str) -> None:
    text, problem = NOT_PRIVATE[name]
    with pytest.raises(KeyFormatError) as caught:
        load_private_key(text)
    assert str(caught.value).startswith(problem)


@pytest.mark.parametrize("name", NOT_PUBLIC)
def test_what_is_no_public_key_is_refused_with_the_reason(name: str) -> None:
    text, problem = NOT_PUBLIC[name]
    with pytest.raises(KeyFormatError) as caught:
        load_public_key(text)
    assert str(caught.value).startswith(problem)


def test_a_refusal_quotes_nothing_of_the_key() -> None:
    marked = PRIVATE.replace(PRIVATE.splitlines()[3], "S3CRET" * 10)
    with pytest.raises(KeyFormatError) as caught:
        load_private_key(marked)
    assert "S3CRET" not in str(caught.value)


def test_the_same_text_is_parsed_once() -> None:
    assert load_private_key(PRIVATE) is load_private_key(PRIVATE)
    assert load_public_key(PUBLIC) is load_public_key(PUBLIC)


def test_a_key_of_a_type_that_nobody_knows_is_refused() -> None:
    """An elliptic key whose type is an object identifier that stands for nothing."""
    der = b64decode(bare((KEYS / "refused" / "ec_public.pem").read_text()))
    identifier = bytes.fromhex("06072a8648ce3d0201")
    assert identifier in der
    with pytest.raises(KeyFormatError):
        load_public_key(b64encode(der.replace(identifier, identifier[:-1] + b"\x7e")).decode())
