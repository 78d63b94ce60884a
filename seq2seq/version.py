"""The version of this package, by which model folders say what wrote them.

It stands here as well as in ``pyproject.toml`` (a test compares them), since to ask what is installed takes longer than
to translate a sentence.
"""

from typing import Final

VERSION: Final = "0.2.0"
