"""`make playground`: the whole system on this machine, behind a web page that behaves like Slack."""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from tests.local.playground.masking import Mask
from tests.local.playground.scene import Scene
from tests.local.playground.web import PlaygroundServer
from tests.local.playground.workspace import WORKSPACE_PARAMETERS, found_workspace
from tests.local.system import WORKSPACE, LocalSystem

PAGE = WORKSPACE / "playground" / "page"


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C; returns the exit code: 0 after that, 2 when the port is taken or the page is not built."""
    options = _parser().parse_args(arguments)
    if not (options.page / "page.js").is_file():
        print(f"the page is not in {options.page}: start with `make playground`, which builds it", file=sys.stderr)
        return 2
    stop = threading.Event()
    print("Starting the functions, AWS's services, the providers and Slack ...", file=sys.stderr)
    company = found_workspace(WORKSPACE / "keys")
    with LocalSystem(company, parameters=WORKSPACE_PARAMETERS, logs=options.logs) as system:
        scene = Scene(company, system.url, system.fire_schedule)
        try:
            server = PlaygroundServer(scene, Mask(company.secrets), options.page, options.port)
        except OSError as error:
            print(f"port {options.port} cannot be had ({error.strerror}): make playground PORT=...", file=sys.stderr)
            return 2
        with server:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: stop.set())
            print(f"Balance Bot's playground: {server.url}   (Ctrl-C ends it)", flush=True)
            stop.wait()
    print("Everything is stopped.", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="playground", description=__doc__)
    parser.add_argument("--port", type=int, default=8765, help="the port on 127.0.0.1; 0 for any that is free")
    parser.add_argument("--page", type=Path, default=PAGE, help="the folder of the built page")
    parser.add_argument("--logs", type=Path, default=WORKSPACE / "logs", help="where the functions' logs go")
    return parser


if __name__ == "__main__":
    sys.exit(main())
