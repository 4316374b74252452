"""A rehearsal of deployments: what CloudFormation would do to the stack in many situations, computed without AWS.

Start with `situations.py`, which lists them. `stack.py` deploys, `checks.py` says what is wrong, `regions.py` asks
cfn-lint about every region.
"""
