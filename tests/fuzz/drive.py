"""One target under atheris: `python -m tests.fuzz.drive <target> <libFuzzer's options and folders>`."""

import sys

import atheris

# Only our own code is worth coverage; it must be imported here first.
with atheris.instrument_imports(
    include=[
        "balance_aggregator",
        "balance_core",
        "balance_slack",
        "pagsmile_balance",
        "payby_balance",
        "payermax_balance",
    ]
):
    from tests.fuzz.targets import TARGETS

if __name__ == "__main__":
    _, name, *options = sys.argv
    atheris.Setup([name, *options], TARGETS[name])
    atheris.Fuzz()
