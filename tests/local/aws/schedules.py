"""EventBridge Scheduler, without its clock: a schedule fires when somebody says so."""

from tests.local.aws.lambda_service import LambdaService
from tests.local.aws.stack import ScheduleSpec


def fire(service: LambdaService, schedule: ScheduleSpec) -> str:
    """Do what the Scheduler does at the schedule's time: an asynchronous invocation of the target with the payload.

    Returns the request id. Raises FunctionNotFoundError.
    """
    return service.invoke_async(schedule.target_arn, schedule.payload.encode())
