"""The sandbox's own conveniences: a college and a key for the asking, sample vouchers, and an inbox for webhooks.

Everything in it is made by the same capabilities as real vouchers are, under a scheme of its own, with money that a
sandbox's book alone can hold. Where the book is real, none of this exists.
"""
