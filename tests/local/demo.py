"""`make demo`: one slash command through the whole system on this machine, and what a person would see in Slack."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from tests.local.aws.lambda_service import TimelineEntry
from tests.local.aws.stack import STACK_NAME
from tests.local.company import choose_providers, create_company
from tests.local.history import DAYS, GAP, seed_history
from tests.local.paths import WORKSPACE, new_log_folder
from tests.local.rendering import render_message
from tests.local.simulators.faults import FAULTS, Fault, FaultName, parse_fault
from tests.local.system import LocalSystem

_SLOW_SECONDS = 3
# The emoji that the bot uses, as Slack draws it.
_EMOJI = {":warning:": "⚠️"}


def main() -> int:
    """Run one demonstration. Returns the exit code: 0 for an answer, 1 for none, 2 for a wrong option."""
    options = _parser().parse_args()
    try:
        providers, faults = choose_providers(options.providers), _faults(options)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if unknown := sorted(faults.keys() - providers.keys()):
        print(f"no provider is called {', '.join(unknown)}", file=sys.stderr)
        return 2
    with LocalSystem(create_company(WORKSPACE / "keys", providers), logs=new_log_folder("demo")) as system:
        for provider, fault in faults.items():
            system.company.providers[provider].set_fault(fault)
        _seed(system)
        if options.digest:
            return _show_digest(system)
        return _show_json(system, options.text) if options.format == "json" else _show_text(system, options.text)


def _parser() -> argparse.ArgumentParser:
    faults = "; ".join(f"{name}: {meaning}" for name, meaning in FAULTS.items())
    parser = argparse.ArgumentParser(prog="demo", description=__doc__, epilog=f"Faults: {faults}.")
    parser.add_argument("--text", default="USD", help="what follows /balance")
    parser.add_argument("--providers", default="", help="the deployed providers, separated by commas; by default all")
    parser.add_argument("--fail", default="", help="providers that are down, separated by commas")
    parser.add_argument("--slow", default="", help="providers that answer late; payermax:20 for 20 seconds")
    parser.add_argument("--lie", default="", help="providers whose answers are signed with a wrong key")
    parser.add_argument("--fault", default="", help="any fault: payby=rate_limited,pagsmile=drip 5")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    parser.add_argument("--digest", action="store_true", help="fire the schedule instead of typing a command")
    return parser


def _faults(options: argparse.Namespace) -> dict[str, Fault]:
    """The fault of each provider. Raises ValueError with a message that says what to type."""
    faults = {name: Fault(FaultName.FAIL) for name in _split(options.fail)}
    faults |= {name: Fault(FaultName.LIE) for name in _split(options.lie)}
    for item in _split(options.slow):
        name, _, seconds = item.partition(":")
        faults[name] = parse_fault(f"slow {seconds or _SLOW_SECONDS}")
    for item in _split(options.fault):
        name, _, fault = item.partition("=")
        faults[name] = parse_fault(fault)
    return faults


def _split(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _seed(system: LocalSystem) -> None:
    """On standard error, because standard output may be JSON."""
    number = seed_history(system.dynamodb, datetime.now(UTC), system.company.providers)
    print(
        f"(The last {DAYS} days are made up: {number} stored snapshots, with a gap {GAP[1]} days ago.)\n",
        file=sys.stderr,
    )


def _show_text(system: LocalSystem, text: str) -> int:
    started = datetime.now(UTC)
    print(f"#finance  /balance {text}\n")
    reply = system.command(text)
    print(f"Slack shows at once, after {reply.elapsed_ms:,.0f} ms (HTTP {reply.status}):\n")
    print(_indented(render_message(json.loads(reply.body)) if reply.body else "(nothing)"))
    system.settle()
    for message in system.company.slack.deliveries:
        elapsed_ms = (message.delivered_at - started).total_seconds() * 1000
        print(f"\nThen, {elapsed_ms:,.0f} ms after Enter:\n")
        print(_indented(render_message(message.payload)))
    _show_timings(system)
    return 0 if reply.status == 200 and not system.failed_events() else 1


def _show_json(system: LocalSystem, text: str) -> int:
    reply = system.command(text)
    system.settle()
    answers = [run for run in system.functions.timeline if run.function_name == f"{STACK_NAME}-aggregator"]
    if not answers:
        print(f"`/balance {text}` did not ask the aggregator. Slack shows: {reply.body}", file=sys.stderr)
        return 1
    print(json.dumps(json.loads(answers[-1].payload), indent=2, ensure_ascii=False))
    return 0


def _show_digest(system: LocalSystem) -> int:
    system.fire_schedule()
    system.settle()
    print("The schedule fired. The bus carried:\n")
    for event in system.bus.published:
        print(_indented(json.dumps(event, indent=2)))
    for message in system.company.slack.deliveries:
        print(f"\nSlack shows in {message.channel_id}:\n")
        print(_indented(render_message(message.payload)))
    _show_timings(system)
    return 0 if system.company.slack.messages and not system.failed_events() else 1


def _indented(text: str) -> str:
    for name, sign in _EMOJI.items():
        text = text.replace(name, sign)
    return "\n".join(f"  {line}".rstrip() for line in text.splitlines())


def _show_timings(system: LocalSystem) -> None:
    print(f"\n{_timings(system.functions.timeline)}\n\nLogs of every function: {os.path.relpath(system.logs)}")


def _timings(timeline: Sequence[TimelineEntry]) -> str:
    """How long each function took, including its calls of other functions; every first run is a cold start."""
    lines = ["How long each function took (ms)        answer   cold start before it"]
    for run in sorted(timeline, key=lambda run: run.started_at):
        start = "" if run.init_ms is None else f"{run.init_ms:,.0f}"
        lines.append(f"  {run.function_name:34} {run.duration_ms:9,.0f} {start:>14}  {run.error or ''}".rstrip())
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
