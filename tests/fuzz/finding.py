"""How a target reports a bug."""


class FindingError(AssertionError):
    """The code under test broke a promise. atheris keeps the input that caused it."""


def require(holds: object, promise: str = "a promise of the code under test") -> None:
    """Raise FindingError unless `holds`."""
    if not holds:
        raise FindingError(f"broken: {promise}")
