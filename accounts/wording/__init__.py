"""A scheme's rules in plain sentences, made from the rules in the language that is being read, and never written twice.

A sentence is one part of the rules (`sentence`), all of them come in sections (`sections`), and two versions of rules
differ in what they say (`difference`).
"""

from accounts.wording.difference import Change, difference
from accounts.wording.sections import sentences
from accounts.wording.sentence import Section, Sentence, beside

__all__ = ["Change", "Section", "Sentence", "beside", "difference", "sentences"]
