"""The forms of keys that are accepted, and the texts that are refused with their reasons."""

import json

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.openssl import KEYS
from tests.unit.key_cases import PKCS1_PRIVATE, PKCS1_PUBLIC, PRIVATE, PRIVATE_KEY, PUBLIC, PUBLIC_KEY, bare

_REFUSED = KEYS / "refused"


def dressings(pem: str) -> dict[str, str]:
    """One key in every form that has been seen in consoles, mails and secrets."""
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
        "line breaks written as backslash n": pem.replace("\n", "\\n"),
        "line breaks written as backslash r and n": pem.replace("\n", "\\r\\n"),
        "in quotes": f'"{pem.strip()}"',
        "bare in quotes": f"'{bare(pem)}' ",
        "with a byte order mark": "\ufeff" + pem,
        "bag attributes above": f"Bag Attributes\n    friendlyName: merchant\nKey Attributes: <No Attributes>\n{pem}",
        "with its certificate": refused_key("certificate") + pem,
        "pasted twice": pem + pem,
        "trailing blanks": "\n".join(line + "  " for line in lines) + "\n \t\n",
    }


def refused_key(name: str) -> str:
    return (_REFUSED / f"{name}.pem").read_text()


def without_line(pem: str, number: int) -> str:
    lines = pem.splitlines()
    del lines[number]
    return "\n".join(lines)


NEITHER = "is neither PEM nor one line of Base64"
PRIVATE_EXPECTED = "is not a PKCS#8 or PKCS#1 private key"
PUBLIC_EXPECTED = "is not an RSA public key"
CERTIFICATE = "is a certificate: store the key itself"
ELLIPTIC = "is an elliptic-curve key: an RSA key is needed"
PASSPHRASE = "is protected by a passphrase"
OPENSSH_PRIVATE = PRIVATE_KEY.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
OPENSSH_PUBLIC = PUBLIC_KEY.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
JWK = json.dumps({"kty": "RSA", "n": "AQAB", "e": "AQAB"})


NOT_PRIVATE = {
    "EC": (refused_key("ec_private"), ELLIPTIC),
    "EC, SEC 1": ("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----", ELLIPTIC),
    "Ed25519": (refused_key("ed25519_private"), "is not an RSA key"),
    "DSA": (refused_key("dsa_private"), "is not an RSA key"),
    "1024 bits": (refused_key("rsa1024_private"), "has 1024 bits: at least 2048 are needed"),
    "encrypted PKCS#8": (refused_key("encrypted_pkcs8_private"), PASSPHRASE),
    "encrypted PKCS#1": (refused_key("encrypted_pkcs1_private"), PASSPHRASE),
    "encrypted PKCS#8, bare": (bare(refused_key("encrypted_pkcs8_private")), PASSPHRASE),
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
    "not ASCII": ("\u043a\u043b\u044e\u0447", NEITHER),
    "path": ("/run/secrets/key.pem", NEITHER),
    "certificate": (refused_key("certificate"), CERTIFICATE),
    "certificate, bare": (bare(refused_key("certificate")), CERTIFICATE),
    "OpenSSH": (OPENSSH_PRIVATE, "is an OpenSSH key: convert it"),
    "JWK": (JWK, NEITHER),
    "three primes": (refused_key("three_primes_private"), PRIVATE_EXPECTED),
    "nonsense": ("AAAA", PRIVATE_EXPECTED),
    "empty": ("", PRIVATE_EXPECTED),
}
NOT_PUBLIC = {
    "EC": (refused_key("ec_public"), ELLIPTIC),
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
    "not ASCII": ("\u043a\u043b\u044e\u0447", NEITHER),
    "address": ("https://example.com/key", NEITHER),
    "certificate": (refused_key("certificate"), CERTIFICATE),
    "certificate, bare": (bare(refused_key("certificate")), CERTIFICATE),
    "OpenSSH": (OPENSSH_PUBLIC, NEITHER),
    "JWK": (JWK, NEITHER),
    "empty": ("", PUBLIC_EXPECTED),
}
