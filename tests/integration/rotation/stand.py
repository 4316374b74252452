"""A provider, its function, its secret and KMS (moto, as strict as AWS), and people who rotate a key there."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

import boto3
import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from moto import mock_aws

from balance_core.aws import secrets_client
from balance_core.contract import read_provider_answer
from balance_core.models import ProviderAnswer
from balance_core.provider.function import ProviderFunction
from balance_core.provider.http import new_client
from balance_core.question import Question
from balance_core.secrets import SecretStore
from tests.clock import Clock
from tests.contract.worlds import declaration
from tests.deployment.rotation.asked_function import AskedFunction
from tests.deployment.rotation.kms_keys import KmsKeys
from tests.deployment.rotation.records import Standing, alias_in
from tests.deployment.rotation.status import KeyStatus, statuses
from tests.deployment.rotation.steps import Rotation
from tests.deployment.rotation.versions import Versions
from tests.local.aws.strict_keys import strict_keys
from tests.local.certificates import local_authority
from tests.local.company import PROVIDERS
from tests.local.simulators.server import LocalProvider
from tests.provider_fixtures import short_retry_pauses

WRITES = frozenset({"PutSecretValue", "UpdateSecretVersionStage", "CreateKey", "CreateAlias", "ScheduleKeyDeletion"})
_LONG_MS = 60_000


class KilledError(BaseException):
    """The process died."""


class Seat:
    """A terminal: two clients, which are made once because that takes long, and whoever sits there."""

    def __init__(self) -> None:
        session = boto3.Session(region_name="eu-central-1")
        self.person: Person | None = None
        for name, listen in (("before-call", self._before), ("after-call", self._after)):
            session.events.register(name, listen)
        self.secrets, self.kms = session.client("secretsmanager"), session.client("kms")

    def _before(self, model: Any, **_: object) -> None:
        if self.person and model.name in WRITES:
            self.person.before_write(len(self.person.writes))

    def _after(self, model: Any, **_: object) -> None:
        if self.person and model.name in WRITES:
            self.person.writes.append(model.name)
            self.person.after_write(len(self.person.writes) - 1)


@cache
def seat(number: int) -> Seat:
    """The same ones in every test."""
    return Seat()


@dataclass
class Person:
    """Somebody at a terminal. `before_write` and `after_write` are called with the number of each of their writes.

    A second person, who takes a step while the first one does, needs another seat.
    """

    stand: "Stand"
    seat: int = 0
    before_write: Callable[[int], None] = lambda number: None
    after_write: Callable[[int], None] = lambda number: None
    writes: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        taken = seat(self.seat)
        taken.person = self
        self.versions, self.kms = Versions(taken.secrets, self.stand.secret_name), KmsKeys(taken.kms)

    def does(self, step: str, account: str = "main", **options: Any) -> None:
        """Take a step: `begin`, `test`, `finish` or `abort`."""
        rotation = Rotation(
            "balance-bot",
            self.stand.function_provider,
            account,
            self.versions,
            self.kms,
            AskedFunction(self.stand.function_provider, self.stand.ask, self.said.append, self.stand.wait),
            self.said.append,
            self.stand.clock,
        )
        getattr(rotation, step)(**options)

    def sees(self, account: str = "main") -> KeyStatus:
        """The account's line of `status`."""
        now = self.stand.clock()
        return next(each for each in statuses(self.versions, self.kms, now) if account in each.accounts)

    def standing(self, account: str = "main") -> Standing:
        """Where the key stands."""
        return self.versions.standing(account)

    def uploads(self, account: str = "main") -> None:
        """Give the provider the public half of the pending key, which replaces the one that it knew."""
        pending = self.standing(account).pending
        assert pending
        self.stand.upload(self.public_key(pending.key))

    def public_key(self, key: str) -> RSAPublicKey:
        """The public half of a key in the secret or in KMS."""
        nobody = cast(Any, None)
        return Rotation("", nobody, "", self.versions, self.kms, nobody, nobody).public_key(key)


class Stand:
    """One provider. Its function reads the secret at every question, as if the cache had expired."""

    def __init__(self, local: LocalProvider, name: str, clock: Clock) -> None:
        self.clock = clock
        self.function_provider = declaration(name)
        self.secret_name = f"balance-bot/{name}"
        self.upload: Callable[[RSAPublicKey], None] = cast(Any, local.simulator).upload
        client = new_client(local_authority().client_context())
        self._secrets = boto3.client("secretsmanager")
        self._store = SecretStore(secrets_client())
        self._function = ProviderFunction(self.function_provider, self._store, client=client)

    def wait(self, seconds: float) -> None:
        """Let time pass, which takes none."""
        self.clock.now += timedelta(seconds=seconds)

    def store(self, document: Mapping[str, object]) -> None:
        """Store the secret by hand."""
        self._secrets.put_secret_value(SecretId=self.secret_name, SecretString=json.dumps(document))

    def ask(self, question: Question | None = None) -> ProviderAnswer:
        """The function's answer."""
        self._store.forget()
        payload = msgspec.to_builtins(question or Question())
        environment = {"SECRET_NAME": self.secret_name, "DEADLINE_SECONDS": "60"}
        return read_provider_answer(msgspec.json.encode(self._function.answer(payload, environment, _LONG_MS)))

    def labels(self) -> set[str]:
        """Every staging label in use."""
        versions = self._secrets.describe_secret(SecretId=self.secret_name)["VersionIdsToStages"]
        return {label for labels in versions.values() for label in labels}

    def private_keys(self) -> list[str]:
        """Every private key that is in a version of the secret, whether or not it has a label."""
        found = []
        listed = self._secrets.list_secret_version_ids(SecretId=self.secret_name, IncludeDeprecated=True)["Versions"]
        for version in listed:
            text = self._secrets.get_secret_value(SecretId=self.secret_name, VersionId=version["VersionId"])
            content = json.loads(text["SecretString"])
            entries = [content, *content.get("accounts", {}).values()]
            found += [each["private_key"] for each in entries if not alias_in(each.get("private_key", "kms:alias/x"))]
        return found

    def close(self) -> None:
        """Close connections."""
        self._function.close()


@contextmanager
def stand_of(name: str, keys: Path, kind: str = "secret", document: Mapping[str, Any] | None = None) -> Iterator[Stand]:
    """A stand whose account `main` has a key of this kind, which the provider knows. `document` adds to the secret."""
    with ExitStack() as exits:
        for context in (mock_aws(), strict_keys(), short_retry_pauses()):
            exits.enter_context(context)
        local = PROVIDERS[name](keys)
        exits.enter_context(local.simulator)
        account = dict(local.account)
        boto3.client("secretsmanager").create_secret(Name=f"balance-bot/{name}", SecretString="{}")
        if kind == "kms":
            manager = KmsKeys(boto3.client("kms"))
            manager.make(alias := f"alias/balance-bot/{name}/main/1")
            account["private_key"] = f"kms:{alias}"
            cast(Any, local.simulator).upload(manager.public_key(alias))
        clock = Clock()
        clock.now = datetime.now(UTC)  # the simulators are strict about it
        stand = Stand(local, name, clock)
        exits.callback(stand.close)
        stand.store({"accounts": {"main": account}, **(document or {})})
        yield stand


def later(clock: Clock, days: int) -> datetime:
    """Let days pass."""
    clock.now += timedelta(days=days)
    return clock.now
