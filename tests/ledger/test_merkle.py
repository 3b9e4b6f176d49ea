"""The hash tree is RFC 6962's: its own vectors, and an implementation that is not ours."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import merkle

# The leaves and roots of the reference implementation's tests (google/certificate-transparency, merkle_tree_test).
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class Log:
    """A tree with everything that is kept of it."""

    def __init__(self, leaves):
        self.kept, self.roots, growing = {}, [merkle.EMPTY], merkle.Growing()
        self.hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
        for place, leaf in enumerate(self.hashes):
            self.kept[0, place] = leaf
            self.kept |= dict(growing.add(leaf))
            self.roots.append(growing.root())

    def fetch(self, places):
        return {place: self.kept[place] for place in places}

    def of(self, subtrees):
        return merkle.hashes(subtrees, self.fetch)


def numbered(count):
    return Log([str(number).encode() for number in range(count)])


def test_the_reference_implementations_roots():
    log = Log([bytes.fromhex(leaf) for leaf in LEAVES])
    assert [root.hex() for root in log.roots] == [sha256().hexdigest(), *ROOTS]


def test_only_full_subtrees_of_256_and_their_powers_are_kept():
    assert sorted(place for place in numbered(1100).kept if place[0]) == [(1, 0), (1, 1), (1, 2), (1, 3)]


@pytest.mark.parametrize("size", [1, 2, 7, 255, 256, 257, 1025])
def test_a_tree_grows_on_from_what_is_kept(size):
    log = numbered(1100)
    growing = merkle.Growing(size, log.of(merkle.peaks(size)))
    assert growing.root() == log.roots[size]
    for leaf in log.hashes[size:]:
        list(growing.add(leaf))
    assert growing.root() == log.roots[1100]


LONG = numbered(1100)


@given(st.data())
def test_every_leaf_is_proven_and_no_other_in_its_place(data):
    size = data.draw(st.integers(1, 1100))
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, 1099).filter(lambda place: place != index))
    proof, root = LONG.of(merkle.inclusion(index, size)), LONG.roots[size]
    assert merkle.verify_inclusion(LONG.hashes[index], index, size, proof, root)
    assert not merkle.verify_inclusion(LONG.hashes[other], index, size, proof, root)
    assert not merkle.verify_inclusion(LONG.hashes[index], index, size, [*proof, root], root)


@given(st.integers(1, 1100), st.integers(1, 1100))
def test_a_later_tree_is_proven_to_begin_with_an_earlier_one_and_with_no_other(one, other):
    first, second = sorted((one, other))
    proof = LONG.of(merkle.consistency(first, second))
    assert merkle.verify_consistency(first, second, proof, LONG.roots[first], LONG.roots[second])
    wrong = LONG.roots[first - 1]
    assert not merkle.verify_consistency(first, second, proof, wrong, LONG.roots[second])


def test_an_implementation_that_is_not_ours_makes_the_same_tree():
    from pymerkle import InmemoryTree

    theirs = InmemoryTree(algorithm="sha256")
    for number in range(300):
        theirs.append_entry(str(number).encode())
        assert theirs.get_root(number + 1) == LONG.roots[number + 1]


@given(st.integers(1, 1100), st.integers(1, 1100))
def test_an_implementation_that_is_not_ours_accepts_consistency_proofs_and_refuses_them_changed(one, other):
    import tamperlog

    first, second = sorted((one, other))
    proof = LONG.of(merkle.consistency(first, second))
    roots = LONG.roots[first], LONG.roots[second]
    tamperlog.verify_consistency(first, roots[0], second, roots[1], proof)
    for false in ([*proof, merkle.EMPTY], [merkle.EMPTY, *proof[1:]] if proof else [merkle.EMPTY]):
        with pytest.raises(tamperlog.ProofError):
            tamperlog.verify_consistency(first, roots[0], second, roots[1], false)
