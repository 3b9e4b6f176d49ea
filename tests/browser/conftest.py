from tests.journeys.conftest import place

__all__ = ["place"]
