"""Dividing money so that the parts always make the whole."""

from collections.abc import Sequence


def in_proportion(total_minor: int, weights: Sequence[int]) -> list[int]:
    """`total_minor` divided in proportion to `weights`, to the penny by largest remainder.

    Each part is its exact share rounded down or up; pennies left over go to the largest remainders, and
    among equal ones to the first. The parts sum to the total. Raises ValueError when nothing has weight.
    """
    whole = sum(weights)
    if whole <= 0:
        raise ValueError("nothing to divide among")
    parts = [total_minor * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: -(total_minor * weights[place] % whole))
    for place in by_remainder[: total_minor - sum(parts)]:
        parts[place] += 1
    return parts


def still_to_return(left_minor: int, given: Sequence[int], returned: Sequence[int]) -> list[int]:
    """What each source gets of `left_minor`, so that over the voucher's whole life returns are in proportion.

    `given` is what each source put in and `returned` what it has had back so far. A source that an earlier
    rounding favoured by a penny gets nothing taken away: it gets that much less now.
    """
    fair = in_proportion(sum(returned) + left_minor, given)
    parts = [max(0, share - had) for share, had in zip(fair, returned, strict=True)]
    while (over := sum(parts) - left_minor) > 0:
        parts[parts.index(max(parts))] -= min(over, max(parts))
    return parts
