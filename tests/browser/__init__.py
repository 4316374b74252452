"""The playground in a real browser: `make browser` tests it, `make screenshots` takes its pictures."""
