"""The playground in a real browser, for `make browser` and `make screenshots`."""
