"""What the bank says no to.

One exception carries every refusal to the edge (command line, web page, SFTP), where it
becomes a sentence and exit code 1. The code is ISO's reason where there is one.
"""


class Refused(Exception):
    """The bank does not do what was asked; nothing was changed unless the text says so."""

    def __init__(self, text: str, code: str = "", norwegian: str = "") -> None:
        super().__init__(f"{code}: {text}" if code else text)
        self.text = text
        self.code = code
        self.norwegian = norwegian

    def told(self, language: str) -> str:
        """Return the sentence in a language, in English where it has no other."""
        text = self.norwegian if language == "nb" and self.norwegian else self.text
        return f"{self.code}: {text}" if self.code else text


class Malformed(Refused):
    """What was typed cannot be read as what it should be: exit code 2."""
