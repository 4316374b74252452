"""The steps of a rotation. Each can be repeated, and continues what a process that died had begun.

Every write is on a line of its own in `begin`, `finish` and `abort`, in an order in which the secret's current version
names a working key after each of them. A key in KMS is destroyed only after the secret can no longer come to name it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from balance_core.provider.credentials import OUR_KEY, FieldKind
from balance_core.provider.protocol import Provider
from balance_core.provider.signing import fingerprint, load_private_key
from tests.deployment.rotation.asked_function import AskedFunction
from tests.deployment.rotation.kms_keys import DELETION_DAYS, KmsKeys
from tests.deployment.rotation.records import (
    CURRENT,
    MADE,
    PUBLIC,
    Labels,
    Record,
    Standing,
    Step,
    StepError,
    alias_folder,
    alias_in,
    instant,
    is_named,
    next_alias,
    with_key,
)
from tests.deployment.rotation.versions import TakenError, Versions
from tests.deployment.rsa_keys import public_text

DEFAULT_KEEP_DAYS = 7


@dataclass(frozen=True)
class Rotation:
    """The key of one account, and what its steps need. `say` prints a line; no line holds a private key.

    `now` is the aware time. Every step raises StepError, ProviderError for a malformed secret, and what boto3 raises.
    """

    stack: str
    provider: Provider
    account: str
    versions: Versions
    kms: KmsKeys
    function: AskedFunction
    say: Callable[[str], None]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def begin(self, kind: str = "") -> None:
        """Make a new key where it will live: `kms` or `secret`, by default where the current one is."""
        standing = self.versions.standing(self.account)
        if standing.step:
            raise StepError(_UNFINISHED[standing.step])
        if standing.previous:
            raise StepError(
                "the last rotation keeps its old key: STEP=finish KEEP_DAYS=0 removes it now, STEP=abort goes back"
            )
        if standing.pending is None:
            standing = self._claimed(standing, self._new_record(standing, kind))
        elif standing.has_new:
            self.versions.drop(Labels(standing.account).new)
        record = _require(standing.pending)
        if alias := alias_in(record.key):
            self.kms.make(alias)
            self.function.wait_for_signature(standing.account)
        self.say(_about(standing))
        self._show(self.public_key(record.key))
        self.say(f"Give this public key to {self.provider.name}, then: STEP=test")

    def test(self) -> None:
        """Ask the provider one question with the pending key."""
        standing = self.versions.standing(self.account)
        if standing.pending is None:
            raise StepError("there is no pending key: STEP=begin makes one")
        self.function.require_answer(standing)
        self.say(f"{self.provider.name} answered a question with the pending key: STEP=finish makes it current")

    def finish(self, keep_days: int | None = None) -> None:
        """Make the pending key current, or remove the previous key once it has been kept for `keep_days`."""
        standing = self.versions.standing(self.account)
        labels = Labels(standing.account)
        if standing.step in (Step.ABORT, Step.GO_BACK):
            raise StepError(_UNFINISHED[standing.step])
        if standing.pending is None and standing.step is not Step.FINISH:
            self._remove(standing, keep_days)
            return
        if standing.pending:
            standing = self._finishing(standing, standing.pending)
            if not standing.is_current:
                self._make_current(standing, DEFAULT_KEEP_DAYS if keep_days is None else keep_days)
        is_done = standing.step_record is not None and self._is_current(standing.step_record)
        self.versions.drop(labels.next)
        self.versions.drop(labels.pending)
        self.versions.drop(labels.step)
        if not is_done:
            raise StepError("somebody else aborted at the same time, so nothing changed: STEP=status")
        self.say("the new key is current; functions use it within five minutes")
        self.say("STEP=abort goes back to the old key while it is kept; STEP=finish removes it afterwards")

    def abort(self) -> None:
        """Drop the pending key; after `finish`, go back to the previous key."""
        standing = self.versions.standing(self.account)
        labels = Labels(standing.account)
        if standing.step is Step.REMOVE or (standing.step is Step.FINISH and not standing.pending):
            raise StepError(_UNFINISHED[standing.step])
        if standing.pending:
            self._drop_pending(standing, standing.pending)
        elif standing.previous or standing.step is Step.GO_BACK:
            self._go_back(standing)
        elif standing.has_new:
            self.versions.drop(labels.new)
            self.say("the new key is forgotten: nothing else had begun")
        else:
            self.versions.drop(labels.step)
            self.say("nothing is pending, and no previous key is kept")

    def public_key(self, key: str) -> RSAPublicKey:
        """The public half of a key in the secret or in KMS."""
        alias = alias_in(key)
        return self.kms.public_key(alias) if alias else load_private_key(key).public_key()

    def _new_record(self, standing: Standing, kind: str) -> dict[str, Any]:
        if (kind or ("kms" if alias_in(standing.key) else "secret")) == "kms":
            if not any(field.kind is FieldKind.SIGNING_KEY for field in self.provider.fields):
                raise StepError(
                    f"{self.provider.name} needs a key that decrypts, which AWS KMS does not do: KIND=secret"
                )
            accounts = list(standing.document["accounts"])
            folder = alias_folder(self.stack, self.provider.name, standing.account, accounts)
            key = f"kms:{next_alias(folder, self.kms.aliases(folder))}"
        else:
            # It exists in this process and in Secrets Manager only.
            made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            key = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
        return {"account": standing.account, OUR_KEY: key, "made_at": instant(self.now())}

    def _claimed(self, standing: Standing, record: dict[str, Any]) -> Standing:
        """The rotation, begun with this record: of two people, one is refused."""
        labels = Labels(standing.account)
        version_id = self.versions.put(record, labels.new)
        try:
            self.versions.claim(labels.pending, version_id)
        except TakenError as exc:
            self.versions.drop(labels.new, only_from=version_id)
            raise StepError("somebody else has begun at the same time: STEP=status") from exc
        self.versions.drop(labels.new)
        return self.versions.standing(self.account)

    def _finishing(self, standing: Standing, record: Record) -> Standing:
        """The rotation, with the claim that its pending key is being made current. It was tested before."""
        labels, claimed = Labels(standing.account), standing.step_record
        if claimed and claimed.version_id != record.version_id:  # left by a finish of an earlier rotation
            self.versions.drop(labels.step, only_from=claimed.version_id)
        if not standing.is_current:
            self.function.require_answer(standing)
        self.versions.claim(labels.step, record.version_id)
        standing = self.versions.standing(self.account)
        if standing.pending is None or standing.pending.version_id != record.version_id:
            self.versions.drop(labels.step, only_from=record.version_id)
            raise StepError("somebody else finished or aborted at the same time: STEP=status")
        return standing

    def _is_current(self, record: Record) -> bool:
        return is_named(self.versions.document()[1], record.key)

    def _make_current(self, standing: Standing, keep_days: int) -> None:
        labels, record = Labels(standing.account), _require(standing.pending)
        previous_id = ""
        if standing.key is not None:
            previous_id = self.versions.put(
                {
                    OUR_KEY: standing.key,
                    "replaced_at": instant(self.now()),
                    "replaced_by": alias_in(record.key),
                    "keep_days": keep_days,
                },
                labels.previous,
            )
        notes = {MADE: str(record.content["made_at"])[:10], PUBLIC: fingerprint(self.public_key(record.key))}
        try:
            self._replace(standing, with_key(standing.document, standing.account, record.key, **notes))
        except TakenError:
            self.versions.drop(labels.previous, only_from=previous_id)
            raise

    def _replace(self, standing: Standing, document: Mapping[str, Any]) -> None:
        """Store the secret, if nobody has stored another version since it was read."""
        labels = Labels(standing.account)
        version_id = self.versions.put(document, labels.next)
        try:
            self.versions.move(CURRENT, standing.version_id, version_id)
        except TakenError:
            self.versions.drop(labels.next, only_from=version_id)
            raise

    def _remove(self, standing: Standing, keep_days: int | None) -> None:
        """The previous key, unless it is to be kept or is in use."""
        labels, previous = Labels(standing.account), standing.previous
        if previous is None:
            self.versions.drop(labels.step)
            self.say("nothing is pending: STEP=begin makes a new key")
            return
        if is_named(standing.document, previous.key):
            self.versions.drop(labels.previous)
            self.versions.drop(labels.step)
            self.say("the previous key is in use again, so it stays")
            return
        until = previous.kept_until(keep_days)
        if standing.step is not Step.REMOVE and self.now() < until:
            self.say(
                f"the previous key is kept until {until:%Y-%m-%d}; STEP=finish removes it then, or KEEP_DAYS=0 now"
            )
            return
        if standing.step is None:
            self.versions.claim(labels.step, previous.version_id)
            standing = self.versions.standing(self.account)
            if standing.step is not Step.REMOVE or is_named(standing.document, previous.key):
                raise StepError("somebody else changed the secret at the same time: STEP=status")
        if alias := alias_in(previous.key):
            self.kms.delete(alias)
            self.say(f"AWS KMS deletes {alias} in {DELETION_DAYS} days (aws kms cancel-key-deletion stops it)")
        self.versions.drop(labels.previous)
        self.versions.drop(labels.step)
        self.say("the previous key is removed")

    def _drop_pending(self, standing: Standing, record: Record) -> None:
        labels = Labels(standing.account)
        if standing.is_current:
            raise StepError("the new key is current already: STEP=finish, and then STEP=abort goes back")
        if standing.step is Step.FINISH and standing.step_record:
            self.versions.move(labels.step, standing.step_record.version_id, standing.version_id)
        elif standing.step is None:
            self.versions.claim(labels.step, standing.version_id)
        standing = self.versions.standing(self.account)
        if standing.step is not Step.ABORT or standing.is_current:
            raise StepError("somebody else finished or aborted at the same time: STEP=status")
        if alias := alias_in(record.key):
            # A process that is about to finish expects the version that it read, so it cannot name this key any more.
            self._replace(standing, standing.document)
            self.kms.delete(alias)
        self.versions.drop(labels.next)
        self.versions.drop(labels.pending)
        self.versions.drop(labels.new)
        self.versions.drop(labels.step)
        self.say("the pending key is dropped; the current key was never changed")

    def _go_back(self, standing: Standing) -> None:
        labels = Labels(standing.account)
        if standing.previous:
            if standing.step is None:
                self.versions.claim(labels.step, standing.version_id)
                standing = self.versions.standing(self.account)
            previous = standing.previous
            if previous is None or standing.step is not Step.GO_BACK:
                raise StepError("somebody else changed the keys at the same time: STEP=status")
            if standing.key != previous.key:
                self._replace(standing, with_key(standing.document, standing.account, previous.key))
            replaced_by = previous.content["replaced_by"]
            if replaced_by and not is_named(self.versions.document()[1], f"kms:{replaced_by}"):
                self.kms.delete(replaced_by)
        self.versions.drop(labels.next)
        self.versions.drop(labels.previous)
        self.versions.drop(labels.step)
        self.say("the previous key is current again: make sure that the provider still knows it (make doctor ASK=1)")

    def _show(self, key: RSAPublicKey) -> None:
        self.say(f"SHA-256 of the public key: {fingerprint(key)}\n{public_text(key)}")


_UNFINISHED = {
    Step.FINISH: "a finish was interrupted, or is under way: repeat STEP=finish",
    Step.ABORT: "an abort was interrupted, or is under way: repeat STEP=abort",
    Step.GO_BACK: "going back was interrupted, or is under way: repeat STEP=abort",
    Step.REMOVE: "removing the old key was interrupted, or is under way: repeat STEP=finish",
}


def unfinished(step: Step) -> str:
    """What to do about a step that was begun."""
    return _UNFINISHED[step]


def _require(record: Record | None) -> Record:
    if record is None:
        raise StepError("somebody else aborted at the same time: STEP=status")
    return record


def _about(standing: Standing) -> str:
    if len(standing.sharing) == 1:
        return f"the pending key of {standing.account}:"
    return f"the pending key of {', '.join(standing.sharing)}, which share it:"
