"""`make keys`: every step, killed after every write, and two people at the same time.

Not in the unit tests, because Secrets Manager, KMS, the provider's function and the provider take part.
"""

import json
import os
import re
import sys
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from moto.core.exceptions import JsonRESTError
from moto.kms.models import KmsBackend

from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import KeyUse, NoticeKind
from balance_core.provider.credentials import OUR_KEY
from balance_core.provider.signing import fingerprint
from balance_core.question import Question
from balance_core.secrets import SecretStore
from tests.canary.company import key_canary
from tests.canary.search import Canary, Search
from tests.deployment.rotation.records import StepError, alias_in
from tests.integration.rotation.stand import KilledError, Person, Stand, later, stand_of
from tests.local.simulators.keys import KeyPair, key_pair
from tests.provider_fixtures import MERCHANT

# Steps in order; "upload" is what a person does at the provider's console.
ROTATE = ("begin", "upload", "test", "finish", "remove")
GIVE_UP = ("begin", "abort")
GO_BACK = ("begin", "upload", "finish", "abort")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


def take(person: Person, step: str) -> None:
    if step == "upload":
        person.uploads()
    elif step == "remove":
        person.does("finish", keep_days=0)
    else:
        person.does(step)


def rotate(person: Person, *steps: str) -> None:
    for step in steps:
        take(person, step)


def repeated(step: str) -> str:
    """The option that repeats a step."""
    return f"STEP={'finish' if step == 'remove' else step}"


def require_usable_key(stand: Stand) -> None:
    """The key that the secret names exists, and signs."""
    key = Person(stand).standing().key
    assert key
    if alias := alias_in(key):
        body = {"Message": b"x", "MessageType": "RAW", "SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256"}
        boto3.client("kms").sign(KeyId=alias, **body)  # type: ignore[arg-type]


def enabled_keys() -> int:
    kms = boto3.client("kms")
    found = [kms.describe_key(KeyId=each["KeyId"])["KeyMetadata"] for each in kms.list_keys()["Keys"]]
    return sum(each["KeyState"] == "Enabled" for each in found)


@pytest.mark.parametrize("provider", ["pagsmile", "payby", "payermax"])
def test_a_rotation_in_secrets_manager_ends_with_the_new_key_and_nothing_left(provider: str, keys: Path) -> None:
    with stand_of(provider, keys) as stand:
        person = Person(stand)
        person.does("begin")
        pending = person.standing().pending
        assert pending
        told = "\n".join(person.said)
        assert f"SHA-256 of the public key: {fingerprint(person.public_key(pending.key))}" in told
        assert "BEGIN PUBLIC KEY" in told
        with pytest.raises(StepError, match="did not accept the pending key"):
            person.does("test")
        with pytest.raises(StepError, match="did not accept the pending key"):
            person.does("finish")
        assert stand.ask().reports
        rotate(person, "upload", "test", "finish")
        standing = person.standing()
        assert standing.key == pending.key
        assert [each.ours for each in stand.ask().keys] == ["current"]
        assert f"kept until {stand.clock() + timedelta(days=7):%Y-%m-%d}: STEP=abort" in person.sees().next_step
        person.does("finish")
        assert person.standing().previous
        later(stand.clock, 7)
        assert person.sees().next_step.endswith("STEP=finish removes it")
        person.does("finish")
        assert stand.labels() == {"AWSCURRENT", "AWSPREVIOUS"}
        assert (person.sees().age, person.sees().next_step.partition(":")[0]) == ("7 days old", "nothing is pending")


