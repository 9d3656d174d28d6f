"""The answer to an inverse question, as Python users meet it."""

from archcalc.solve.solution import Solution


class Answer(Solution):
    """The answer to an inverse question; prints as that of the command line."""

    def __str__(self) -> str:
        from archcalc.render.solution import text

        return text(self)
