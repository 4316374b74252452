"""Providers with many merchant accounts: the simulators, and secrets with an entry for each account."""

import json
from decimal import Decimal

from tests.local.paths import WORKSPACE
from tests.local.simulators.keys import key_pair
from tests.local.simulators.pagsmile import PagsmileBalance, PagsmileMerchant, PagsmileSimulator
from tests.local.simulators.payby import PayByMerchant, PayBySimulator
from tests.local.simulators.payermax import PayerMaxBalance, PayerMaxMerchant, PayerMaxSimulator
from tests.local.simulators.server import SimulatorServer

_APP_ID = "app"


def provider_with_accounts(provider: str, accounts: int) -> tuple[SimulatorServer, str]:
    """The simulator of `provider`, where each account (m0, m1, ...) holds one balance, and the text of its secret.

    All accounts share one key, because a thousand keys would not fit into a secret.
    """
    keys = WORKSPACE / "keys"
    own, merchant = key_pair(keys, provider), key_pair(keys, "merchant")
    ids = [f"{number:012}" for number in range(accounts)]
    simulator: SimulatorServer
    shared: dict[str, object] = {"private_key": merchant.private_pem}
    if provider == "pagsmile":
        held = PagsmileBalance("10419000000401", "Test", "USD", "1008.29", "1008.29", "0.00")
        merchant_of_pagsmile = PagsmileMerchant(merchant.public_key, (held,), _APP_ID)
        simulator = PagsmileSimulator(own, dict.fromkeys(ids, merchant_of_pagsmile))
        shared |= {"app_id": _APP_ID, "provider_public_key": own.public_pem}
    elif provider == "payby":
        simulator = PayBySimulator(
            own, dict.fromkeys(ids, PayByMerchant(merchant.public_key, {"AED": Decimal("897.88")}))
        )
        shared |= {"provider_public_keys": [own.public_pem], "currencies": ["AED"]}
    else:
        row = PayerMaxBalance(Decimal("776.34"), "DISBURSEMENT", "USD")
        simulator = PayerMaxSimulator(own, dict.fromkeys(ids, PayerMaxMerchant(merchant.public_key, (row,), _APP_ID)))
        shared |= {"app_id": _APP_ID, "provider_public_keys": [own.public_pem]}
    identity = "merchant_no" if provider == "payermax" else "partner_id"
    entries = {f"m{number}": {identity: each} for number, each in enumerate(ids)}
    return simulator, json.dumps({"base_url": simulator.url, **shared, "accounts": entries})
