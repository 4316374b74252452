"""Functions to compare ours with: the same work with the same libraries, written as the libraries' documentation shows.

They run in the environment of the function that they are compared with. `cold_bench.py` checks that they do their work.
"""
