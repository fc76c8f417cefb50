"""The netbank: pages in Norwegian and English, each saying that the bank is simulated.

Plain HTML with forms: no script runs, so nothing on a page does what a person did not.
"""
