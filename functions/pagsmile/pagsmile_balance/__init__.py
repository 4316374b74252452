"""Pagsmile: Query Partner Balance. Facts and doubts are in functions/pagsmile/README.md."""
