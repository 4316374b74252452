"""Random weeks, crashes and a checker for the watch, for the tests and for `make trust`."""
