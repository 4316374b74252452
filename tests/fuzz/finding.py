"""How a target reports what it found."""


class FindingError(AssertionError):
    """A promise that the code under test broke; atheris keeps the input that did it."""


def require(holds: object, promise: str = "a promise of the code under test") -> None:
    """Raise FindingError unless `holds` is true of this input."""
    if not holds:
        raise FindingError(f"broken: {promise}")
