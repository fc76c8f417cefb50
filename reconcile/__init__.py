"""What the bank said, against what the books expect: matches, postings, states, proofs.

Pure: values in, values out; no clock, no disk, no database. Start at
`reconcile.settlement.plan`.
"""
