"""`make playground`: the whole system on this machine, or a played day, behind a page that behaves like Slack."""

import argparse
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime

from tests.local.company import Company, choose_providers
from tests.local.day.curves import CURVES
from tests.local.history import seed_history
from tests.local.paths import WORKSPACE, new_log_folder
from tests.local.playground.bot import BotAtUrl
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
    parser.add_argument("--day", default="", help=f"a day to play instead: {', '.join(CURVES)}")
    options = parser.parse_args()
    try:
        behind = _day(options.day) if options.day else _system(options.providers)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if not (PAGE / "page.js").is_file():
        print(f"the page is not in {PAGE}: start with `make playground`, which builds it", file=sys.stderr)
        return 2
    return _serve(behind, options.port)


def _serve(behind: AbstractContextManager[tuple[Company, Controller]], port: int) -> int:
    stop, output = threading.Event(), sys.stdout  # a day has another standard output
    with behind as (company, controller):
        try:
            server = PlaygroundServer(controller, mask_for(company), PAGE, port)
        except OSError as error:
            print(f"cannot use port {port} ({error.strerror}): make playground PORT=...", file=sys.stderr)
            return 2
        with server:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: stop.set())
            print(f"Balance Bot's playground: {server.url}   (Ctrl-C stops it)", file=output, flush=True)
            stop.wait()
    print("Stopped.", file=sys.stderr)
    return 0


def _system(names: str) -> AbstractContextManager[tuple[Company, Controller]]:
    """The whole system. Raises ValueError for an unknown provider."""
    providers = choose_providers(names)

    @contextmanager
    def running() -> Iterator[tuple[Company, Controller]]:
        print(
            "Starting the functions, AWS, the providers and Slack, with a made-up month of history ...", file=sys.stderr
        )
        company = create_workspace(WORKSPACE / "keys", providers)
        with LocalSystem(company, parameters=WORKSPACE_PARAMETERS, logs=new_log_folder("playground")) as system:
            seed_history(system.dynamodb, datetime.now(UTC), company.providers)
            yield company, Controller(company, BotAtUrl(system.url), system.fire_schedule)

    return running()


def _day(name: str) -> AbstractContextManager[tuple[Company, Controller]]:
    """A day. Raises ValueError for an unknown one."""
    if name not in CURVES:
        raise ValueError(f"DAY must be one of {', '.join(CURVES)}")
    # Its packages are in another environment.
    from tests.local.playground.day import day_at_the_page  # noqa: PLC0415

    print("Playing the first hours of the day ...", file=sys.stderr)
    return day_at_the_page(CURVES[name])


if __name__ == "__main__":
    sys.exit(main())
