"""Speed, size and cost, measured: `make bench`.

Absolute times depend on the machine. Functions are therefore compared with baselines that run in the same rounds, and
most goals are ratios.
"""
