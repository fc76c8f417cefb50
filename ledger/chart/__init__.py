"""The bundled chart of accounts. Another country's chart is one more module here."""
