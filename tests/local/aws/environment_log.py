"""The log stream of one execution environment: a file to which both the function's process and Lambda write."""

import uuid
from datetime import datetime
from pathlib import Path

_TAIL_BYTES = 4096


class EnvironmentLog:
    """A new log stream in `folder`. `path` is its file, `stream` its name as on AWS."""

    def __init__(self, folder: Path, function_name: str, version: str, now: datetime) -> None:
        identity = uuid.uuid4().hex
        self.stream = f"{now:%Y/%m/%d}/[{version}]{identity}"
        self.path = folder / f"{function_name}.{identity[:8]}.log"
        folder.mkdir(parents=True, exist_ok=True)
        self.path.touch()

    @property
    def size(self) -> int:
        """The number of bytes so far, to be passed to `since`."""
        return self.path.stat().st_size

    def write(self, line: str) -> None:
        """Append a line that Lambda itself writes."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def since(self, mark: int) -> bytes:
        """The last 4 KB of what was logged after the mark, as LogType=Tail returns them."""
        with self.path.open("rb") as file:
            file.seek(max(mark, self.size - _TAIL_BYTES))
            return file.read(_TAIL_BYTES)
