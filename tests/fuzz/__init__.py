"""Coverage-guided fuzzing of everything that reads what others wrote: `make fuzz SECONDS=60`.

A target is a plain function from bytes to None that raises for a finding. atheris only drives it; `test_corpus.py`
replays the committed seeds without atheris.
"""
