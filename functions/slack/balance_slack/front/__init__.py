"""The function behind Slack's Request URL: verify, authorise, acknowledge, hand over."""

import gc

# What a cold start imports stays for good. Collecting garbage meanwhile only delays the acknowledgement, by about 4 %
# of its processor time. `handler.py` turns the collector on again.
gc.disable()
