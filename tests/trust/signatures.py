"""Signatures equal to openssl's, no flipped bit accepted, and every form of key accepted or refused as documented."""

import os
import secrets
from base64 import b64decode
from collections.abc import Callable
from random import Random

from balance_core.provider.signing import MIN_KEY_BITS, KeyFormatError, load_private_key, load_public_key
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
_SHORTEST = 512  # the shortest that openssl makes
_PRIVATE_SIZES = (512, 768, 1023, 1024, 1025, 1280, 1536, 1792, 2040, 2046, 2047)


def measure() -> Section:
    """Each run has a new seed; `SEED=... make trust` repeats one."""
    seed = os.environ.get("SEED") or secrets.token_hex(4)
    return Section(f"Signatures and keys, seed {seed}", (*_signatures(Random(seed)), *_forms(), *_sizes()))


def _signatures(random: Random) -> list[Figure]:
    """Random bodies, random bits of bodies and signatures, and every bit of the keys in both forms."""
    same = sum(is_as_openssl_signs(random_body(random)) for _ in range(_CASES))
    bodies = sum(not flipped_body_is_accepted(random) for _ in range(_CASES))
    signatures = sum(not flipped_signature_is_accepted(random) for _ in range(_CASES))
    return [
        count("signatures of random bodies equal to openssl's", same, _CASES),
        count("flipped bits of bodies rejected", bodies, _CASES),
        count("flipped bits of signatures rejected", signatures, _CASES),
        count("flipped bits of signatures in Base64 accepted", accepted_flips_of_base64(random_body(random)), 0),
        _flipped_keys("the provider's public key", flipped_public_key_is_accepted, PUBLIC, PKCS1_PUBLIC),
        _flipped_keys("our private key", flipped_private_key_is_accepted, PRIVATE, PKCS1_PRIVATE),
    ]


def _flipped_keys(name: str, is_accepted: Callable[[bytes, int], bool], *pems: str) -> Figure:
    cases = [(der, bit) for pem in pems for der in (b64decode(bare(pem)),) for bit in range(len(der) * 8)]
    return count(f"flipped bits of {name} rejected", sum(not is_accepted(*case) for case in cases), len(cases))


def _forms() -> list[Figure]:
    private = [(load_private_key, text) for pem in (PRIVATE, PKCS1_PRIVATE) for text in dressings(pem).values()]
    public = [(load_public_key, text) for pem in (PUBLIC, PKCS1_PUBLIC) for text in dressings(pem).values()]
    accepted = [_problem(load, text) for load, text in (*private, *public)].count("")
    not_private = [(load_private_key, *case) for case in NOT_PRIVATE.values()]
    not_public = [(load_public_key, *case) for case in NOT_PUBLIC.values()]
    refused = sum(_problem(load, text).startswith(reason) for load, text, reason in (*not_private, *not_public))
    return [
        count("forms of keys accepted as documented", accepted, len(private) + len(public)),
        count("forms of keys refused with their documented reason", refused, len(NOT_PRIVATE) + len(NOT_PUBLIC)),
    ]


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
