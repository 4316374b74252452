"""The versions of a provider's secret and their staging labels, in Secrets Manager."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from balance_core.aws import error_code
from tests.deployment.rotation.records import (
    CURRENT,
    Labels,
    Record,
    Standing,
    StepError,
    read_document,
    sharing,
    step_of,
)

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

# What UpdateSecretVersionStage answers when the label is on another version than the caller named.
_ELSEWHERE = frozenset({"InvalidParameterException", "InvalidRequestException"})


class TakenError(StepError):
    """The label is on another version than expected: somebody else was faster."""


class Versions:
    """One provider's secret. Every method raises ClientError and BotoCoreError as boto3 does."""

    def __init__(self, client: "SecretsManagerClient", name: str) -> None:
        self.name = name
        self._client = client

    def document(self) -> tuple[str, dict[str, Any], datetime]:
        """The current version's id, its JSON, and when it was stored. Raises ProviderError when it is malformed."""
        answer = self._client.get_secret_value(SecretId=self.name, VersionStage=CURRENT)
        return answer["VersionId"], read_document(self.name, answer["SecretString"]), answer["CreatedDate"]

    def standing(self, account: str) -> Standing:
        """Where the key that `account` uses stands. Raises StepError for an unknown account."""
        version_id, document, _ = self.document()
        accounts = sharing(self.name, document, account)
        names, labels = Labels(accounts[0]), self._labels()
        pending = self._record(labels.get(names.pending))
        step = self._record(labels.get(names.step))
        return Standing(
            account=accounts[0],
            sharing=accounts,
            version_id=version_id,
            document=document,
            pending=pending,
            previous=self._record(labels.get(names.previous)),
            step=step_of(step, pending is not None),
            step_record=step,
            has_new=names.new in labels,
        )

    def put(self, content: Mapping[str, Any], label: str) -> str:
        """Store a version under one label, which leaves the version that had it; the new version's id."""
        text = json.dumps(content, ensure_ascii=False, indent=1)
        # Without VersionStages it would be current at once.
        return self._client.put_secret_value(SecretId=self.name, SecretString=text, VersionStages=[label])["VersionId"]

    def claim(self, label: str, version_id: str) -> None:
        """Attach a label that no other version has. Raises TakenError."""
        self._move(label, MoveToVersionId=version_id)

    def move(self, label: str, source: str, target: str) -> None:
        """Move a label from the version that was seen with it. Raises TakenError when it is not there any more."""
        self._move(label, RemoveFromVersionId=source, MoveToVersionId=target)

    def drop(self, label: str, only_from: str | None = None) -> None:
        """Detach a label if it is attached, or only if it is attached to this version."""
        version_id = self._labels().get(label)
        if version_id and only_from in (None, version_id):
            self._move(label, RemoveFromVersionId=version_id)

    def _move(self, label: str, **versions: str) -> None:
        try:
            self._client.update_secret_version_stage(SecretId=self.name, VersionStage=label, **versions)
        except ClientError as exc:
            if error_code(exc) not in _ELSEWHERE:
                raise
            raise TakenError("somebody else changed the secret or its keys at the same time: STEP=status") from exc

    def _labels(self) -> Mapping[str, str]:
        """The version of each label."""
        versions = self._client.describe_secret(SecretId=self.name).get("VersionIdsToStages", {})
        return {label: version_id for version_id, labels in versions.items() for label in labels}

    def _record(self, version_id: str | None) -> Record | None:
        return Record(version_id, self._content(version_id)) if version_id else None

    def _content(self, version_id: str) -> Mapping[str, Any]:
        answer = self._client.get_secret_value(SecretId=self.name, VersionId=version_id)
        content: Mapping[str, Any] = json.loads(answer["SecretString"])
        return content
