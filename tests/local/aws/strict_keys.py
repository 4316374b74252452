"""What AWS refuses and moto allows: in KMS, and for the staging labels of Secrets Manager.

Sources: the API references of AWS KMS (Sign, GetPublicKey, ScheduleKeyDeletion) and of AWS Secrets Manager
(UpdateSecretVersionStage: "If the staging label is already attached to a different version of the secret, then you must
also specify the RemoveFromVersionId parameter").
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any
from unittest.mock import patch

from moto.core.exceptions import JsonRESTError
from moto.kms.models import KmsBackend
from moto.secretsmanager.models import SecretsManagerBackend

MAX_SIGNED_BYTES = 4096
_one_label = RLock()


_sign, _public_key = KmsBackend.sign, KmsBackend.get_public_key
_delete, _move = KmsBackend.schedule_key_deletion, SecretsManagerBackend.update_secret_version_stage


@contextmanager
def strict_keys() -> Iterator[None]:
    """Let moto refuse it, too."""
    with (
        patch.object(KmsBackend, "sign", _strict_sign),
        patch.object(KmsBackend, "get_public_key", _strict_public_key),
        patch.object(KmsBackend, "schedule_key_deletion", _strict_delete),
        patch.object(SecretsManagerBackend, "update_secret_version_stage", _strict_move),
    ):
        yield


def _strict_sign(self: Any, key_id: str, message: bytes, signing_algorithm: str) -> Any:
    _require_usable(self, key_id)
    if len(message) > MAX_SIGNED_BYTES:
        raise JsonRESTError("ValidationException", "Member must have length less than or equal to 4096")
    key = self.describe_key(key_id)
    if key.key_usage != "SIGN_VERIFY" or signing_algorithm not in key.signing_algorithms:
        raise JsonRESTError("InvalidKeyUsageException", "the key cannot be used for this")
    return _sign(self, key_id, message, signing_algorithm)


def _strict_public_key(self: Any, key_id: str) -> Any:
    _require_usable(self, key_id)
    if self.describe_key(key_id).key_spec == "SYMMETRIC_DEFAULT":
        raise JsonRESTError("UnsupportedOperationException", "the key has no public half")
    return _public_key(self, key_id)


def _strict_delete(self: Any, key_id: str, pending_window_in_days: int) -> Any:
    if self.describe_key(key_id).key_state == "PendingDeletion":
        raise JsonRESTError("KMSInvalidStateException", "the key is pending deletion")
    return _delete(self, key_id, pending_window_in_days)


def _strict_move(
    self: Any, secret_id: str, version_stage: str, remove_from_version_id: str, move_to_version_id: str
) -> Any:
    with _one_label:
        secret = self.secrets[secret_id]
        owners = [name for name, version in secret.versions.items() if version_stage in version["version_stages"]]
        if move_to_version_id and move_to_version_id in owners:
            return secret.arn, secret.name
        if owners and remove_from_version_id not in owners:
            raise JsonRESTError("InvalidParameterException", f"{version_stage} is attached to {owners[0]}")
        answer = _move(self, secret_id, version_stage, remove_from_version_id, move_to_version_id)
        if version_stage == "AWSCURRENT":  # moto goes on reading the version before
            secret.default_version_id = move_to_version_id
        return answer


def _require_usable(backend: KmsBackend, key_id: str) -> None:
    key = backend.describe_key(key_id)
    if key.key_state == "PendingDeletion":
        raise JsonRESTError("KMSInvalidStateException", f"{key.arn} is pending deletion")
    if not key.enabled:
        raise JsonRESTError("DisabledException", f"{key.arn} is disabled")
