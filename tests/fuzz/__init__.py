"""Coverage-guided fuzzing of every parser of outside input: `make fuzz SECONDS=60`.

A target is a plain function that takes bytes and raises when it finds a bug. atheris only drives it; `test_corpus.py`
replays the committed seeds without atheris.
"""
