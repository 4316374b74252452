"""Keys in every form that providers hand out, and keys that must be refused."""

import pytest

from balance_core.signing import KeyFormatError, load_private_key, load_public_key
from tests.openssl import KEYS
from tests.unit.key_cases import PKCS1_PRIVATE, PKCS1_PUBLIC, PRIVATE, PRIVATE_KEY, PUBLIC, PUBLIC_KEY, bare

REFUSED = KEYS / "refused"


def dressings(pem: str) -> dict[str, str]:
    """One key in every wrapping that has been seen in consoles, mails and secrets."""
    lines = pem.strip().splitlines()
    return {
        "PEM": pem,
        "PEM with CRLF": pem.replace("\n", "\r\n"),
        "PEM without its last line break": pem.strip(),
        "PEM in one line": " ".join(lines),
        "PEM indented": "\n".join("    " + line for line in lines),
        "PEM with blank lines and tabs": "\n\n\t".join(["", *lines, ""]),
        "bare": bare(pem),
        "bare with a line break at the end": bare(pem) + "\r\n",
        "bare in lines of 64": "\n".join(lines[1:-1]),
        "bare with spaces": " ".join(lines[1:-1]),
    }


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


def without_line(pem: str, number: int) -> str:
    lines = pem.splitlines()
    del lines[number]
    return "\n".join(lines)


NEITHER = "is neither PEM nor one line of Base64"
PRIVATE_EXPECTED = "is not a PKCS#8 or PKCS#1 private key"
PUBLIC_EXPECTED = "is not an RSA public key"
PASSPHRASE = "is protected by a passphrase"


def refused_key(name: str) -> str:
    return (REFUSED / f"{name}.pem").read_text()


NOT_PRIVATE = {
    "EC": (refused_key("ec_private"), "is not an RSA key"),
    "Ed25519": (refused_key("ed25519_private"), "is not an RSA key"),
    "DSA": (refused_key("dsa_private"), "is not an RSA key"),
    "1024 bits": (refused_key("rsa1024_private"), "has 1024 bits: at least 2048 are needed"),
    "encrypted PKCS#8": (refused_key("encrypted_pkcs8_private"), PASSPHRASE),
    "encrypted PKCS#1": (refused_key("encrypted_pkcs1_private"), PASSPHRASE),
    "encrypted PKCS#8, bare": (bare(refused_key("encrypted_pkcs8_private")), PRIVATE_EXPECTED),
    "public": (PUBLIC, PRIVATE_EXPECTED),
    "public, bare": (bare(PUBLIC), PRIVATE_EXPECTED),
    "public PKCS#1": (PKCS1_PUBLIC, PRIVATE_EXPECTED),
    "first line missing": (without_line(PRIVATE, 1), PRIVATE_EXPECTED),
    "line missing": (without_line(PRIVATE, 10), PRIVATE_EXPECTED),
    "last line missing": (without_line(PRIVATE, -2), PRIVATE_EXPECTED),
    "line of PKCS#1 missing": (without_line(PKCS1_PRIVATE, 5), PRIVATE_EXPECTED),
    "end missing": (bare(PRIVATE)[:-3], NEITHER),
    "wrong character": (PRIVATE.replace("M", "*", 1), NEITHER),
    "stray character": (bare(PRIVATE)[:100] + "*" + bare(PRIVATE)[100:], NEITHER),
    "not ASCII": ("\u043a\u043b\u044e\u0447", PRIVATE_EXPECTED),
    "path": ("/run/secrets/key.pem", NEITHER),
    "nonsense": ("AAAA", PRIVATE_EXPECTED),
    "empty": ("", PRIVATE_EXPECTED),
}
NOT_PUBLIC = {
    "EC": (refused_key("ec_public"), "is not an RSA key"),
    "Ed25519": (refused_key("ed25519_public"), "is not an RSA key"),
    "DSA": (refused_key("dsa_public"), "is not an RSA key"),
    "1024 bits": (refused_key("rsa1024_public"), "has 1024 bits: at least 2048 are needed"),
    "private": (PRIVATE, "is a private key: the provider's public key belongs here"),
    "private PKCS#1": (PKCS1_PRIVATE, "is a private key: the provider's public key belongs here"),
    "encrypted private": (refused_key("encrypted_pkcs8_private"), "is a private key"),
    "private, bare": (bare(PRIVATE), PUBLIC_EXPECTED),
    "private PKCS#1, bare": (bare(PKCS1_PRIVATE), PUBLIC_EXPECTED),
    "line missing": (without_line(PUBLIC, 3), PUBLIC_EXPECTED),
    "last line missing": (without_line(PUBLIC, -2), PUBLIC_EXPECTED),
    "end missing": (bare(PUBLIC)[:-1], NEITHER),
    "stray character": (bare(PUBLIC)[:100] + "-" + bare(PUBLIC)[100:], NEITHER),
    "not ASCII": ("\u043a\u043b\u044e\u0447", PUBLIC_EXPECTED),
    "address": ("https://example.com/key", NEITHER),
    "empty": ("", PUBLIC_EXPECTED),
}


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