@pytest.mark.parametrize("provider", ["payby", "payermax"])
def test_a_rotation_into_kms_and_within_kms_never_retargets_an_alias(provider: str, keys: Path) -> None:
    with stand_of(provider, keys) as stand:
        person = Person(stand)
        person.does("begin", kind="kms")
        rotate(person, "upload", "finish", "remove")
        assert person.standing().key == f"kms:alias/balance-bot/{provider}/main/1"
        rotate(person, "begin", "upload", "finish", "remove")
        assert person.standing().key == f"kms:alias/balance-bot/{provider}/main/2"
        assert "UpdateAlias" not in person.writes
        assert enabled_keys() == 1
        assert stand.ask().reports
        first = boto3.client("kms").describe_key(KeyId=f"alias/balance-bot/{provider}/main/1")["KeyMetadata"]
        assert first["KeyState"] == "PendingDeletion"


def test_while_the_provider_knows_only_the_pending_key_the_function_tries_it_once_and_says_so(
    keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stand_of("payby", keys, "kms") as stand:
        person = Person(stand)
        rotate(person, "begin", "upload")
        answer = stand.ask()
        assert answer.reports[0].balances
        assert answer.keys == (KeyUse("main", "pending", answer.keys[0].theirs),)
        (said,) = [each for each in answer.notices if each.kind is NoticeKind.PENDING_KEY]
        assert "STEP=finish" in said.message
        stand.upload(MERCHANT.public_key)
        refused = stand.ask()
        assert (refused.reports, refused.keys) == ((), ())
        assert refused.failures
        person.uploads()
        unreadable = Mock(side_effect=ProviderError(ErrorKind.UNAVAILABLE, "cannot be read"))
        monkeypatch.setattr(SecretStore, "labelled", unreadable)
        assert [each.kind for each in stand.ask().failures] == [each.kind for each in refused.failures]


def test_begin_waits_until_the_function_may_use_the_new_alias_and_shows_the_key_only_then(
    keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    denied = [True] * 29
    sign = KmsBackend.sign

    def sign_later(self: Any, *arguments: Any, **options: Any) -> Any:
        if denied:
            denied.pop()
            raise JsonRESTError("AccessDeniedException", "no identity-based policy allows the kms:Sign action")
        return sign(self, *arguments, **options)

    with stand_of("payby", keys, "kms") as stand:
        monkeypatch.setattr(KmsBackend, "sign", sign_later)
        started, person = stand.clock(), Person(stand)
        person.does("begin")
        assert stand.clock() - started == timedelta(seconds=290)
        assert "BEGIN PUBLIC KEY" in person.said[-2]
        person.does("abort")
        denied += [True] * 99
        with pytest.raises(StepError, match=r"cannot sign yet.*five minutes"):
            person.does("begin")
        assert "STEP=begin shows it" in person.sees().next_step
        assert stand.ask(Question(key="sign")).failures[0].provider_code == "KMS AccessDeniedException"


def writes_of(steps: tuple[str, ...], kind: str, keys: Path) -> list[tuple[str, int]]:
    """Every step of a sequence with the number of each of its writes."""
    found = []
    with stand_of("payby", keys, kind) as stand:
        for step in steps:
            person = Person(stand)
            take(person, step)
            found += [(step, number) for number in range(len(person.writes))]
    return found


def state(person: Person) -> tuple[object, ...]:
    """What a rotation knows, without the ids of versions."""
    now = person.standing()
    record = [each.content.get(OUR_KEY) for each in (now.pending, now.previous) if each]
    return now.key, *record, now.step, now.has_new, frozenset(person.stand.labels()), person.sees().next_step


def killed(person: Person, step: str, at: int) -> None:
    def die(number: int) -> None:
        if number == at:
            raise KilledError

    person.after_write = die
    with pytest.raises(KilledError):
        take(person, step)
    person.after_write = lambda number: None


@pytest.mark.parametrize(("steps", "kind"), [(ROTATE, "secret"), (ROTATE, "kms"), (GIVE_UP, "kms"), (GO_BACK, "kms")])
def test_a_step_that_dies_after_any_write_leaves_a_working_key_and_is_named_to_be_repeated(
    steps: tuple[str, ...], kind: str, keys: Path
) -> None:
    points = writes_of(steps, kind, keys)
    assert len(points) >= 6
    for step, number in points:
        with stand_of("payby", keys, kind) as stand:
            rotate(Person(stand), *steps[: steps.index(step)])
            killed(Person(stand), step, number)
            where = (step, number)

            require_usable_key(stand)
            person = Person(stand)
            if (steps, step) != (GO_BACK, "abort"):  # going back needs the provider to go back as well
                assert stand.ask().reports, where
            after = state(person)
            assert re.findall(r"STEP=\w+", person.sees().next_step), where
            take(person, step)
            if state(person) != after:  # it was not over yet, so status had to say so
                assert re.findall(r"STEP=\w+", str(after[-1]))[0] == repeated(step), where
            rotate(person, *steps[steps.index(step) + 1 :])
            assert not stand.labels() & {f"{name}-main" for name in ("new", "next", "pending", "previous", "step")}
            assert kind == "secret" or enabled_keys() == 1, where


def test_a_begin_or_finish_that_died_anywhere_can_also_be_aborted(keys: Path) -> None:
    for step, number in writes_of(("begin", "upload", "finish"), "kms", keys):
        with stand_of("payby", keys, "kms") as stand:
            old = Person(stand).standing().key
            if step == "finish":
                rotate(Person(stand), "begin", "upload")
            killed(Person(stand), step, number)
            person = Person(stand)
            try:
                person.does("abort")
            except StepError:  # it is current already
                rotate(person, "finish", "abort")
            if person.standing().previous:
                person.does("abort")
            assert person.standing().key == old, (step, number)
            require_usable_key(stand)
            assert stand.labels() <= {"AWSCURRENT", "AWSPREVIOUS", "previous-main"}
            assert person.sees().is_pending is False


RACES = [
    (("begin",), "begin", "begin"),
    (("begin", "upload", "finish"), "finish", "abort"),
    (("begin", "upload", "abort"), "abort", "finish"),
    (("begin", "upload", "finish"), "finish", "finish"),
    (("begin", "upload", "finish", "remove"), "remove", "abort"),
    (("begin", "upload", "finish", "abort"), "abort", "remove"),
]


@pytest.mark.parametrize(("steps", "one", "other"), RACES, ids=lambda each: each if isinstance(each, str) else "")
def test_two_people_at_once_leave_a_usable_key_wherever_the_second_comes_in_between(
    steps: tuple[str, ...], one: str, other: str, keys: Path
) -> None:
    for at in (number for step, number in writes_of(steps, "kms", keys) if step == one):
        with stand_of("payby", keys, "kms") as stand:
            rotate(Person(stand), *steps[:-1])
            refused: list[str] = []

            def come_between(number: int, at: int = at, stand: Stand = stand, refused: list[str] = refused) -> None:
                if number == at:
                    attempt(Person(stand, seat=1), other, refused)

            attempt(Person(stand, before_write=come_between), one, refused)
            require_usable_key(stand)
            person = Person(stand)
            for _ in range(3):  # whatever is left is named, and leads to an end
                if person.standing().step is None:
                    break
                attempt(person, re.findall(r"STEP=(\w+)", person.sees().next_step)[0], [])
            assert person.standing().step is None, at
            require_usable_key(stand)
            assert "next-main" not in stand.labels()
            if one == "begin":
                pending = person.standing().pending
                assert pending
                assert len(refused) <= 1
                assert at > 1 or refused == ["somebody else has begun at the same time: STEP=status"]


def test_a_finish_never_makes_a_key_current_that_it_did_not_test(keys: Path) -> None:
    with stand_of("payby", keys, "kms") as stand:
        old = Person(stand).standing().key
        rotate(Person(stand), "begin", "upload")
        other = Person(stand, seat=1)
        person = Person(stand, before_write=lambda number: rotate(other, "abort", "begin") if number == 0 else None)
        with pytest.raises(StepError, match="at the same time"):
            person.does("finish")
        assert other.standing().key == old
        assert other.standing().step is None


def attempt(person: Person, step: str, refused: list[str]) -> None:
    try:
        take(person, step)
    except StepError as exc:
        refused.append(str(exc))


def test_a_key_that_accounts_share_is_rotated_for_all_of_them_and_names_collide_visibly(keys: Path) -> None:
    with stand_of("payermax", keys) as stand:
        main = dict(Person(stand).standing().document["accounts"]["main"])
        key = main.pop(OUR_KEY)
        others = {"b.c": {**main, "merchant_no": "2"}, "b_c": {**main, "merchant_no": "3", OUR_KEY: key}}
        stand.store({OUR_KEY: key, "accounts": {"main": main, **others}})
        person = Person(stand)
        person.does("begin", account="b.c")
        assert "main, b.c, which share it" in "\n".join(person.said)
        rotate(person, "upload", "finish")
        document = person.standing().document
        assert document[OUR_KEY] == person.standing().key != key
        assert [OUR_KEY in each for each in document["accounts"].values()] == [False, False, True]
        person.does("finish", keep_days=0)
        stand.store({"accounts": {name: {**main, OUR_KEY: key} for name in ("main", "b.c", "b_c")}})
        with pytest.raises(StepError, match="would be the same"):
            person.does("begin", account="b.c", kind="kms")
        with pytest.raises(StepError, match="has no account 'nobody'"):
            person.does("begin", account="nobody")
        (failure,) = stand.ask(Question(key="pending", accounts=("main",))).failures
        assert failure.message.endswith("field 'private_key' has no pending key: make keys STEP=begin")


def test_a_secret_that_somebody_edits_meanwhile_is_not_overwritten(keys: Path) -> None:
    with stand_of("payby", keys) as stand:
        rotate(Person(stand), "begin", "upload")
        document = {**Person(stand).standing().document, "note": "edited"}
        # After the claim and the copy of the old key: the next write is the secret that was read before.
        person = Person(stand, before_write=lambda number: stand.store(document) if number == 2 else None)
        with pytest.raises(StepError, match="at the same time"):
            person.does("finish")
        assert Person(stand).standing().document["note"] == "edited"
        Person(stand).does("finish")
        assert Person(stand).standing().document["note"] == "edited"
        assert stand.ask().reports


_opened: list[str] = []


def _note_writes(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and len(arguments) > 2 and arguments[2] & (os.O_WRONLY | os.O_RDWR):
        _opened.append(str(arguments[0]))


@pytest.fixture
def opened() -> list[str]:
    """The files that are opened for writing."""
    sys.addaudithook(_note_writes)
    _opened.clear()
    return _opened


def test_no_private_key_is_printed_logged_written_to_a_file_or_left_in_the_environment(
    keys: Path, opened: list[str], capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with stand_of("payby", keys) as stand:
        before = dict(os.environ)
        opened.clear()
        person = Person(stand)
        rotate(person, *GIVE_UP, *GO_BACK)
        for step in ("begin", "upload", "finish"):
            take(person, step)
            assert person.sees()
        assert [path for path in opened if path != os.devnull] == []
        assert dict(os.environ) == before
        printed = "\n".join([*person.said, *capfd.readouterr()])
        own = sorted({key for key in stand.private_keys() if "BEGIN" in key})
        assert len(own) == 3
        decoy = key_pair(keys, "decoy")
        search = Search(_canary(str(number), KeyPair(pem), decoy) for number, pem in enumerate(own))
        assert search.find(printed + caplog.text) == set()
        assert all(search.find(json.dumps(pem)) for pem in own), "it would find them"


def _canary(name: str, pair: KeyPair, decoy: KeyPair) -> Canary:
    """A private key without what every key begins with, and without its public half, which is printed."""
    canary = key_canary(name, pair, decoy)
    return replace(canary, structure=(*canary.structure, b64decode(pair.public_base64)))
