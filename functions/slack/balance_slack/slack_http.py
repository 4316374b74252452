"""One POST to Slack: it follows no redirect and takes no proxy, because body or headers hold what opens doors.

slack_sdk's clients follow redirects and cannot be told not to, and importing them costs a cold start 0.1 s.
"""

from collections.abc import Mapping
from functools import cache
from http.client import HTTPException, HTTPResponse
from urllib.request import HTTPErrorProcessor, OpenerDirector, ProxyHandler, Request, build_opener

from balance_core.wire import dumps
from balance_slack.delivery import unreachable

TIMEOUT_SECONDS = 10
# The Web API repeats what it took, and a view may have 250 kB.
_MOST_ANSWER_BYTES = 1_000_000


class _AsItCame(HTTPErrorProcessor):
    """No exception for a 4xx or 5xx, and no second request for a redirect."""

    def http_response(self, request: Request, response: HTTPResponse) -> HTTPResponse:  # noqa: ARG002 - urllib's name
        return response

    https_response = http_response


@cache
def _opener() -> OpenerDirector:
    """One for all posts: each new one reads the certificate authorities, which takes longer than most posts."""
    # Without a proxy of its own it would take the environment's.
    return build_opener(ProxyHandler({}), _AsItCame())


def post_json(url: str, fields: Mapping[str, object], headers: Mapping[str, str]) -> tuple[int, bytes]:
    """The answer's status and body. `url` must be known to be Slack's. Raises DeliveryError when there is no answer."""
    content_type = {"Content-Type": "application/json; charset=utf-8"}
    request = Request(url, dumps(dict(fields)), {**headers, **content_type})  # noqa: S310 - the caller knows the url
    try:
        with _opener().open(request, timeout=TIMEOUT_SECONDS) as response:
            return response.status, response.read(_MOST_ANSWER_BYTES)
    except (OSError, HTTPException) as exc:
        raise unreachable(exc) from exc
