"""`make trace`: the product files in which a function runs for one cold `/balance USD`, in order, for each Lambda.

Module and class bodies, which run at import, do not count.
"""

import sys
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.local import traced_client
from tests.local.paths import PROJECT
from tests.local.system import LocalSystem


def main() -> int:
    """Print the files; returns the exit code: 0, or 1 when the command was not answered."""
    with TemporaryDirectory() as folder:
        output = Path(folder) / "calls"
        client = (traced_client.__file__, str(output), str(PROJECT))
        with LocalSystem(logs=Path(folder) / "logs", runtime_client=client) as system:
            system.command("USD")
            system.settle()
            is_answered = bool(system.company.slack.messages)
        files = _files_by_lambda(output.read_text(encoding="utf-8"))
    for name, paths in files.items():
        print(f"{name} ({len(paths)} files)")
        print("".join(f"  {path}\n" for path in paths))
    print(f"{len(set().union(*files.values()))} product files in all")
    return 0 if is_answered else 1


def _files_by_lambda(calls: str) -> dict[str, list[str]]:
    """The files of each function in order of first call; the functions themselves are in that order, too."""
    files: defaultdict[str, list[str]] = defaultdict(list)
    for line in sorted(calls.splitlines(), key=lambda line: int(line.split(" ", 1)[0])):
        _, name, path = line.split(" ", 2)
        relative = str(Path(path).relative_to(PROJECT))
        if relative not in files[name]:
            files[name].append(relative)
    return files


if __name__ == "__main__":
    sys.exit(main())
