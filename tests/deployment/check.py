"""The result of one check of a deployed stack, and how to fix what it found."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Only WRONG makes `make doctor` fail."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """One finding about `subject`. It contains no secret and no amount; `remedy` is the exact command or place.

    `detail` is text to copy, of several lines: a public key.
    """

    status: Status
    subject: str
    finding: str
    remedy: str = ""
    detail: str = ""


def ok(subject: str, finding: str, remedy: str = "", *, detail: str = "") -> Check:
    """Nothing to fix; `remedy` says what is left to do elsewhere."""
    return Check(Status.OK, subject, finding, remedy, detail)


def warning(subject: str, finding: str, remedy: str) -> Check:
    """It works, or is not used yet, but it is probably not what you want."""
    return Check(Status.WARNING, subject, finding, remedy)


def wrong(subject: str, finding: str, remedy: str) -> Check:
    """It does not work until somebody fixes it."""
    return Check(Status.WRONG, subject, finding, remedy)


def unknown(subject: str, finding: str, remedy: str) -> Check:
    """The doctor cannot find out; `remedy` says how you can."""
    return Check(Status.UNKNOWN, subject, finding, remedy)


class CheckError(Exception):
    """What a check needs could not be read; `check` says why, and goes into the report instead."""

    def __init__(self, check: Check) -> None:
        super().__init__(check.finding)
        self.check = check


class NotFoundError(CheckError):
    """AWS says that it does not exist."""
