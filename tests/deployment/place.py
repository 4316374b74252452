"""Which stack is meant, and where it is: what `make deploy ENV=...` deploys, unless it is named."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Place:
    """A stack's name and its region."""

    stack: str
    region: str


def place_of(env: str, stack: str = "", region: str = "", samconfig: Path = PROJECT / "samconfig.toml") -> Place:
    """The stack and region that `samconfig` gives for `env`, each replaced by the one that is named.

    Raises ValueError that lists the environments for one that it does not have.
    """
    with samconfig.open("rb") as file:
        sections = tomllib.load(file)
    settings = {
        name: section["deploy"]["parameters"]
        for name, section in sections.items()
        if isinstance(section, dict) and "deploy" in section
    }
    if env not in settings:
        raise ValueError(f"ENV must be one of {', '.join(settings)}, as in samconfig.toml")
    return Place(stack or settings[env]["stack_name"], region or settings[env]["region"])


def put_secret(name: str, region: str) -> str:
    """The command that stores a secret's value from a file, which keeps it out of the shell's history."""
    file = name.rpartition("/")[2]
    return (
        f"aws secretsmanager put-secret-value --region {region} --secret-id {name} --secret-string file://{file}.json"
    )
