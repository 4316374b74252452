"""The canary run: distinctive keys, tokens and amounts, and a search for them in all that leaves the functions."""
