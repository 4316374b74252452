"""SHA256withRSA over exact bytes, judged by the `openssl` command."""

from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_core.signing import sign, verify
from tests.openssl import KEYS, openssl
from tests.unit.key_cases import OTHER_PUBLIC_KEY, PRIVATE_KEY, PUBLIC_KEY

GOLDEN = KEYS.parent / "signing"


@pytest.mark.parametrize("name", ["compact", "spaced", "empty"])
def test_golden_signatures_of_openssl(name: str) -> None:
    body = (GOLDEN / f"{name}.body").read_bytes()
    signature = (GOLDEN / f"{name}.sign").read_text()
    assert sign(PRIVATE_KEY, body) == signature
    assert verify([PUBLIC_KEY], body, signature)


def test_openssl_verifies_what_we_sign(tmp_path: Path) -> None:
    body = '{"currency":"AED","note":"درهم"}'.encode()
    signature = tmp_path / "signature"
    signature.write_bytes(b64decode(sign(PRIVATE_KEY, body), validate=True))
    verdict = openssl("dgst", "-sha256", "-verify", KEYS / "merchant_public.pem", "-signature", signature, data=body)
    assert verdict == b"Verified OK\n"


@given(st.binary(max_size=300))
def test_a_signature_is_for_these_bytes_and_this_key_only(body: bytes) -> None:
    signature = sign(PRIVATE_KEY, body)
    assert verify([PUBLIC_KEY], body, signature)
    assert not verify([PUBLIC_KEY], body + b" ", signature)
    assert not verify([OTHER_PUBLIC_KEY], body, signature)


def test_several_keys_let_a_provider_roll_its_own() -> None:
    signature = sign(PRIVATE_KEY, b"body")
    assert verify([OTHER_PUBLIC_KEY, PUBLIC_KEY], b"body", signature)
    assert verify(iter([PUBLIC_KEY, OTHER_PUBLIC_KEY]), b"body", signature)
    assert not verify([], b"body", signature)


GOOD = sign(PRIVATE_KEY, b"body")


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "=",
        "nonsense",
        "\u043a\u043b\u044e\u0447",
        GOOD[:-4],
        GOOD[:-1],
        GOOD + "AAAA",
        GOOD + "\n",
        GOOD[:-3] + chr(ord(GOOD[-3]) + 1) + "==",  # the same bytes, with a bit set that Base64 does not use
        " " + GOOD,
        GOOD.replace("+", "-").replace("/", "_"),
        b64encode(b"\x00" * 256).decode(),
        b64encode(b"\xff" * 256).decode(),
    ],
)
def test_what_is_no_signature_does_not_verify(signature: str) -> None:
    assert not verify([PUBLIC_KEY], b"body", signature)


@given(st.text())
def test_no_text_verifies_by_chance_or_raises(signature: str) -> None:
    assert not verify([PUBLIC_KEY, OTHER_PUBLIC_KEY], b"body", signature)


def test_the_verdict_is_true_or_false() -> None:
    assert [verify([PUBLIC_KEY], b"body", text) for text in (GOOD, "ä", GOOD + "\n")] == [True, False, False]
    assert verify([OTHER_PUBLIC_KEY], b"body", GOOD) is False
