"""The log stream of one execution environment: a file that the function's process and Lambda itself both write."""

import uuid
from datetime import datetime
from pathlib import Path

_TAIL_BYTES = 4096


class EnvironmentLog:
    """A new log stream in `folder`, made when missing. `path` is its file, `stream` its name as on AWS."""

    def __init__(self, folder: Path, function_name: str, version: str, now: datetime) -> None:
        identity = uuid.uuid4().hex
        self.stream = f"{now:%Y/%m/%d}/[{version}]{identity}"
        self.path = folder / f"{function_name}.{identity[:8]}.log"
        folder.mkdir(parents=True, exist_ok=True)
        self.path.touch()

    @property
    def size(self) -> int:
        """Bytes so far: the mark to give to `since`."""
        return self.path.stat().st_size

    def write(self, line: str) -> None:
        """Append one line of Lambda's own."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def since(self, mark: int) -> bytes:
        """The last 4 KB of what was logged after the mark: what LogType=Tail answers."""
        with self.path.open("rb") as file:
            file.seek(max(mark, self.size - _TAIL_BYTES))
            return file.read(_TAIL_BYTES)
