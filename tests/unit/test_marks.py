"""`Marks` behaves like a set."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayadeen.crawl import marks
from mayadeen.crawl.marks import Marks


@given(st.lists(st.sampled_from([f"/{number}" for number in range(60)])))
def test_marks_are_a_set(members: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marks, "_FEW", 3)
        met, known = Marks(), set[str]()
        for member in members:
            assert met.add(member) == (member not in known)
            known.add(member)
        assert all(member in met for member in known)
        assert not any(f"/news/{number}" in met for number in range(60))


def test_many_are_remembered() -> None:
    met = Marks()
    assert all(met.add(f"/news/politics/{number}") for number in range(30_000))
    assert all(f"/news/politics/{number}" in met for number in range(30_000))
    assert not any(f"/news/sports/{number}" in met for number in range(1000))
