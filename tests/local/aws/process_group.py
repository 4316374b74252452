"""A process with all its children, which end together."""

import contextlib
import os
import re
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path


class ProcessGroup:
    """Started by its construction, in a session of its own; everything it prints is appended to the file `output`.

    `on_exit` is called once, by a thread of this object, when the process has ended.
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
        self._ended = threading.Event()
        self._watching = threading.Thread(target=self._watch, name=f"watch {self._process.pid}", daemon=True)
        self._watching.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return not self._ended.is_set()

    @property
    def return_code(self) -> int | None:
        """The exit status, minus the signal's number when a signal ended it, None while it runs."""
        return self._process.returncode

    @property
    def peak_memory_mb(self) -> int | None:
        """The most memory the process held so far, None where the system does not say (it needs Linux's /proc)."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text()
        except OSError:
            return None
        peak = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(peak[1]) // 1024 if peak else None

    @property
    def cpu_seconds(self) -> float:
        """The processor time of the process so far, all its threads included. Raises OSError once it has ended.

        It reads the process's clock, whose number is made of its id (Linux only; see clock_getcpuclockid(3)).
        """
        return time.clock_gettime((~self._process.pid << 3) | 2)

    def limit_data(self, megabytes: int) -> None:
        """Cap the process's data segment, so that allocating beyond it fails in the process (Linux only)."""
        size = megabytes * 1024 * 1024
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(self._process.pid, resource.RLIMIT_DATA, (size, size))

    def wait(self, timeout_seconds: float) -> None:
        """Return when the process has ended, or after the timeout."""
        self._ended.wait(timeout_seconds)

    def stop(self, grace_seconds: float = 0.0) -> None:
        """End the group: with a grace, ask first (SIGTERM); then kill what is left, and reap it."""
        if grace_seconds:
            self._signal(signal.SIGTERM)
            self._ended.wait(grace_seconds)
        self._signal(signal.SIGKILL)
        self._watching.join()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _watch(self) -> None:
        self._process.wait()
        self._ended.set()
        self._on_exit()
