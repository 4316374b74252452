"""Print a day: what came into the channels, which messages were edited, and who pressed what."""

import argparse
import re
import sys
from collections.abc import Sequence
from datetime import timedelta

from tests.local.day.curves import CURVES
from tests.local.day.people import PEOPLE
from tests.local.day.play import Day, Happening
from tests.local.rendering import render_message
from tests.local.simulators.slack_messages import DeliveredMessage

_EMOJI = {
    "large_orange_circle": "🟠",
    "red_circle": "🔴",
    "white_check_mark": "✅",
    "question": "❓",
    "raising_hand": "🙋",
    "no_bell": "🔕",
    "snowflake": "❄️",
    "warning": "⚠️",
    "zzz": "💤",
    "arrow_up": "⬆️",
}
_INDENT = " " * 8


def main(arguments: Sequence[str] | None = None) -> int:
    """Play and print one day. Returns 0, or 2 for an unknown curve."""
    parser = argparse.ArgumentParser(prog="day", description=__doc__)
    parser.add_argument("curve", nargs="?", default="php-dry")
    parser.add_argument("--until", default="24:00", help="when to stop, such as 08:00")
    options = parser.parse_args(arguments)
    if options.curve not in CURVES:
        print(f"CURVE must be one of {', '.join(CURVES)}", file=sys.stderr)
        return 2
    hours, minutes = options.until.split(":")
    with Day(CURVES[options.curve]) as day:
        day.play(timedelta(hours=int(hours), minutes=int(minutes)))
        lines = transcript(options.curve, day)
    print("\n".join(lines))
    return 0


def transcript(name: str, day: Day) -> list[str]:
    """The lines of the transcript."""
    lines = [f"{name}: {day.curve.about}. Times are UTC.", ""]
    shown: dict[str, list[str]] = {}
    for each in day.happened:
        if each.message is None:
            lines.append(f"{each.at:%H:%M}   {each.words}")
        else:
            lines += _message_lines(each, each.message, shown)
    messages = [each.message for each in day.happened if each.message]
    edits = sum(each.is_replacement for each in messages)
    lines += [
        "",
        f"{len(messages) - edits} messages, {edits} silent edits, {len(day.changes)} changes on the event bus",
    ]
    for ts, content in shown.items():
        message = next(each for each in messages if each.ts == ts)
        if message.channel_id.startswith("C") and message.thread_ts is None:
            lines += ["", f"{_place(message.channel_id)} at {day.now:%H:%M}", *(f"{_INDENT}{line}" for line in content)]
            lines += [
                f"{_INDENT}  ↳ {each.delivered_at:%H:%M} {line}"
                for each in messages
                if each.thread_ts == ts
                for line in shown[each.ts]
            ]
    return lines


def _message_lines(happening: Happening, message: DeliveredMessage, shown: dict[str, list[str]]) -> list[str]:
    text = _readable(render_message(message.payload))
    content = [line for line in text.splitlines() if line.strip() and set(line) != {"="}]
    before = shown.get(message.ts, [])
    shown[message.ts] = content
    where = _place(message.channel_id)
    if message.is_replacement:
        changed = [line for line in content if line not in before]
        return [f"{happening.at:%H:%M}   {where}, edited silently: {changed[0] if changed else content[0]}"] + [
            f"{_INDENT}{line}" for line in changed[1:]
        ]
    if message.thread_ts:
        where += ", in the thread and in the channel" if message.payload.get("reply_broadcast") else ", in the thread"
    return [f"{happening.at:%H:%M}   {where}", *(f"{_INDENT}{line}" for line in content)]


def _place(channel: str) -> str:
    return f"#{PEOPLE[channel]}" if channel.startswith("C") else f"to @{PEOPLE[channel]} alone"


def _readable(text: str) -> str:
    for slack_id, name in PEOPLE.items():
        text = text.replace(f"@{slack_id}", f"@{name}").replace(f"#{slack_id}", f"#{name}")
    return re.sub(r":([a-z_]+):", lambda found: _EMOJI.get(found[1], found[0]), text)


if __name__ == "__main__":
    sys.exit(main())
