"""A process and its children, which end together."""

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path


class ProcessGroup:
    """Starts at construction, in a new session; everything it prints is appended to the file `output`.

    `on_exit` is called once, from a thread of this object, when the process has ended.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        output: Path,
        on_exit: Callable[[], None] = lambda: None,
    ) -> None:
        with output.open("ab") as file:
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._on_exit = on_exit
        self._watching = threading.Thread(target=self._watch, name=f"watch {self._process.pid}", daemon=True)
        self._watching.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.returncode is None

    @property
    def return_code(self) -> int | None:
        """The exit status, the negative number of the signal that ended it, or None while it runs."""
        return self._process.returncode

    @property
    def peak_memory_mb(self) -> int | None:
        """The peak resident memory of the process; None where the system has no /proc."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text()
        except OSError:
            return None
        peak = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(peak[1]) // 1024 if peak else None

    @property
    def cpu_seconds(self) -> float:
        """The processor time of all threads of the process so far. Raises OSError once it has ended.

        The clock's number is derived from the process id (Linux only; see clock_getcpuclockid(3)).
        """
        return time.clock_gettime((~self._process.pid << 3) | 2)

    def stop(self) -> None:
        """Kill the group and reap the process."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._watching.join()

    def _watch(self) -> None:
        self._process.wait()
        self._on_exit()
