"""RSA keys: every form that providers hand out is accepted, and damaged or weak keys are refused with the reason."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from math import lcm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_core.provider.signing import KeyFormatError, load_private_key, load_public_key
from tests.openssl import KEYS, openssl
from tests.signatures import flipped_private_key_is_accepted, flipped_public_key_is_accepted
from tests.unit import key_cases
from tests.unit.key_cases import PARTS, PKCS1_PUBLIC, PRIVATE, PUBLIC, bare, der_integers, pkcs1_private, public_key_of
from tests.unit.key_forms import NOT_PRIVATE, NOT_PUBLIC, dressings

N, P, Q = PARTS.public_numbers.n, PARTS.p, PARTS.q


@pytest.mark.parametrize("dressing", dressings(PRIVATE))
@pytest.mark.parametrize("pem", [PRIVATE, key_cases.PKCS1_PRIVATE], ids=["PKCS#8", "PKCS#1"])
def test_a_private_key_loads_in_every_form(pem: str, dressing: str) -> None:
    assert load_private_key(dressings(pem)[dressing]).private_numbers() == PARTS


@pytest.mark.parametrize("dressing", dressings(PUBLIC))
@pytest.mark.parametrize("pem", [PUBLIC, PKCS1_PUBLIC], ids=["SPKI", "PKCS#1"])
def test_a_public_key_loads_in_every_form(pem: str, dressing: str) -> None:
    assert load_public_key(dressings(pem)[dressing]).public_numbers() == key_cases.PUBLIC_KEY.public_numbers()


REFUSED = [(load_private_key, name, *case) for name, case in NOT_PRIVATE.items()] + [
    (load_public_key, name, *case) for name, case in NOT_PUBLIC.items()
]


@pytest.mark.parametrize(("load", "name", "text", "problem"), REFUSED, ids=[case[1] for case in REFUSED])
def test_anything_else_is_refused_with_the_reason(
    load: Callable[[str], object], name: str, text: str, problem: str
) -> None:
    with pytest.raises(KeyFormatError) as caught:
        load(text)
    assert str(caught.value).startswith(problem)


def test_a_refusal_does_not_quote_the_key() -> None:
    with pytest.raises(KeyFormatError) as caught:
        load_private_key(PRIVATE.replace(PRIVATE.splitlines()[3], "S3CRET" * 10))
    assert "S3CRET" not in str(caught.value)


def test_a_key_is_parsed_once() -> None:
    assert load_private_key(PRIVATE) is load_private_key(PRIVATE)
    assert load_public_key(PUBLIC) is load_public_key(PUBLIC)


def test_a_public_key_of_an_unknown_type_is_refused() -> None:
    der = b64decode(bare((KEYS / "refused" / "ec_public.pem").read_text()))
    identifier = bytes.fromhex("06072a8648ce3d0201")
    assert identifier in der
    with pytest.raises(KeyFormatError):
        load_public_key(b64encode(der.replace(identifier, identifier[:-1] + b"\x7e")).decode())


@pytest.mark.parametrize("form", [(), ("-traditional",)], ids=["PKCS#8", "PKCS#1"])
def test_a_private_key_needs_2048_bits(form: tuple[str, ...]) -> None:
    # openssl may make a key of one bit less when it is asked for an odd number.
    with pytest.raises(KeyFormatError, match=r"has 204[67] bits: at least 2048 are needed"):
        load_private_key(openssl("genrsa", *form, "2047").decode())
    assert load_private_key(openssl("genrsa", *form, "2048").decode()).key_size == 2048


def test_a_public_key_needs_2048_bits() -> None:
    for bits in (512, 1024, 2046, 2047):
        with pytest.raises(KeyFormatError, match=f"has {bits} bits: at least 2048 are needed"):
            load_public_key(public_key_of(bits))
    for bits in (2048, 2049, 4096):
        assert load_public_key(public_key_of(bits)).key_size == bits


# Numbers that do not belong together; OpenSSL would load these keys and sign with some of them.
DAMAGED: list[dict[str, int]] = [
    {"n": N + 2}, {"n": N + 1}, {"e": 3}, {"e": 1, "d": 1, "dp": 1, "dq": 1}, {"d": PARTS.d + 2}, {"d": 0},
    {"p": P + 2}, {"q": Q + 2}, {"q": Q + 2, "dq": PARTS.d % (Q + 1), "qi": pow(Q + 2, -1, P)},
    {"p": Q, "q": P}, {"p": 1, "q": N}, {"p": 0, "q": 0}, {"dp": PARTS.dmp1 + 2}, {"dp": 0},
    {"dq": PARTS.dmq1 ^ 1}, {"qi": PARTS.iqmp + 1}, {"dp": 0, "dq": 0, "qi": 0},
]  # fmt: skip


@pytest.mark.parametrize("changes", DAMAGED, ids="+".join)
def test_a_private_key_whose_parts_do_not_match_is_refused(changes: dict[str, int]) -> None:
    with pytest.raises(KeyFormatError, match="is damaged"):
        load_private_key(pkcs1_private(**changes))


@pytest.mark.parametrize("p", [P + 1, P + 2], ids=["even", "odd"])
def test_a_private_key_with_a_factor_that_is_not_prime_is_refused(p: int) -> None:
    d = pow(PARTS.public_numbers.e, -1, lcm(p - 1, Q - 1))
    matching = {"n": p * Q, "d": d, "p": p, "dp": d % (p - 1), "dq": d % (Q - 1), "qi": pow(Q, -1, p)}
    with pytest.raises(KeyFormatError, match="is damaged"):
        load_private_key(pkcs1_private(**matching))
    assert load_private_key(pkcs1_private()).private_numbers() == PARTS


PRIVATE_DER = b64decode(bare(PRIVATE))


@given(st.integers(0, len(PRIVATE_DER) * 8 - 1))
def test_a_private_key_with_a_flipped_bit_is_refused(bit: int) -> None:
    assert not flipped_private_key_is_accepted(PRIVATE_DER, bit)


@pytest.mark.parametrize("pem", [PUBLIC, PKCS1_PUBLIC], ids=["SPKI", "PKCS#1"])
def test_a_public_key_with_a_flipped_bit_verifies_nothing(pem: str) -> None:
    der = b64decode(bare(pem))
    assert [bit for bit in range(0, len(der) * 8, 7) if flipped_public_key_is_accepted(der, bit)] == []


def test_a_public_key_with_a_weak_exponent_or_an_even_modulus_is_refused() -> None:
    for exponent in (0, 1, 2):
        with pytest.raises(KeyFormatError):
            load_public_key(der_integers(N, exponent))
    with pytest.raises(KeyFormatError, match="is damaged"):
        load_public_key(der_integers(N + 1, 65537))
