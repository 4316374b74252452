"""The hybrid encryption, judged by the `openssl` command in both directions."""

import re
from base64 import b64decode, b64encode
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_core.signing import load_private_key, load_public_key
from pagsmile_balance.envelope import Envelope, EnvelopeError, seal, unseal
from tests.openssl import KEYS, aes_cbc_decrypt, openssl, rsa_decrypt, rsa_encrypt
from tests.unit.pagsmile_cases import FIXTURES, counting_bytes, sealed_by_openssl

MERCHANT = load_private_key((KEYS / "merchant_private.pem").read_text())
PROVIDER = load_private_key((KEYS / "provider_private.pem").read_text())
PROVIDER_PUBLIC = load_public_key((KEYS / "provider_public.pem").read_text())
ROWS = (FIXTURES / "golden_rows.json").read_bytes()


def test_opens_the_golden_answer_that_openssl_made() -> None:
    random_key = (FIXTURES / "golden_random_key.txt").read_text()
    data = (FIXTURES / "golden_data.txt").read_text()
    assert unseal(Envelope(random_key, data), MERCHANT) == ROWS


def test_seals_the_golden_request_that_openssl_made() -> None:
    sealed = seal(b'{"partner_id":"00000000000000000"}', PROVIDER_PUBLIC, counting_bytes())
    assert sealed.text == (FIXTURES / "golden_biz_data.txt").read_text()


def test_openssl_opens_what_we_seal() -> None:
    plain = '{"partner_id":"Żółw 余额"}'.encode()
    sealed = seal(plain, PROVIDER_PUBLIC, counting_bytes())
    key = rsa_decrypt(sealed.random_key, KEYS / "provider_private.pem")
    iv = sealed.text[:16]
    assert aes_cbc_decrypt(b64decode(sealed.text[16:], validate=True), key, iv.encode()) == plain
    assert re.fullmatch(rb"[A-Za-z0-9+/]{16}", key), "16 ASCII characters, so that text and bytes are the same"
    assert re.fullmatch(r"[0-9A-F]{16}", iv)


@pytest.mark.parametrize("length", [16, 24, 32])
@pytest.mark.parametrize("plain", [b"", b"[]", b"x" * 16, ROWS])
def test_opens_what_openssl_seals_with_every_length_of_key(length: int, plain: bytes) -> None:
    key = bytes(range(200, 200 + length))
    assert unseal(sealed_by_openssl(plain, key), MERCHANT) == plain


@given(st.binary(max_size=200), st.randoms(use_true_random=False))
def test_what_is_sealed_opens_to_the_same_bytes(plain: bytes, random: Random) -> None:
    assert unseal(seal(plain, PROVIDER_PUBLIC, random.randbytes), PROVIDER) == plain


def test_every_seal_has_a_key_and_an_iv_of_its_own() -> None:
    random_bytes = counting_bytes()
    first, second = (seal(b"{}", PROVIDER_PUBLIC, random_bytes) for _ in range(2))
    assert first.text[:16] != second.text[:16]
    keys = {rsa_decrypt(sealed.random_key, KEYS / "provider_private.pem") for sealed in (first, second)}
    assert len(keys) == 2


def wrapped_for_somebody_else(key: bytes) -> str:
    """As openssl wraps it, but padded with ones, so that it is the same each time.

    What is padded at random opens now and then, with another's key, to the noise that is tested with the replies.
    """
    numbers = PROVIDER_PUBLIC.public_numbers()
    padded = b"\0\2" + b"\1" * (253 - len(key)) + b"\0" + key
    return b64encode(pow(int.from_bytes(padded, "big"), numbers.e, numbers.n).to_bytes(256, "big")).decode()


def test_somebody_else_can_open_what_is_wrapped_for_them() -> None:
    assert rsa_decrypt(wrapped_for_somebody_else(b"K" * 16), KEYS / "provider_private.pem") == b"K" * 16


GOOD = sealed_by_openssl(ROWS)
IV, CIPHERTEXT = GOOD.text[:16], GOOD.text[16:]
NOT_PADDED = b64encode(
    openssl("enc", "-aes-128-cbc", "-nopad", "-K", b"K".hex() * 16, "-iv", b"A".hex() * 16, data=b"x" * 32)
)
DAMAGED = {
    "no random key": Envelope("", GOOD.text),
    "random key is not Base64": Envelope("%" * 344, GOOD.text),
    "random key is not ASCII": Envelope("ключ", GOOD.text),
    "random key has a line break": Envelope(GOOD.random_key[:76] + "\n" + GOOD.random_key[76:], GOOD.text),
    "random key is cut": Envelope(GOOD.random_key[:-4], GOOD.text),
    "random key is larger than the modulus": Envelope(b64encode(b"\xff" * 256).decode(), GOOD.text),
    "random key is for somebody else": Envelope(wrapped_for_somebody_else(b"K" * 16), GOOD.text),
    "random key holds another AES key": Envelope(rsa_encrypt(b"K" * 16, KEYS / "merchant_public.pem"), GOOD.text),
    "AES key of 0 bytes": Envelope(rsa_encrypt(b"", KEYS / "merchant_public.pem"), GOOD.text),
    "AES key of 15 bytes": Envelope(rsa_encrypt(b"K" * 15, KEYS / "merchant_public.pem"), GOOD.text),
    "AES key of 64 bytes": Envelope(rsa_encrypt(b"K" * 64, KEYS / "merchant_public.pem"), GOOD.text),
    "no text": Envelope(GOOD.random_key, ""),
    "text is only an IV": Envelope(GOOD.random_key, IV),
    "text is shorter than an IV": Envelope(GOOD.random_key, IV[:15]),
    "IV in lower case": Envelope(GOOD.random_key, IV.lower() + CIPHERTEXT),
    "IV is not hexadecimal": Envelope(GOOD.random_key, "G" * 16 + CIPHERTEXT),
    "IV is missing": Envelope(GOOD.random_key, CIPHERTEXT),
    "ciphertext is not Base64": Envelope(GOOD.random_key, IV + "!" + CIPHERTEXT[1:]),
    "ciphertext is not ASCII": Envelope(GOOD.random_key, IV + "é" + CIPHERTEXT[1:]),
    "ciphertext has a line break": Envelope(GOOD.random_key, IV + CIPHERTEXT[:76] + "\n" + CIPHERTEXT[76:]),
    "ciphertext is cut inside a block": Envelope(GOOD.random_key, IV + CIPHERTEXT[:-4]),
    "ciphertext is cut between blocks": Envelope(GOOD.random_key, IV + CIPHERTEXT[:64]),
    "padding is wrong": Envelope(rsa_encrypt(b"K" * 16, KEYS / "merchant_public.pem"), "A" * 16 + NOT_PADDED.decode()),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_refuses_a_damaged_envelope_with_one_and_the_same_message(name: str) -> None:
    with pytest.raises(EnvelopeError) as caught:
        unseal(DAMAGED[name], MERCHANT)
    assert str(caught.value) == "cannot be decrypted with private_key"


@given(random_key=st.text(), text=st.text())
def test_refuses_every_text_that_nobody_sealed(random_key: str, text: str) -> None:
    with pytest.raises(EnvelopeError):
        unseal(Envelope(random_key, GOOD.text), MERCHANT)
    with pytest.raises(EnvelopeError):
        unseal(Envelope(GOOD.random_key, text), MERCHANT)


def test_an_envelope_does_not_print_itself() -> None:
    assert GOOD.text not in repr(GOOD)
    assert GOOD.random_key not in repr(GOOD)
