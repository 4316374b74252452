"""What others write leaves scrubbed: the log of every library, and exceptions."""

import io
import logging

import pytest

from balance_core.scrubbing import SCRUBBED, ScrubbedError, ScrubbedExceptions, scrub_handlers

TOKEN = "xoxb-1234567890-ABCdef123456"
URL = "https://hooks.slack.com/commands/T0123456789/1234567890123/AbCdEf0123456789AbCdEf01"


def test_the_log_of_others_is_scrubbed_in_every_part_of_a_record() -> None:
    bare, dressed = logging.StreamHandler(io.StringIO()), logging.StreamHandler(io.StringIO())
    dressed.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    scrub_handlers([bare, dressed])
    try:
        int(TOKEN)
    except ValueError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, "x.py", 1, "%s", (URL,), (ValueError, error, error.__traceback__)
        )
    for handler, start in ((bare, ""), (dressed, "ERROR ")):
        text = handler.format(record)
        assert TOKEN not in text
        assert "T0123456789" not in text
        assert text.startswith(f"{start}https://{SCRUBBED}\nTraceback")


def test_an_exception_leaves_scrubbed_and_keeps_where_it_was_raised() -> None:
    @ScrubbedExceptions()
    def handler() -> None:
        raise LookupError(f"no {TOKEN} here")

    with pytest.raises(ScrubbedError) as caught:
        handler()
    assert str(caught.value) == f"LookupError: no {SCRUBBED} here"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "handler" in [entry.name for entry in caught.traceback]


def test_an_exception_that_tells_nothing_passes_as_it_is() -> None:
    error = LookupError("nothing secret")
    with pytest.raises(LookupError) as caught, ScrubbedExceptions():
        raise error
    assert caught.value is error
