"""Keys whose numbers were damaged on the way: OpenSSL alone would load them, and use some of them."""

from base64 import b64decode, b64encode
from math import lcm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_core.signing import KeyFormatError, load_private_key, load_public_key
from tests.unit.key_cases import PARTS, PRIVATE, bare, der_integers, pkcs1_private

N, P, Q = PARTS.public_numbers.n, PARTS.p, PARTS.q
DAMAGED: list[dict[str, int]] = [
    {"n": N + 2},
    {"n": N + 1},
    {"e": 3},
    {"e": 1, "d": 1, "dp": 1, "dq": 1},
    {"d": PARTS.d + 2},
    {"d": 0},
    {"p": P + 2},
    {"q": Q + 2},
    {"q": Q + 2, "dq": PARTS.d % (Q + 1), "qi": pow(Q + 2, -1, P)},
    {"p": Q, "q": P},
    {"p": 1, "q": N},
    {"p": 0, "q": 0},
    {"dp": PARTS.dmp1 + 2},
    {"dp": 0},
    {"dq": PARTS.dmq1 ^ 1},
    {"qi": PARTS.iqmp + 1},
    {"dp": 0, "dq": 0, "qi": 0},
]


@pytest.mark.parametrize("changes", DAMAGED, ids="+".join)
def test_a_private_key_whose_parts_do_not_belong_together_is_refused(changes: dict[str, int]) -> None:
    with pytest.raises(KeyFormatError, match="is damaged"):
        load_private_key(pkcs1_private(**changes))


@pytest.mark.parametrize("p", [P + 1, P + 2], ids=["even", "odd"])
def test_parts_that_agree_around_a_number_that_is_no_prime_are_refused(p: int) -> None:
    d = pow(PARTS.public_numbers.e, -1, lcm(p - 1, Q - 1))
    agreeing = {"n": p * Q, "d": d, "p": p, "dp": d % (p - 1), "dq": d % (Q - 1), "qi": pow(Q, -1, p)}
    with pytest.raises(KeyFormatError, match="is damaged"):
        load_private_key(pkcs1_private(**agreeing))


def test_the_undamaged_parts_are_accepted() -> None:
    assert load_private_key(pkcs1_private()).private_numbers() == PARTS


@given(st.integers(0, len(b64decode(bare(PRIVATE))) * 8 - 1))
def test_a_private_key_with_any_one_bit_flipped_is_refused(position: int) -> None:
    der = bytearray(b64decode(bare(PRIVATE)))
    der[position // 8] ^= 1 << position % 8
    with pytest.raises(KeyFormatError):
        load_private_key(b64encode(der).decode())


@pytest.mark.parametrize("exponent", [0, 1, 2])
def test_a_public_exponent_that_hides_nothing_is_refused(exponent: int) -> None:
    with pytest.raises(KeyFormatError):
        load_public_key(der_integers(N, exponent))


def test_an_even_modulus_is_refused_before_its_first_use() -> None:
    with pytest.raises(KeyFormatError, match="is damaged"):
        load_public_key(der_integers(N + 1, 65537))
