"""Shared by every function: money, domain types, contracts, settings, secrets and the code that calls a provider."""
