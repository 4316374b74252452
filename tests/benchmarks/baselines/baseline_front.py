"""The Slack front: verify a slash command, check who asks, hand the question to the reporter, and acknowledge.

Sources: Bolt for Python, "Lazy listeners (FaaS)" for the handler, "Authorization" for an app without a bot token, and
"Global middleware"; boto3, "Configuration" and its pages of get_secret_value and invoke; Powertools, "Logger".
"""

import json
import os
from collections.abc import Callable
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config
from slack_bolt import Ack, App
from slack_bolt.adapter.aws_lambda import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult

logger = Logger()
config = Config(connect_timeout=0.5, read_timeout=0.8, retries={"total_max_attempts": 1})
functions = boto3.client("lambda", config=config)
secrets = boto3.client("secretsmanager", config=config)
secret = json.loads(secrets.get_secret_value(SecretId=os.environ["SIGNING_SECRET_NAME"])["SecretString"])


def authorize() -> AuthorizeResult:
    """The front never calls Slack, so any token will do."""
    return AuthorizeResult(enterprise_id=None, team_id=None, bot_token="xoxb-unused")


app = App(signing_secret=secret["signing_secret"], authorize=authorize, process_before_response=True)


@app.use
def check_user(body: dict[str, Any], ack: Ack, next: Callable[[], None]) -> Any:  # noqa: A002 - Bolt's name
    """Refuse everybody who may not ask."""
    if body["user_id"] in os.environ["ALLOWED_USER_IDS"].split(","):
        return next()
    logger.warning("refused")
    return ack("You may not ask.")


@app.command("/balance")
def ask(ack: Ack, command: dict[str, Any]) -> None:
    """Queue the question for the reporter, then acknowledge."""
    job = {"text": command["text"], "user_id": command["user_id"], "response_url": command["response_url"]}
    functions.invoke(FunctionName=os.environ["REPORTER_FUNCTION"], InvocationType="Event", Payload=json.dumps(job))
    logger.info("queued")
    ack("Asking ...")


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Lambda's entry point."""
    return SlackRequestHandler(app=app).handle(event, context)  # type: ignore[no-untyped-call] # Bolt's
