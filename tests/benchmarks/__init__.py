"""How fast it is: cold and warm, with one account and with a thousand, how big, and what it costs. See `make bench`.

Absolute times depend on the machine. Whatever is compared is measured side by side in one run, in turns, and the goals
are mostly ratios.
"""
