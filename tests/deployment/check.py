"""What one look at a deployed stack found, and how to mend it."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How it stands. Only WRONG makes the whole visit a failure."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"
    UNKNOWN = "cannot be known"


@dataclass(frozen=True, slots=True)
class Check:
    """One finding about `subject`, a sentence without a secret in it; `remedy` is the exact command or place.

    `detail` is text to copy, of several lines: a public key.
    """

    status: Status
    subject: str
    finding: str
    remedy: str = ""
    detail: str = ""


def ok(subject: str, finding: str, remedy: str = "", *, detail: str = "") -> Check:
    """Nothing to mend; a `remedy` is what is left to do elsewhere."""
    return Check(Status.OK, subject, finding, remedy, detail)


def warning(subject: str, finding: str, remedy: str) -> Check:
    """Works, or is not used yet, but is probably not what is wanted."""
    return Check(Status.WARNING, subject, finding, remedy)


def wrong(subject: str, finding: str, remedy: str) -> Check:
    """Does not work until it is mended."""
    return Check(Status.WRONG, subject, finding, remedy)


def unknown(subject: str, finding: str, remedy: str) -> Check:
    """Cannot be told from here; `remedy` is how to find out."""
    return Check(Status.UNKNOWN, subject, finding, remedy)


class NotGatheredError(Exception):
    """A fact could not be gathered; `check` says why, and stands in the place of what would have been looked at."""

    def __init__(self, check: Check) -> None:
        super().__init__(check.finding)
        self.check = check
