"""Mutation testing with poodle: break the critical code in one small way at a time, and see whether a test fails.

Why poodle: it works on copies, and it also mutates module-level tables and strings, which is what a provider's codes
are. mutmut 3 mutates only the bodies of undecorated functions, and cosmic-ray mutates neither strings nor `in`.
"""
