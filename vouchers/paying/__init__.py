"""Paying: from what schemes owe providers to their banks, and what the banks say of it."""
