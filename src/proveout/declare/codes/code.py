"""What a code is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of mistake.

    Args:
        code: Stable; never given to another kind.
        slug: Readable name.
        title: The mistake in a few words.
        what: What it means.
        why: Why it matters.
        fix: What to do; the hint of a diagnostic that has none of its own.
        example: A declaration that has it.
        warning: Whether the run goes on all the same.
    """

    code: str
    slug: str
    title: str
    what: str
    why: str
    fix: str
    example: str = ""
    warning: bool = False
