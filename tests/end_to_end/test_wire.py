"""What really left the functions, judged by the `openssl` command, and what was written down about it."""

import base64
import json
import re
from pathlib import Path

from tests.end_to_end.questions import type_command
from tests.local.company import BOT_TOKEN, SIGNING_SECRET
from tests.local.simulators.keys import KeyPair
from tests.local.system import LocalSystem
from tests.openssl import aes_cbc_decrypt, rsa_decrypt, verifies

# What Lambda and the emulator report themselves has durations, such as 1008.29 ms.
_OF_LAMBDA = re.compile(r"REPORT RequestId: |.{0,40}\(rapid\) IN(IT|VOKE) ")


def test_openssl_verifies_what_payby_and_payermax_got(system: LocalSystem, keys: Path, tmp_path: Path) -> None:
    type_command(system, "USD AED")
    public_key = tmp_path / "merchant_public.pem"
    public_key.write_text(KeyPair((keys / "merchant.pem").read_text(encoding="ascii")).public_pem, encoding="ascii")
    for provider in ("payby", "payermax"):
        requests = system.company.providers[provider].requests
        assert requests
        for request in requests:
            assert verifies(public_key, request.body, request.headers["sign"])


def test_openssl_opens_what_pagsmile_got(system: LocalSystem, keys: Path) -> None:
    told = type_command(system, "USD")
    envelope = json.loads(system.company.providers["pagsmile"].requests[-1].body)
    key = rsa_decrypt(envelope["random_key"], keys / "pagsmile.pem")
    iv, ciphertext = envelope["biz_data"][:16], base64.b64decode(envelope["biz_data"][16:], validate=True)
    assert json.loads(aes_cbc_decrypt(ciphertext, key, iv.encode())) == {"partner_id": envelope["partner_id"]}
    reference = told.at_once["text"].split("`")[1]
    assert envelope["request_id"].startswith(f"{reference}-")


def test_no_log_holds_a_secret_or_an_amount(system: LocalSystem, keys: Path) -> None:
    type_command(system, "")
    lines = [line for path in system.logs.iterdir() for line in path.read_text("utf-8", "replace").splitlines()]
    written = "\n".join(line for line in lines if not _OF_LAMBDA.match(line))
    assert "START RequestId" in written
    amounts = ["897993.88", "897,993.88", "1008.29", "1,008.29", "9248.93", "9,248.93", "100265403", "1784.63"]
    secrets = [SIGNING_SECRET, BOT_TOKEN, "/commands/", "PRIVATE KEY"]
    for path in keys.glob("*.pem"):
        bare = KeyPair(path.read_text(encoding="ascii")).private_base64
        secrets += [bare[start : start + 24] for start in range(0, len(bare) - 24, 24)]
    for provider in ("payby", "payermax"):
        secrets += [request.headers["sign"] for request in system.company.providers[provider].requests]
    assert [found for found in (*amounts, *secrets) if found in written] == []
