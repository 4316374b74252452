"""Scripts that run inside a function's own environment, without the runtime client."""
