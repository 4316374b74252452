"""`make playground`: the whole system on this machine, behind a web page that behaves like Slack."""

import argparse
import signal
import sys
import threading
from datetime import UTC, datetime

from tests.local.company import choose_providers
from tests.local.history import seed_history
from tests.local.paths import WORKSPACE, new_log_folder
from tests.local.playground.controller import Controller
from tests.local.playground.masking import mask_for
from tests.local.playground.web import PlaygroundServer
from tests.local.playground.workspace import WORKSPACE_PARAMETERS, create_workspace
from tests.local.system import LocalSystem

PAGE = WORKSPACE / "playground" / "page"


def main() -> int:
    """Serve until Ctrl-C. Returns the exit code: 0, or 2 when the port is taken or the page is not built."""
    parser = argparse.ArgumentParser(prog="playground", description=__doc__)
    parser.add_argument("--port", type=int, default=8765, help="the port on 127.0.0.1; 0 for any free one")
    parser.add_argument("--providers", default="", help="the deployed providers, separated by commas; by default all")
    options = parser.parse_args()
    try:
        providers = choose_providers(options.providers)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if not (PAGE / "page.js").is_file():
        print(f"the page is not in {PAGE}: start with `make playground`, which builds it", file=sys.stderr)
        return 2
    stop = threading.Event()
    print("Starting the functions, AWS, the providers and Slack, with a made-up month of history ...", file=sys.stderr)
    company = create_workspace(WORKSPACE / "keys", providers)
    with LocalSystem(company, parameters=WORKSPACE_PARAMETERS, logs=new_log_folder("playground")) as system:
        seed_history(system.dynamodb, datetime.now(UTC), company.providers)
        controller = Controller(company, system.url, system.fire_schedule)
        try:
            server = PlaygroundServer(controller, mask_for(company), PAGE, options.port)
        except OSError as error:
            print(f"cannot use port {options.port} ({error.strerror}): make playground PORT=...", file=sys.stderr)
            return 2
        with server:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: stop.set())
            print(f"Balance Bot's playground: {server.url}   (Ctrl-C stops it)", flush=True)
            stop.wait()
    print("Stopped.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
