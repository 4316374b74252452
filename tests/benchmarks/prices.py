"""AWS's list prices in US dollars for what Balance Bot uses, without any free tier. Change them here only.

Region us-east-1 (N. Virginia). Where each was read, best source first:

- (a) AWS's price list itself (pricing.us-east-1.amazonaws.com), as quoted in public research notes: the files of
  31 August 2026 for Lambda and DynamoDB, read on 6 September 2026.
- (b) The same, by AWS's pricing API on 28 October 2025, as quoted in public notes: CloudWatch. Public articles of June
  2026 still gave these prices.
- (c) AWS's pricing page, as read on 20 September 2026: Secrets Manager.
- (d) AWS's pricing page, in an undated copy: X-Ray.
- (e) One public article of May 2026, not AWS itself: SnapStart.
- (f) One public article of July 2025, not AWS itself, which has the same price for a write as (a): DynamoDB's reads.
- (g) AWS's pricing page in undated copies, read on 29 November 2026: DynamoDB's storage and its recovery.
- (h) AWS's pricing page in an undated copy, and public articles of March and June 2026 with the same prices, read on 29
  November 2026: KMS.

Left out: SQS ($0.40 for a million requests, articles of March and June 2026) gets a message only when every try has
failed. Data transfer to Slack and to the providers ($0.09 for a GB, source a) is a few kilobytes for each question. A
digest costs about two cold questions, and EventBridge's part of it ($1 for a million, source b) is negligible. NAT
gateways are needed only where a provider wants fixed addresses, and cost more than everything else together ($0.045
for an hour and for a GB, source a).

eu-central-1 (Frankfurt): a GB of logs costs $0.63 there (a public price book of March 2026). Lambda's requests and its
price for x86 are those of us-east-1 (the pricing API, in public notes of 2026), and a load tester's table lists
Frankfurt among the regions with the same price for Arm. The others were not found: DynamoDB, metrics, alarms, secrets,
traces.
"""

LISTED = "us-east-1, read from October 2025 to November 2026, without free tiers"

LAMBDA_ARM_GB_SECOND = 0.0000133334  # (a) first 7.5 billion a month
LAMBDA_REQUEST = 0.20 / 1_000_000  # (a)
DYNAMODB_WRITE = 0.625 / 1_000_000  # (a) on demand, an item of up to 1 kB
DYNAMODB_READ = 0.125 / 1_000_000  # (f) on demand, up to 4 kB, strongly consistent
DYNAMODB_GB_MONTH = 0.25  # (g)
DYNAMODB_RECOVERY_GB_MONTH = 0.20  # (g) point-in-time recovery
LOG_GB = 0.50  # (b)
METRIC_MONTH = 0.30  # (b) for a metric that is sent in every hour of the month
ALARM_MONTH = 0.10  # (b)
SECRET_MONTH = 0.40  # (c)
SECRET_CALL = 0.05 / 10_000  # (c)
KMS_KEY_MONTH = 1.00  # (h) nothing from the moment when its deletion is scheduled
KMS_RSA_REQUEST = 0.03 / 10_000  # (h) RSA_2048: Sign and GetPublicKey
XRAY_TRACE = 5.00 / 1_000_000  # (d)
SNAPSTART_CACHED_GB_SECOND = 0.0000015046  # (e) for each published version, whether or not it is used
# (e) The article says "GB-second"; the model charges it for each restore of a GB, which is the more expensive reading.
SNAPSTART_RESTORED_GB = 0.0001397998
