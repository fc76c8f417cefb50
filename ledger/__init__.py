"""The books: text, open items, vouchers, the payment run, and what keeps them safe."""
