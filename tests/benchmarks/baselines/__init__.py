"""Handlers to compare with: what a function costs that does nothing, or only the usual thing, or Bolt as documented."""
