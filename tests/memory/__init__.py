"""Generated histories with known truths, for the tests and for `make trust`."""
