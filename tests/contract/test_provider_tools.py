"""The doctor, the scrubber and the playground's mask follow every provider's declaration."""

import importlib
import json

from balance_core.observability import scrub
from balance_core.provider.credentials import secret_names
from balance_core.secrets import Secret
from balance_core.strict_json import Node
from tests.contract.worlds import World
from tests.deployment.check import Check, Status
from tests.deployment.providers import secret_checks
from tests.local.playground.masking import Mask


def doctors_checks(world: World, account: object) -> list[Check]:
    secret = Secret(world.secret_name, Node({"accounts": {"main": account}}))
    return list(secret_checks(world.provider, secret, "eu-central-1"))


def test_the_doctor_finds_nothing_wrong_with_the_account_of_the_local_system(world: World) -> None:
    checks = doctors_checks(world, world.accounts["main"])
    assert {check.status for check in checks} == {Status.OK}


def test_the_doctor_names_every_required_field_that_is_missing(world: World) -> None:
    findings = [check.finding for check in doctors_checks(world, {}) if check.status is Status.WRONG]
    for field in world.provider.fields:
        if field.is_required:
            assert any(f"field '{field.name}' is missing" in finding for finding in findings), field.name


def test_the_doctor_recognises_the_same_merchant_in_two_accounts(world: World) -> None:
    main = world.accounts["main"]
    secret = Secret(world.secret_name, Node({"accounts": {"main": main, "again": dict(main)}}))
    checks = secret_checks(world.provider, secret, "eu-central-1")
    assert any("main, again are the same merchant" in check.finding for check in checks)


def test_neither_a_log_nor_the_playground_shows_a_secret_field(world: World) -> None:
    importlib.import_module(f"{world.provider.name}_balance.handler")
    account = world.accounts["main"]
    text = json.dumps(account)
    mask = Mask({world.secret_name: json.dumps({"accounts": {"main": account}})}, secret_names(world.provider.fields))
    for name in secret_names(world.provider.fields):
        value = json.dumps(account[name])[1:-1]
        assert value in text
        assert value not in scrub(text)
        assert value not in mask.mask(text)
