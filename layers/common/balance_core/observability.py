r"""Logs and metrics, and the scrubber that keeps secrets out of logs and exceptions.

The logger is made once per process. Neither logs nor metrics ever get a secret or an amount; what libraries log or
raise is scrubbed as well, as the last line of defence. The scrubber works on the finished text, however often it was
escaped (a line end may be `\n`, `\\n` ...). It never removes a quotation mark or half an escape, so JSON stays valid,
and it runs in linear time. Secrets are recognised by their form or by the name of their field. Amounts have no form.
"""

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import ContextDecorator
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider
from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_core.errors import ErrorKind

if TYPE_CHECKING:
    from balance_core.models import Failure, Notice

_Answer = TypeVar("_Answer")

SCRUBBED = "[scrubbed]"

# Never remove half an escape. Escaping a text doubles its backslashes: 32 means it was escaped five times.
_LINE_END = r"(?:\\{1,32}[nrt]|[\r\n]|%0[ADad])"
_SLASH = r"(?:\\{0,32}/|%2[Ff])"
_BASE64 = r"(?:[A-Za-z0-9+/]|\\{1,32}/|%2[BFbf])"
_LABEL = r"(?:[A-Z0-9 +]|%20)*+-----"
_REST_OF_URL = r"""(?:\\{1,32}/|[^\s"'<>\\,;)\]}&])*+"""
# Where a run of Base64 begins: the letter of an escape before it (the n of \n) is not part of it.
_RUN_BEGINS = r"(?:(?<![A-Za-z0-9+/\\])|(?<=\\[nrtbf])|(?<=\\x[0-9a-f]{2})|(?<=\\u[0-9a-f]{4})|(?<=%0[ADad]))"

_KNOWN_BY_FORM = (
    # A PEM block, even if its end is missing; if its beginning is missing, it is scrubbed as Base64.
    r"-----BEGIN" + _LABEL + rf"(?:[A-Za-z0-9+/=\s]|\\{{1,32}}/|%[23][BDFbdf]|{_LINE_END})*+(?:-----END{_LABEL})?",
    # A Slack token: xoxb-, xoxp-, xapp-, xoxe.xoxp- ...
    r"(?:xox[a-zA-Z]|xapp)(?:\.xox[a-zA-Z])?-[\w-]{4,}+",
    # A response_url or webhook at Slack, and the path of one at another configured origin.
    r"hooks\.slack(?:-gov)?\.com" + _SLASH + _REST_OF_URL,
    _SLASH + r"(?:commands|actions|services|triggers|workflows)" + _SLASH + r"[A-Z][A-Z0-9]+" + _SLASH + _REST_OF_URL,
    # Slack's signature of a request.
    r"v0(?:=|%3[Dd])[0-9a-f]{16,}+",
)
_PATTERNS = tuple(re.compile(pattern) for pattern in _KNOWN_BY_FORM)
# `Authorization: Bearer ...` and `Basic ...`, in a header or in a dict.
_AUTHORIZATION = re.compile(r"\b((?:Bearer|Basic)(?:\s|%20){1,4})(?:[A-Za-z0-9._~+=-]|\\{0,32}/){8,}+")
# Fields whose values have no form of their own. A provider adds those that it declares as secret.
_secret_names = {"signing_secret", "private_key", "token", "SecretString", "api_key", "client_secret", "password"}


def _named_pattern() -> re.Pattern[str]:
    """`'signing_secret': '...'`, `token=...`, `\\"SecretString\\": \\"...\\"` for every known name."""
    names = "|".join(sorted(map(re.escape, _secret_names)))
    return re.compile(
        rf"""((?:{names})\\{{0,32}}["']?\s{{0,4}}[:=]\s{{0,4}}b?(?:\\{{0,32}}["'])?)"""
        rf"""(?!{re.escape(SCRUBBED)})(?:\\{{1,32}}/|[^\s"'\\&,;)\]}}]){{8,}}+"""
    )


_named_secret = _named_pattern()


def scrub_fields(names: Iterable[str]) -> None:
    """Also scrub the values of these fields from now on. A provider function calls it with its declared secrets."""
    global _named_secret  # noqa: PLW0603 - one scrubber per process, and every log handler shares it
    _secret_names.update(names)
    _named_secret = _named_pattern()


# A key without armour begins with MII; 48 characters of Base64 are a signature, or one line of a block.
_LONG_BASE64 = re.compile(
    _RUN_BEGINS
    + rf"(?:[A-Za-z0-9+/]{{1,76}}{_LINE_END}{{1,4}})?(?:(?P<key>MII{_BASE64}{{13,}}+)|{_BASE64}{{48,}}+)"
    + rf"(?:{_LINE_END}{{1,4}}{_BASE64}++)*+(?:=|%3[Dd]){{0,2}}"
)


def scrub(text: str) -> str:
    """`text` with keys, tokens, values of secret fields, response URLs and signatures replaced by `[scrubbed]`.

    Ids stay readable: up to 47 characters, or without a mixture of capitals, small letters and digits.
    """
    for pattern in _PATTERNS:
        text = pattern.sub(SCRUBBED, text)
    text = _AUTHORIZATION.sub(rf"\1{SCRUBBED}", text)
    text = _named_secret.sub(rf"\1{SCRUBBED}", text)
    return _LONG_BASE64.sub(_unless_an_id, text)


def scrubbed_json(log: Mapping[str, object]) -> str:
    """One log line as JSON; values that JSON does not have are written with `str`."""
    return scrub(json.dumps(log, default=str, separators=(",", ":"), ensure_ascii=False))


