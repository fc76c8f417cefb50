"""What the bank says no to.

One exception carries every refusal to the edge (command line, web page, SFTP), where it
becomes a sentence and exit code 1. The code is ISO's reason where there is one.
"""


class Refused(Exception):
    """The bank does not do what was asked; nothing was changed unless the text says so."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(f"{code}: {text}" if code else text)
        self.text = text
        self.code = code
