"""Where the local system finds the project, and where it keeps what it makes."""

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

PROJECT = Path(__file__).parents[2]
WORKSPACE = PROJECT / ".local"
# `make` installs there what Lambda, the layer and the Slack package bring; see the Makefile.
INSTALLED = WORKSPACE / f"{sys.version_info.major}.{sys.version_info.minor}"

_KEPT_RUNS = 20


def new_log_folder(kind: str, parent: Path = WORKSPACE / "logs") -> Path:
    """Make a log folder for one run of a `kind` (`demo`, `playground`), which no other run uses.

    The newest runs of each kind are kept and older ones deleted.
    """
    folder = parent / kind
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.iterdir())[: 1 - _KEPT_RUNS]:
        rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-", dir=folder))
