"""`make watch-rules`: the rules of the watch as JSON, to keep them in git, and back again.

Importing adds and changes rules; one that is not in the file stays. Removing is done in Slack, where people see it.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.deployment.aws import Aws
from tests.deployment.check import CheckError
from tests.deployment.target import target_of

_OUTPUT = "WatchArn"
# They belong to the stored rule, not to what it says.
_BOOKKEEPING = ("revision", "changed_by", "deleted")

Ask = Callable[[Mapping[str, Any]], dict[str, Any]]
Rule = Mapping[str, Any]


def exported(ask: Ask) -> list[dict[str, Any]]:
    """The rules that are stored, without what changes with each save. Null members are left out."""
    rules = [each["rule"] for each in ask({"version": 1, "request": "list"})["rules"]]
    return sorted(map(_content, rules), key=lambda rule: str(rule["id"]))


def import_rules(ask: Ask, rules: Sequence[Rule]) -> list[str]:
    """Save the rules. Returns a line for each; `wrong` begins one that was refused."""
    stored = {each["rule"]["id"]: each["rule"] for each in ask({"version": 1, "request": "list"})["rules"]}
    lines = []
    for rule in rules:
        name = rule.get("id", "(new)")
        before = stored.get(name)
        revision = {"revision": before.get("revision", 0)} if before else {}
        request = {"version": 1, "request": "save", "rule": {**_content(rule), **revision}, "by": "import"}
        answer = ask(request)
        if problem := answer["problem"]:
            lines.append(f"wrong    {name}: {problem['field']} {problem['problem']}")
        else:
            outcome = "same" if before == answer["rule"] else "changed" if before else "added"
            lines.append(f"{outcome:8} {answer['rule']['id']}")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0, 1 when a rule was refused, or 2 for what could not be read."""
    parser = argparse.ArgumentParser(prog="watch-rules", description=__doc__)
    parser.add_argument("--env", default="dev", help="the environment in samconfig.toml")
    parser.add_argument("--stack", default="", help="another stack than the environment's")
    parser.add_argument("--region", default="", help="another region than the environment's")
    parser.add_argument("--file", default="", help="rules to import")
    options = parser.parse_args(arguments)
    try:
        target = target_of(options.env, options.stack, options.region)
        ask = _asking(Aws(target.region), target.stack)
        if not options.file:
            print(json.dumps(exported(ask), indent=2, ensure_ascii=False))
            return 0
        lines = import_rules(ask, json.loads(Path(options.file).read_text(encoding="utf-8")))
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except CheckError as error:
        print(f"{error.check.subject}: {error.check.finding}. {error.check.remedy}", file=sys.stderr)
        return 2
    print("\n".join(lines))
    return 1 if any(line.startswith("wrong") for line in lines) else 0


def _asking(aws: Aws, stack_name: str) -> Ask:
    outputs = aws.stack(stack_name).outputs
    if _OUTPUT not in outputs:
        raise ValueError(f"the stack {stack_name} has no output {_OUTPUT}: deploy it again")

    def ask(request: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(aws.invoke("watch", outputs[_OUTPUT], json.dumps(request).encode()))
        return answer

    return ask


def _content(rule: Rule) -> dict[str, Any]:
    return {name: value for name, value in rule.items() if name not in _BOOKKEEPING and value is not None}


if __name__ == "__main__":
    sys.exit(main())
