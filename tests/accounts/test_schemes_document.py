"""The one documented format: nothing that a file can say is missing from its page, and its example can be used."""

import inspect
import json
import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from accounts.circumstances import Benefit, Circumstances, Criterion, Document, Employment, Need, Residence
from accounts.earmarks import Earmark
from accounts.examples import Course, Example
from accounts.rules import shape
from accounts.scheme_files import SchemeFile, from_text, read_file

PAGE = (Path(__file__).parents[2] / "docs" / "schemes.md").read_text()
SHAPES = [kind for _name, kind in inspect.getmembers(shape, is_dataclass) if inspect.isclass(kind)]


@pytest.mark.parametrize("kind", [*SHAPES, SchemeFile, Example, Course, Circumstances], ids=lambda kind: kind.__name__)
def test_every_field_is_on_the_page(kind):
    assert [field.name for field in fields(kind) if f"`{field.name}`" not in PAGE] == []


@pytest.mark.parametrize("codes", [Residence, Employment, Benefit, Need, Criterion, Document, Earmark])
def test_every_code_that_is_not_the_files_own_is_on_the_page(codes):
    assert [code for code in codes.values if code and f"`{code}`" not in PAGE] == []


def test_the_example_on_the_page_can_be_used_as_it_is():
    [example] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert read_file(from_text(example)).slug == "harbour-town"
    assert json.loads(example)["examples"][0]["own_minor"] == 100_00
