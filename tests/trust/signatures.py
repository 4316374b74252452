"""Signatures and keys: byte by byte as openssl's, no flipped bit accepted, every form of key judged as documented."""

import os
import secrets
from base64 import b64decode
from collections.abc import Callable, Mapping
from random import Random

from balance_core.signing import MIN_KEY_BITS, KeyFormatError, load_private_key, load_public_key
from tests.openssl import openssl
from tests.signatures import (
    accepted_flips_of_base64,
    flipped_body_is_accepted,
    flipped_private_key_is_accepted,
    flipped_public_key_is_accepted,
    flipped_signature_is_accepted,
    is_as_openssl_signs,
    random_body,
)
from tests.trust.report import Figure, Section, count
from tests.unit.key_cases import PKCS1_PRIVATE, PKCS1_PUBLIC, PRIVATE, PUBLIC, bare, public_key_of
from tests.unit.key_forms import NOT_PRIVATE, NOT_PUBLIC, dressings

_CASES = 1000
_SHORTEST = 512  # what openssl can make
_PRIVATE_SIZES = (512, 768, 1023, 1024, 1025, 1280, 1536, 1792, 2040, 2046, 2047)


def measure() -> Section:
    """The figures of a seed that is new each time; `SEED=... make trust` repeats one."""
    seed = os.environ.get("SEED") or secrets.token_hex(4)
    random = Random(seed)
    return Section(f"Signatures and keys, seed {seed}", (*_signatures(random), *_flips(random), *_forms(), *_sizes()))


def _signatures(random: Random) -> list[Figure]:
    same = sum(is_as_openssl_signs(random_body(random)) for _ in range(_CASES))
    return [count("signatures of random bodies equal to openssl's in every byte", same, _CASES)]


def _flips(random: Random) -> list[Figure]:
    """Random bits of bodies and signatures; of keys every single one, in both forms."""
    bodies = sum(not flipped_body_is_accepted(random) for _ in range(_CASES))
    signatures = sum(not flipped_signature_is_accepted(random) for _ in range(_CASES))
    return [
        count("flipped bits of bodies rejected", bodies, _CASES),
        count("flipped bits of signatures rejected", signatures, _CASES),
        count("flipped bits of signatures in Base64 accepted", accepted_flips_of_base64(random_body(random)), 0),
        _flipped_keys(
            "flipped bits of the provider's public key rejected", flipped_public_key_is_accepted, PUBLIC, PKCS1_PUBLIC
        ),
        _flipped_keys(
            "flipped bits of our private key rejected", flipped_private_key_is_accepted, PRIVATE, PKCS1_PRIVATE
        ),
    ]


def _flipped_keys(name: str, is_accepted: Callable[[bytes, int], bool], *pems: str) -> Figure:
    ders = [b64decode(bare(pem)) for pem in pems]
    rejected = sum(not is_accepted(der, bit) for der in ders for bit in range(len(der) * 8))
    return count(name, rejected, sum(len(der) * 8 for der in ders))


def _forms() -> list[Figure]:
    accepted = [
        *(_problem(load_private_key, text) for pem in (PRIVATE, PKCS1_PRIVATE) for text in dressings(pem).values()),
        *(_problem(load_public_key, text) for pem in (PUBLIC, PKCS1_PUBLIC) for text in dressings(pem).values()),
    ]
    refused = [*_refused(load_private_key, NOT_PRIVATE), *_refused(load_public_key, NOT_PUBLIC)]
    return [
        count("forms of keys accepted as documented", accepted.count(""), len(accepted)),
        count("forms of keys refused with their documented reason", sum(refused), len(refused)),
    ]


def _refused(load: Callable[[str], object], table: Mapping[str, tuple[str, str]]) -> list[bool]:
    return [_problem(load, text).startswith(reason) for text, reason in table.values()]


def _sizes() -> list[Figure]:
    sizes = range(_SHORTEST, MIN_KEY_BITS)
    public = [_problem(load_public_key, public_key_of(bits)).startswith(f"has {bits} bits") for bits in sizes]
    keys = [openssl("genrsa", str(bits)).decode() for bits in _PRIVATE_SIZES]
    private = [_problem(load_private_key, key).endswith(f"bits: at least {MIN_KEY_BITS} are needed") for key in keys]
    return [
        count("sizes of public keys from 512 to 2047 bits refused", sum(public), len(sizes)),
        count("sizes of private keys from 512 to 2047 bits refused", sum(private), len(_PRIVATE_SIZES)),
    ]


def _problem(load: Callable[[str], object], text: str) -> str:
    """Why the key is refused; empty when it is accepted."""
    try:
        load(text)
    except KeyFormatError as exc:
        return str(exc)
    return ""
