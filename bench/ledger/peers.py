def measure(*a, **k):
    pass