def scrub_handlers(handlers: Iterable[logging.Handler]) -> None:
    """Make log handlers that are not ours, such as Lambda's root handler, scrub what they format."""
    for handler in handlers:
        handler.setFormatter(_ScrubbingFormatter(handler.formatter or logging.Formatter()))


class _ScrubbingFormatter(logging.Formatter):
    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self._formatter = formatter

    def format(self, record: logging.LogRecord) -> str:
        return scrub(self._formatter.format(record))


class ScrubbedError(Exception):
    """Replaces an exception whose text had to be scrubbed; the text begins with the original type."""


class ScrubbedExceptions(ContextDecorator):
    """Scrubs what a handler raises, because Lambda logs it and passes it to callers and failure destinations.

    An exception without secrets passes unchanged.
    """

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        text = str(error)
        if kind and scrub(text) != text:
            raise ScrubbedError(f"{kind.__name__}: {scrub(text)}").with_traceback(trace) from None


def _unless_an_id(found: re.Match[str]) -> str:
    word = found[0]
    is_mixed = word.upper() != word and word.lower() != word and any(map(str.isdigit, word))
    return SCRUBBED if is_mixed or found["key"] else word


# These libraries log URLs, headers or whole bodies at INFO or DEBUG.
_NOISY_LOGGERS = ("boto3", "botocore", "httpcore", "httpx", "slack_bolt", "slack_sdk", "urllib3")

logger = Logger(json_serializer=scrubbed_json)

for _name in _NOISY_LOGGERS:
    logging.getLogger(_name).setLevel(logging.WARNING)

# Lambda's own root handler, which receives what libraries log. Lambda installs it before it imports our code.
scrub_handlers(logging.getLogger().handlers)


def lambda_handler(answer: Callable[[Any, LambdaContext], _Answer]) -> Callable[[Any, LambdaContext], _Answer]:
    """Wrap `answer` for Lambda: every log line names the request, and exceptions are scrubbed.

    The event is never logged, even if the environment asks for it: it may hold a signature or a response_url.
    """
    return ScrubbedExceptions()(logger.inject_lambda_context(answer, log_event=False, clear_state=True))


def count_failure(provider: str, kind: str) -> None:
    """Add one to the metric ProviderFailure, by provider and kind, as one EMF line on standard output."""
    with single_metric(name="ProviderFailure", unit=MetricUnit.Count, value=1) as metric:
        metric.add_dimension(name="provider", value=provider)
        metric.add_dimension(name="kind", value=kind)


def report_unavailable(message: str) -> None:
    """Log an error and count it for this function, as work that could not be done now."""
    # The log names the place of the caller.
    logger.error(message, stacklevel=3)
    count_failure(logger.service, ErrorKind.UNAVAILABLE.value)


def report_failure(failure: "Failure") -> None:
    """Log and count one failure, in the function where it happened, so that it counts once.

    A failure without a provider counts for the function itself, under its service name.
    """
    count_failure(failure.provider or logger.service, failure.kind.value)
    logger.warning(
        failure.message,
        provider=failure.provider,
        account=failure.account,
        currency=failure.currency,
        kind=failure.kind.value,
        provider_code=failure.provider_code,
        trace_id=failure.trace_id,
    )


def report_notices(notices: Iterable["Notice"]) -> None:
    """Log each notice by kind and place. Its message is left out: it may hold an amount."""
    for notice in notices:
        logger.warning(
            "notice about the figures",
            notice=notice.kind.value,
            provider=notice.provider,
            account=notice.account,
            currency=notice.currency,
            place=notice.place,
        )


def count_stored_snapshot(kind: str) -> None:
    """Add one to the metric SnapshotStored, by kind of snapshot. Alarms notice when it stays away."""
    with single_metric(name="SnapshotStored", unit=MetricUnit.Count, value=1) as metric:
        metric.add_dimension(name="snapshot", value=kind)


def count_unstored_snapshot() -> None:
    """Add one to the metric SnapshotNotStored, which an alarm watches."""
    with single_metric(name="SnapshotNotStored", unit=MetricUnit.Count, value=1):
        pass


def count_watch_run() -> None:
    """Add one to the metric WatchRun. An alarm notices when it stays away."""
    with single_metric(name="WatchRun", unit=MetricUnit.Count, value=1):
        pass


def count_mismatches(provider: str, count: int) -> None:
    """Add `count` to the metric TotalMismatch, by provider: balances whose total is not available + frozen."""
    with single_metric(name="TotalMismatch", unit=MetricUnit.Count, value=count) as metric:
        metric.add_dimension(name="provider", value=provider)


def count_signatures(provider: str, made: int, uncertain: int) -> None:
    """Add to the metrics KmsSignatures and KmsSignaturesUncertain, by provider.

    AWS KMS made the former for us. It may have made the latter, but its answer was lost.
    """
    metrics = AmazonCloudWatchEMFProvider()
    metrics.add_dimension(name="provider", value=provider)
    metrics.add_metric(name="KmsSignatures", unit=MetricUnit.Count, value=made)
    metrics.add_metric(name="KmsSignaturesUncertain", unit=MetricUnit.Count, value=uncertain)
    metrics.flush_metrics()


def record_latency(name: str, *milliseconds: int, **dimensions: str) -> None:
    """Record one or more durations as the metric `name`."""
    metrics = AmazonCloudWatchEMFProvider()
    for dimension, value in dimensions.items():
        metrics.add_dimension(name=dimension, value=value)
    for each in milliseconds:
        # It flushes by itself at a hundred values, which is EMF's limit.
        metrics.add_metric(name=name, unit=MetricUnit.Milliseconds, value=each)
    if metrics.metric_set:
        metrics.flush_metrics()
