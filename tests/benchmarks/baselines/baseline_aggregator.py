"""The aggregator: ask every provider function at once and sum what is available in each currency.

Sources: boto3, "Clients" (multithreading) and its page of invoke; concurrent.futures; Powertools, "Logger".
"""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
functions = boto3.client("lambda")
events = boto3.client("events")  # for snapshots, which this question is not


def ask(arn: str) -> Any:
    """One provider function's answer."""
    response = functions.invoke(FunctionName=arn, Payload=b"{}")
    return json.loads(response["Payload"].read())


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Every provider's reports, and the totals."""
    arn = os.environ["PROVIDER_FUNCTION"]
    arns = [arn.replace("{provider}", provider) for provider in os.environ["PROVIDERS"].split(",")]
    with ThreadPoolExecutor(len(arns)) as pool:
        answers = list(pool.map(ask, arns))
    reports = [report for answer in answers for report in answer["reports"]]
    totals: dict[str, Decimal] = {}
    for balance in (balance for report in reports for balance in report["balances"]):
        if balance["available"] is not None:
            totals[balance["currency"]] = totals.get(balance["currency"], Decimal()) + Decimal(balance["available"])
    logger.info("collected", providers=len(arns))
    return {"totals": {currency: str(total) for currency, total in totals.items()}, "reports": reports}
