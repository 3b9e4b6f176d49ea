"""Figures of the labour market, as a file has them."""

from __future__ import annotations

from brokerage.careers.loading import COLUMNS

PAY = "wales,3313,median_pay,3120000,GBP,2025,Office of Figures,https://figures.example/pay"
PEOPLE = "wales,331,people,4200,people,2025,Office of Figures,https://figures.example/people"
OPENINGS = "wales,33,openings,900,jobs,2025-2030,Office of Figures,https://figures.example/openings"


def table(*rows: str) -> bytes:
    return "\n".join([",".join(COLUMNS), *rows]).encode()


FIGURES = table(PAY, PEOPLE, OPENINGS)
