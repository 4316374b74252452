"""Keys in AWS KMS, by alias. No key can leave KMS, and a key that is to be deleted waits for 30 days."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from balance_core.aws import error_code
from tests.deployment.rotation.records import StepError

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_kms.type_defs import KeyMetadataTypeDef

DELETION_DAYS = 30
_UNUSABLE = frozenset({"DisabledException", "KMSInvalidStateException", "NotFoundException"})
_BEING_DELETED = frozenset({"PendingDeletion", "PendingReplicaDeletion"})


class KmsKeys:
    """Every method raises ClientError and BotoCoreError as boto3 does."""

    def __init__(self, client: "KMSClient") -> None:
        self._client = client

    def aliases(self, folder: str) -> Sequence[str]:
        """The aliases that begin with `folder`."""
        pages = self._client.get_paginator("list_aliases").paginate()
        names = (each["AliasName"] for page in pages for each in page["Aliases"])
        return [name for name in names if name.startswith(folder)]

    def exists(self, alias: str) -> bool:
        """Whether a key has this alias."""
        return self._metadata(alias) is not None

    def made_at(self, alias: str) -> datetime | None:
        """When the key was made; None if there is none."""
        metadata = self._metadata(alias)
        return metadata["CreationDate"] if metadata else None

    def is_usable(self, alias: str) -> bool:
        """Whether the key is there and enabled."""
        metadata = self._metadata(alias)
        return metadata is not None and metadata["KeyState"] == "Enabled"

    def public_key(self, alias: str) -> RSAPublicKey:
        """The key's public half. Raises StepError when the key cannot be used."""
        try:
            der = self._client.get_public_key(KeyId=alias)["PublicKey"]
        except ClientError as exc:
            if error_code(exc) not in _UNUSABLE:
                raise
            raise StepError(f"the KMS key {alias} is disabled or is being deleted: STEP=status") from exc
        return cast(RSAPublicKey, load_der_public_key(der))

    def policy(self, alias: str) -> Mapping[str, Any]:
        """The key's policy, and the AWS account that the key belongs to as `Account`."""
        metadata = self._client.describe_key(KeyId=alias)["KeyMetadata"]
        answer = self._client.get_key_policy(KeyId=metadata["KeyId"], PolicyName="default")
        return {**json.loads(answer["Policy"]), "Account": metadata["Arn"].split(":")[4]}

    def make(self, alias: str) -> None:
        """Make the key with this alias, unless there is one. A key that was left without its alias gets it."""
        if self.exists(alias):
            return
        key_id = next(self._without_alias(alias), None) or self._create(alias)
        try:
            self._client.create_alias(AliasName=alias, TargetKeyId=key_id)
        except ClientError as exc:
            if error_code(exc) != "AlreadyExistsException":
                raise
            winner = self._metadata(alias)
            if winner and winner["KeyId"] != key_id:  # somebody else continued the same rotation at the same time
                self._delete(key_id)

    def delete(self, alias: str) -> None:
        """Schedule the deletion of the key with this alias, or of those that were left without it."""
        metadata = self._metadata(alias)
        if metadata is None:
            for key_id in self._without_alias(alias):
                self._delete(key_id)
        elif metadata["KeyState"] not in _BEING_DELETED:
            self._delete(metadata["KeyId"])

    def _create(self, alias: str) -> str:
        answer = self._client.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY", Description=alias)
        return answer["KeyMetadata"]["KeyId"]

    def _delete(self, key_id: str) -> None:
        try:
            self._client.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=DELETION_DAYS)
        except ClientError as exc:
            if error_code(exc) != "KMSInvalidStateException":  # it is being deleted already
                raise

    def _metadata(self, key_id: str) -> "KeyMetadataTypeDef | None":
        try:
            return self._client.describe_key(KeyId=key_id)["KeyMetadata"]
        except ClientError as exc:
            if error_code(exc) != "NotFoundException":
                raise
            return None

    def _without_alias(self, alias: str) -> Iterator[str]:
        """Keys whose description says that they were made for this alias."""
        for page in self._client.get_paginator("list_keys").paginate():
            for each in page["Keys"]:
                metadata = self._metadata(each["KeyId"])
                if metadata and metadata.get("Description") == alias and metadata["KeyState"] == "Enabled":
                    yield each["KeyId"]
