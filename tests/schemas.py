"""The JSON Schemas of events/schema, as a judge of documents."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

EVENTS = Path(__file__).parents[1] / "events"


def schema(name: str) -> Any:
    """The schema `name` in its first version."""
    return json.loads((EVENTS / "schema" / f"{name}.v1.json").read_text(encoding="utf-8"))


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schema(name))


def problems(name: str, document: object) -> list[str]:
    """What `document` has against the schema `name`, one line each; nothing when it is valid."""
    return [f"{error.json_path}: {error.message}" for error in _validator(name).iter_errors(document)]
