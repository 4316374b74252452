"""Run one target under atheris: `python -m tests.fuzz.drive TARGET [libFuzzer's options and folders]`."""

import sys

import atheris

# atheris measures the coverage of modules that are first imported here: ours only.
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
