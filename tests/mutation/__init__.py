"""Mutation testing: small faults are put into the code that money and keys depend on, and a test must notice each one.

`make mutate` runs it. A runner of our own, because mutmut 3 leaves everything outside a function alone, and the tables
of codes are just that; and because a mutant must live in memory only: nobody's source file is ever changed.
"""
