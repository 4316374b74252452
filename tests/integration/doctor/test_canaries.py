"""Whatever is wrong with a secret, the doctor prints nothing of it: keys and tokens are sought in all of its output."""

import json
from typing import Any

import pytest

from tests.canary.search import Canary, Kind, Search
from tests.deployment.aws import Aws
from tests.deployment.place import Place
from tests.deployment.provider_secret import Manner
from tests.deployment.report import as_json, as_text
from tests.deployment.visit import Visit
from tests.integration.doctor.deployed_stack import SIGNING_SECRET, Deployment
from tests.integration.doctor.visits import PROVIDERS
from tests.local.aws.stack import REGION, STACK_NAME
from tests.local.company import BOT_TOKEN
from tests.local.system import WORKSPACE
from tests.openssl import KEYS
from tests.provider_fixtures import MERCHANT, PROVIDER

TOKEN = "xoxb-7402-canary-5d1e9af0b3c8"
OWN = MERCHANT.private_pem
LINES = OWN.splitlines(keepends=True)

# One field of an account at a time, in every way in which it can be wrong.
FIELDS: list[tuple[str, object]] = [
    ("private_key", OWN),
    ("private_key", "".join(LINES[:5] + LINES[6:])),
    ("private_key", OWN.replace("A", "B", 1)),
    ("private_key", OWN.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")),
    ("private_key", [OWN]),
    ("private_key", {"pem": OWN}),
    ("private_key", MERCHANT.public_pem),
    ("private_key", (KEYS / "refused" / "ec_private.pem").read_text()),
    ("private_key", None),
    ("provider_public_key", OWN),
    ("provider_public_key", MERCHANT.public_pem),
    ("provider_public_keys", [OWN]),
    ("provider_public_keys", OWN),
    ("provider_public_keys", [MERCHANT.public_pem]),
    ("base_url", OWN),
    ("base_url", f"https://user:{TOKEN}@example.com"),
    ("base_url", f"https://example.com/?{TOKEN}"),
    ("environment", OWN),
    ("partner_id", OWN),
    ("app_id", OWN),
    ("merchant_no", OWN),
    ("currencies", [OWN]),
]
# Whole secrets, with a key or a token where it does not belong.
SECRETS: list[object] = [
    OWN,
    json.dumps(OWN),
    "[" + json.dumps(OWN) + "]",
    '{"accounts": {"main": {"private_key": "' + OWN,
    '{"accounts": {"main": {"private_key": ' + LINES[1],
    {"accounts": {OWN: {}}},
    {"accounts": OWN},
    {"accounts": {"main": OWN}},
    {"private_key": OWN},
    {"signing_secret": OWN, "bot_token": OWN},
    {"signing_secret": TOKEN, "bot_token": TOKEN},
    {"signing_secret": [TOKEN], "bot_token": [TOKEN]},
    {"bot_token": TOKEN.replace("xoxb", "xoxp"), "signing_secret": TOKEN.replace("xoxb", "xoxp")},
    {"bot_token": f"{TOKEN}\r\nX: y", "signing_secret": f"{TOKEN}\r\nX: y"},
]


@pytest.fixture
def visit(stack: Deployment, clients: Aws) -> Visit:
    manner = Manner(REGION, shows_public_keys=True, is_local=True)
    return Visit(clients, manner, stack.company.slack.api_url, asks=False)


@pytest.fixture(scope="module")
def search() -> Search:
    theirs = WORKSPACE / "keys" / "merchant.pem"
    keys = {"ours": OWN.encode(), "the company's": theirs.read_bytes()}
    # All PKCS#8 keys begin alike, and a public key may be shown.
    structure = (PROVIDER.private_pem.encode(), MERCHANT.public_pem.encode())
    tokens = {"token": TOKEN[5:], "company's token": BOT_TOKEN, "signing secret": SIGNING_SECRET}
    return Search(
        [Canary(name, Kind.KEY, (key,), structure) for name, key in keys.items()]
        + [Canary(name, Kind.TOKEN, (token.encode(),)) for name, token in tokens.items()]
    )


def printed(visit: Visit) -> str:
    checks = visit.checks(STACK_NAME)
    place = Place(STACK_NAME, REGION)
    return as_text(place, checks) + as_json(place, checks)


def test_wrong_fields(stack: Deployment, visit: Visit, search: Search) -> None:
    """An account for each of them, all in one secret."""
    for name in PROVIDERS:
        secret: Any = json.loads(stack.company.secrets[f"{STACK_NAME}/{name}"])
        sound = {**secret["accounts"]["main"], "private_key": OWN}
        accounts = {f"a{number}": {**sound, field: value} for number, (field, value) in enumerate(FIELDS)}
        stack.put(name, {"accounts": accounts})
    text = printed(visit)
    for name in PROVIDERS:
        assert f"secret 'balance-bot/{name}', account 'a1', field 'private_key' " in text
        assert f"{name}: account 'a10', field 'provider_public_key' holds our own public key" in text
    assert {canary.name for canary in search.find(text)} == set()


@pytest.mark.parametrize("case", range(len(SECRETS)))
def test_a_wrong_secret(stack: Deployment, visit: Visit, search: Search, case: int) -> None:
    for name in (*PROVIDERS, "slack-signing", "slack-bot-token"):
        stack.put(name, SECRETS[case])
    text = printed(visit)
    assert text.count("\nwrong            ") >= 4
    assert {canary.name for canary in search.find(text)} == set()


def test_the_search_would_find_each_of_them(search: Search) -> None:
    for text in (LINES[9], (WORKSPACE / "keys" / "merchant.pem").read_text(), TOKEN, BOT_TOKEN, SIGNING_SECRET):
        assert search.find(f"wrong  payby: {text}")
