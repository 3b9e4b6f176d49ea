"""The border: card payments in. Knows amounts and references; nothing of vouchers."""
