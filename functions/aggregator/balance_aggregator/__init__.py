"""One question to every provider function at once, one partial answer, and on a snapshot one event."""
