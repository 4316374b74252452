"""Lambda's Invoke operation, as boto3 calls it when AWS_ENDPOINT_URL_LAMBDA points here.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import re
import uuid
from urllib.parse import unquote

from tests.local.aws.function_names import FunctionNotFoundError, FunctionVersion
from tests.local.aws.lambda_service import LambdaService, ServiceStoppedError
from tests.local.http_server import HttpService, Request, Response, json_response

_PATH = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")


class InvokeApi(HttpService):
    """The Invoke operation for the functions of a service."""

    def __init__(self, service: LambdaService) -> None:
        self._service = service
        super().__init__()

    def answer(self, request: Request) -> Response:
        path = _PATH.fullmatch(request.path)
        if path is None or request.method != "POST":
            return _error(404, "UnknownOperationException", "Only Invoke is served here")
        try:
            function = self._service.find(unquote(path[1]))
            if request.headers.get("x-amz-invocation-type") == "Event":
                request_id = self._service.invoke_async(function.arn, request.body)
                return Response(202, headers={"x-amzn-RequestId": request_id})
            return self._synchronous(function, request.body)
        except FunctionNotFoundError as error:
            return _error(404, "ResourceNotFoundException", str(error))
        except ServiceStoppedError as error:
            return _error(500, "ServiceException", str(error))

    def _synchronous(self, function: FunctionVersion, payload: bytes) -> Response:
        result = self._service.invoke(function.arn, payload)
        headers = {
            "Content-Type": "application/json",
            "x-amzn-RequestId": result.request_id,
            "X-Amz-Executed-Version": function.version,
        }
        if result.function_error:
            headers["X-Amz-Function-Error"] = result.function_error
        return Response(200, result.payload, headers)


def _error(status: int, name: str, message: str) -> Response:
    headers = {"x-amzn-ErrorType": name, "x-amzn-RequestId": str(uuid.uuid4())}
    return json_response(status, {"Type": "User" if status < 500 else "Service", "message": message}, headers)
