"""Checks everything that the bot sends against Slack's limits and writes it as TypeScript: see the package."""

import sys
from pathlib import Path

from tests.slack_types.corpus import everything
from tests.slack_types.typescript import source_of

_MAX_PRINTED = 20


def main(path: Path) -> int:
    """Write the TypeScript to `path`. Returns 1 when something exceeds a limit, and prints it."""
    corpus = list(everything())
    path.write_text(source_of(corpus), encoding="ascii")
    refused = [f"{sent.name}: {problem}" for sent in corpus for problem in sent.problems()]
    for problem in refused[:_MAX_PRINTED]:
        print(problem, file=sys.stderr)
    print(f"{len(corpus):,} messages and views, {len(refused):,} times outside Slack's documented limits")
    return 1 if refused else 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
