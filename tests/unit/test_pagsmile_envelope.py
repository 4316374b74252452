"""Pagsmile's encryption, compared with the `openssl` command in both directions."""

import re
from base64 import b64decode, b64encode
from random import Random
from textwrap import wrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagsmile_balance.envelope import Envelope, EnvelopeError, seal, unseal
from tests.conversation import counting_bytes
from tests.openssl import KEYS, aes_cbc_decrypt, openssl, rsa_decrypt, rsa_encrypt
from tests.provider_fixtures import PROVIDER
from tests.unit.key_cases import OTHER_PUBLIC_KEY as PROVIDER_PUBLIC
from tests.unit.key_cases import PRIVATE_KEY as MERCHANT
from tests.unit.provider_cases import PAGSMILE, sealed_by_openssl

FIXTURES = PAGSMILE.fixtures
ROWS = (FIXTURES / "golden_rows.json").read_bytes()


def test_request_and_answer_equal_the_golden_ones_made_by_openssl() -> None:
    sealed = seal(b'{"partner_id":"00000000000000000"}', PROVIDER_PUBLIC, counting_bytes())
    assert sealed.text == (FIXTURES / "golden_biz_data.txt").read_text()
    random_key = (FIXTURES / "golden_random_key.txt").read_text()
    assert unseal(Envelope(random_key, (FIXTURES / "golden_data.txt").read_text()), MERCHANT) == ROWS


def test_openssl_decrypts_our_request() -> None:
    plain = '{"partner_id":"Żółw 余额"}'.encode()
    sealed = seal(plain, PROVIDER_PUBLIC, counting_bytes())
    key = rsa_decrypt(sealed.random_key, KEYS / "provider_private.pem")
    iv = sealed.text[:16]
    assert aes_cbc_decrypt(b64decode(sealed.text[16:], validate=True), key, iv.encode()) == plain
    assert re.fullmatch(rb"[A-Za-z0-9+/]{16}", key), "the key must read the same as text and as bytes"
    assert re.fullmatch(r"[0-9A-F]{16}", iv)


@pytest.mark.parametrize("length", [16, 24, 32])
@pytest.mark.parametrize("plain", [b"", b"[]", b"x" * 16, ROWS])
def test_an_answer_is_decrypted_with_an_aes_key_of_any_length(length: int, plain: bytes) -> None:
    assert unseal(sealed_by_openssl(plain, bytes(range(200, 200 + length))), MERCHANT) == plain


@given(st.binary(max_size=200), st.randoms(use_true_random=False))
def test_an_encrypted_text_is_decrypted_to_the_same_bytes(plain: bytes, random: Random) -> None:
    assert unseal(seal(plain, PROVIDER_PUBLIC, random.randbytes), PROVIDER.private_key) == plain


GOOD = sealed_by_openssl(ROWS)
IV, CIPHERTEXT = GOOD.text[:16], GOOD.text[16:]
URL_SAFE = str.maketrans("+/", "-_")
NOT_PADDED = b64encode(
    openssl("enc", "-aes-128-cbc", "-nopad", "-K", b"K".hex() * 16, "-iv", b"A".hex() * 16, data=b"x" * 32)
)
DAMAGED = {
    "no random key": Envelope("", GOOD.text),
    "random key is not Base64": Envelope("%" * 344, GOOD.text),
    "random key is not ASCII": Envelope("ключ", GOOD.text),
    "random key is cut": Envelope(GOOD.random_key[:-4], GOOD.text),
    "random key is larger than the modulus": Envelope(b64encode(b"\xff" * 256).decode(), GOOD.text),
    "random key holds another AES key": Envelope(rsa_encrypt(b"K" * 16, KEYS / "merchant_public.pem"), GOOD.text),
    "AES key of 0 bytes": Envelope(rsa_encrypt(b"", KEYS / "merchant_public.pem"), GOOD.text),
    "AES key of 15 bytes": Envelope(rsa_encrypt(b"K" * 15, KEYS / "merchant_public.pem"), GOOD.text),
    "no text": Envelope(GOOD.random_key, ""),
    "text is only an IV": Envelope(GOOD.random_key, IV),
    "IV is not hexadecimal": Envelope(GOOD.random_key, "G" * 16 + CIPHERTEXT),
    "IV is missing": Envelope(GOOD.random_key, CIPHERTEXT),
    "ciphertext is not Base64": Envelope(GOOD.random_key, IV + "!" + CIPHERTEXT[1:]),
    "ciphertext holds another character": Envelope(GOOD.random_key, f"{IV}{CIPHERTEXT[:8]}!{CIPHERTEXT[8:]}"),
    "ciphertext is cut inside a block": Envelope(GOOD.random_key, IV + CIPHERTEXT[:-4]),
    "ciphertext is cut between blocks": Envelope(GOOD.random_key, IV + CIPHERTEXT[:64]),
    "padding is wrong": Envelope(rsa_encrypt(b"K" * 16, KEYS / "merchant_public.pem"), "A" * 16 + NOT_PADDED.decode()),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_every_damaged_envelope_is_refused_with_the_same_message(name: str) -> None:
    with pytest.raises(EnvelopeError) as caught:
        unseal(DAMAGED[name], MERCHANT)
    assert str(caught.value) == "cannot be decrypted with private_key"


LENIENT = {
    "IV in lower case": sealed_by_openssl(ROWS, iv=b"0123456789abcdef"),
    "line breaks": Envelope("\r\n".join(wrap(GOOD.random_key, 76)), "\n".join(wrap(GOOD.text, 76)) + "\n"),
    "url-safe": Envelope(GOOD.random_key.translate(URL_SAFE), IV + CIPHERTEXT.translate(URL_SAFE)),
    "unpadded": Envelope(GOOD.random_key.rstrip("="), GOOD.text.rstrip("=")),
    "white space around": Envelope(f" {GOOD.random_key}\t", f"\n {GOOD.text} "),
}


@pytest.mark.parametrize("name", LENIENT)
def test_base64_is_read_as_servers_write_it(name: str) -> None:
    assert unseal(LENIENT[name], MERCHANT) == ROWS


def test_a_ciphertext_may_end_with_a_letter() -> None:
    texts = (b"%032d" % number for number in range(5000))
    sealed = ((plain, seal(plain, PROVIDER_PUBLIC, counting_bytes())) for plain in texts)
    plain, envelope = next((plain, envelope) for plain, envelope in sealed if envelope.text.endswith("X"))
    assert unseal(envelope, PROVIDER.private_key) == plain


@given(random_key=st.text(), text=st.text())
def test_arbitrary_texts_are_refused(random_key: str, text: str) -> None:
    with pytest.raises(EnvelopeError):
        unseal(Envelope(random_key, GOOD.text), MERCHANT)
    with pytest.raises(EnvelopeError):
        unseal(Envelope(GOOD.random_key, text), MERCHANT)


def test_an_envelope_does_not_print_its_content() -> None:
    assert GOOD.text not in repr(GOOD)
    assert GOOD.random_key not in repr(GOOD)
