"""Pagsmile: Query Partner Balance. The provider's facts are in functions/pagsmile/README.md."""
