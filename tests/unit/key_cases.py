"""The throw-away keys in the forms that the key tests need, and damaged copies of them."""

from base64 import b64encode

from balance_core.provider.signing import load_private_key, load_public_key
from tests.openssl import KEYS, openssl

PRIVATE = (KEYS / "merchant_private.pem").read_text()
PUBLIC = (KEYS / "merchant_public.pem").read_text()
PRIVATE_KEY = load_private_key(PRIVATE)
PUBLIC_KEY = load_public_key(PUBLIC)
OTHER_PUBLIC_KEY = load_public_key((KEYS / "provider_public.pem").read_text())
PKCS1_PRIVATE = openssl("rsa", "-traditional", data=PRIVATE.encode()).decode()
PKCS1_PUBLIC = openssl("rsa", "-RSAPublicKey_out", data=PRIVATE.encode()).decode()
PARTS = PRIVATE_KEY.private_numbers()


def bare(pem: str) -> str:
    """The key's Base64 in one line, without PEM header and footer."""
    return "".join(pem.strip().splitlines()[1:-1])


def der_length(length: int) -> bytes:
    size = (length.bit_length() + 7) // 8
    return bytes([length]) if length < 128 else bytes([0x80 | size]) + length.to_bytes(size, "big")


def der_integers(*numbers: int) -> str:
    """A DER sequence of these numbers as bare Base64, which is what a PKCS#1 key is."""
    content = b""
    for number in numbers:
        value = number.to_bytes(number.bit_length() // 8 + 1, "big")
        content += b"\x02" + der_length(len(value)) + value
    return b64encode(b"\x30" + der_length(len(content)) + content).decode()


def pkcs1_private(**changes: int) -> str:
    """The private key in PKCS#1, with some of its parts changed: n, e, d, p, q, dp, dq, qi."""
    public = PARTS.public_numbers
    names = {"n": public.n, "e": public.e, "d": PARTS.d, "p": PARTS.p, "q": PARTS.q}
    names |= {"dp": PARTS.dmp1, "dq": PARTS.dmq1, "qi": PARTS.iqmp}
    return der_integers(0, *{**names, **changes}.values())


def public_key_of(bits: int) -> str:
    """A public key of that size in PKCS#1 as bare Base64; it has no private key."""
    return der_integers((1 << bits - 1) + 1, 65537)
