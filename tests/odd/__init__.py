"""Answers that are odder than the documentation, and what a careful reader makes of them, for `make trust`."""
