"""Lambda's Invoke operation over HTTP, as boto3 calls it when AWS_ENDPOINT_URL_LAMBDA points here.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import base64
import json
import re
import uuid
from typing import NoReturn
from urllib.parse import parse_qs, unquote, urlsplit

from tests.local.aws.function_names import FunctionNotFoundError, FunctionVersion, QualifierMismatchError
from tests.local.aws.lambda_service import LambdaService, ServiceStoppedError
from tests.local.aws.loopback_http import LoopbackFront, Request, Response, json_response

LARGEST_SYNCHRONOUS_BYTES = 6 * 1024 * 1024
LARGEST_ASYNCHRONOUS_BYTES = 1024 * 1024
_PATH = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")


class InvokeRefusedError(ValueError):
    """A request that Lambda refuses, with its status and its error's name."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status, self.name = status, name


class InvokeApi(LoopbackFront):
    """The Invoke operation of a service, which it does not own."""

    def __init__(self, service: LambdaService) -> None:
        self._service = service
        super().__init__()

    def answer(self, request: Request) -> Response:
        try:
            function = self._function(request)
            check_payload(request.body)
            return self._invoke(function, request)
        except InvokeRefusedError as error:
            return _error(error.status, error.name, str(error))
        except FunctionNotFoundError as error:
            return _error(404, "ResourceNotFoundException", str(error))
        except QualifierMismatchError as error:
            return _error(400, "InvalidParameterValueException", str(error))
        except ServiceStoppedError as error:
            return _error(500, "ServiceException", str(error))

    def _function(self, request: Request) -> FunctionVersion:
        url = urlsplit(request.target)
        path = _PATH.fullmatch(url.path)
        if path is None or request.method != "POST":
            raise InvokeRefusedError(404, "UnknownOperationException", "Only Invoke is served here")
        qualifier = parse_qs(url.query).get("Qualifier", [None])[0]
        return self._service.find(unquote(path[1]), qualifier)

    def _invoke(self, function: FunctionVersion, request: Request) -> Response:
        match request.headers.get("X-Amz-Invocation-Type", "RequestResponse"):
            case "RequestResponse":
                return self._synchronous(function, request)
            case "Event":
                if len(request.body) > LARGEST_ASYNCHRONOUS_BYTES:
                    raise InvokeRefusedError(
                        413,
                        "RequestTooLargeException",
                        f"{len(request.body)} byte payload is too large for the Event invocation type "
                        f"(limit {LARGEST_ASYNCHRONOUS_BYTES} bytes)",
                    )
                request_id = self._service.invoke_async(function.arn, request.body)
                return Response(202, headers={"x-amzn-RequestId": request_id})
            case "DryRun":
                return Response(204, headers={"x-amzn-RequestId": str(uuid.uuid4())})
            case other:
                raise InvokeRefusedError(400, "InvalidParameterValueException", f"{other} is no invocation type")

    def _synchronous(self, function: FunctionVersion, request: Request) -> Response:
        context = request.headers.get("X-Amz-Client-Context")
        result = self._service.invoke(
            function.arn,
            request.body,
            client_context=base64.b64decode(context).decode() if context else None,
        )
        headers: dict[str, str | list[str]] = {
            "Content-Type": "application/json",
            "x-amzn-RequestId": result.request_id,
            "X-Amz-Executed-Version": function.version,
        }
        if result.function_error:
            headers["X-Amz-Function-Error"] = result.function_error
        if request.headers.get("X-Amz-Log-Type") == "Tail":
            headers["X-Amz-Log-Result"] = base64.b64encode(result.log_tail).decode()
        return Response(200, result.payload, headers)


def check_payload(payload: bytes) -> None:
    """Raise InvokeRefusedError for a payload that no invocation may have: above 6 MB, or not JSON; empty is allowed."""
    if len(payload) > LARGEST_SYNCHRONOUS_BYTES:
        message = f"Request must be smaller than {LARGEST_SYNCHRONOUS_BYTES} bytes for the InvokeFunction operation"
        raise InvokeRefusedError(413, "RequestTooLargeException", message)
    try:
        json.loads(payload or b"{}", parse_constant=_refuse_constant)
    except ValueError as error:
        message = f"Could not parse request body into json: {error}"
        raise InvokeRefusedError(400, "InvalidRequestContentException", message) from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _error(status: int, name: str, message: str) -> Response:
    kind = "User" if status < 500 else "Service"
    # botocore reads either spelling; Lambda uses a capital letter for some errors and a small one for others.
    document = {"Type": kind, "Message": message, "message": message}
    return json_response(status, document, {"x-amzn-ErrorType": name, "x-amzn-RequestId": str(uuid.uuid4())})
