"""OCR giro: payments with a KID, as the Norwegian clearing centre reports them.

`records` knows columns and no meaning, `transmission` knows meaning and no columns.
"""
