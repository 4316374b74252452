"""What the functions really send, judged by the `openssl` command."""

import base64
import json
from pathlib import Path

from tests.end_to_end.questions import type_command
from tests.local.simulators.keys import KeyPair
from tests.local.system import LocalSystem
from tests.openssl import aes_cbc_decrypt, rsa_decrypt, verifies


def test_openssl_verifies_the_signatures_that_payby_and_payermax_get(
    system: LocalSystem, keys: Path, tmp_path: Path
) -> None:
    type_command(system, "USD AED")
    public_key = tmp_path / "merchant_public.pem"
    public_key.write_text(KeyPair((keys / "merchant.pem").read_text(encoding="ascii")).public_pem, encoding="ascii")
    for provider in ("payby", "payermax"):
        requests = system.company.providers[provider].requests
        assert requests
        for request in requests:
            assert verifies(public_key, request.body, request.headers["sign"])


def test_openssl_decrypts_what_pagsmile_gets(system: LocalSystem, keys: Path) -> None:
    type_command(system, "USD")
    (*_, answered) = (run for run in system.functions.timeline if run.function_name.endswith("aggregator"))
    correlation_id = json.loads(answered.payload)["request"]["correlation_id"]
    document = json.loads(system.company.providers["pagsmile"].requests[-1].body)
    key = rsa_decrypt(document["random_key"], keys / "pagsmile.pem")
    iv, ciphertext = document["biz_data"][:16], base64.b64decode(document["biz_data"][16:], validate=True)
    assert json.loads(aes_cbc_decrypt(ciphertext, key, iv.encode())) == {"partner_id": document["partner_id"]}
    assert document["request_id"].startswith(f"{correlation_id}-")
