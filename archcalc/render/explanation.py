"""A derivation that shows itself."""

from archcalc.derive.derivation import Derivation
from archcalc.render.derivation_markdown import markdown
from archcalc.render.derivation_text import text


class Explanation(Derivation):
    """One layer's facts derived; prints as the text of the command line, and shows as Markdown in a notebook."""

    def __str__(self) -> str:
        return text(self)

    def _repr_markdown_(self) -> str:
        return markdown(self)
