"""The throw-away keys of the simulators, compared with what the openssl command makes of them."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from tests import openssl
from tests.local.simulators.keys import is_signed_by, key_pair, load_public_key


def test_keys_are_made_once_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "keys"
    first = key_pair(folder, "a")
    assert key_pair(folder, "a") == first
    assert key_pair(folder, "b") != first
    assert first.private_key.key_size == 2048
    assert [path.name for path in sorted(folder.iterdir())] == ["a.pem", "b.pem"]
    assert stat.S_IMODE((folder / "a.pem").stat().st_mode) == 0o600
    assert "PRIVATE" not in repr(first)


def test_of_many_that_start_together_all_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        pairs = list(pool.map(lambda _: key_pair(tmp_path, "a"), range(4)))
    assert len(set(pairs)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.pem"]


def test_every_form_of_a_key_is_the_same_key(tmp_path: Path) -> None:
    pair = key_pair(tmp_path, "a")
    public = load_public_key(pair.public_pem)
    assert load_public_key(pair.public_base64) == public
    assert pair.private_pem.startswith("-----BEGIN PRIVATE KEY-----")
    assert pair.public_pem.startswith("-----BEGIN PUBLIC KEY-----")
    wrapped = f"-----BEGIN PRIVATE KEY-----\n{pair.private_base64}\n-----END PRIVATE KEY-----\n"
    private = serialization.load_pem_private_key(wrapped.encode(), None)
    assert private.public_key() == public
    assert "\n" not in pair.private_base64 + pair.public_base64


def test_signatures_agree_with_openssl(tmp_path: Path) -> None:
    pair = key_pair(tmp_path, "a")
    public_file = tmp_path / "a.pub"
    public_file.write_text(pair.public_pem)
    assert openssl.verifies(public_file, b"data", pair.sign(b"data"))
    by_openssl = openssl.sign(tmp_path / "a.pem", b"data")
    assert by_openssl == pair.sign(b"data")
    public = load_public_key(pair.public_pem)
    assert is_signed_by(public, b"data", by_openssl)
    assert not is_signed_by(public, b"date", by_openssl)
    assert not is_signed_by(public, b"data", by_openssl[:76] + "\n" + by_openssl[76:])


@pytest.mark.parametrize("text", ["", "%%%", "AAAA", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_text_that_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        load_public_key(text)
