"""What is wrong in a form that a person submitted."""

from collections.abc import Mapping


class FormError(ValueError):
    """`problems` says what is wrong, by the id of the field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems
