"""What a file format is: bytes in, a cassette out, and back.

A format knows nothing of files: errors carry the interaction and the line, `store` adds the path.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Protocol, runtime_checkable

from stream_cassette.cassette.model import Cassette

__all__ = ["ExactFormat", "Format", "WritableFormat"]


class Format(Protocol):
    """A format that can be recognised and read.

    `name` is what users call it; `extensions` are those it usually has, with the dot; `looks_for`
    says in a few words what makes a file one of its own.
    """

    name: ClassVar[str]
    extensions: ClassVar[tuple[str, ...]]
    looks_for: ClassVar[str]
    can_write: ClassVar[bool]

    def sniff(self, data: bytes) -> int:
        """How sure it is that `data` is of this format: 0 (no) to 3; never raises."""
        ...

    def read(self, data: bytes, blocks: Sequence[bytes] = ()) -> Cassette:
        """The cassette. `blocks` were lifted out of `data`: see `_lift`.

        Raises NotACassette, NewerFormat or CorruptCassette; NotLiftable where it can't be read
        without them, and has to be read whole.
        """
        ...


@runtime_checkable
class ExactFormat(Format, Protocol):
    """A format of which the file's bytes themselves are content.

    `read` gets them as they are: nothing lifted out, a byte-order mark included.
    """

    exact: ClassVar[bool]


@runtime_checkable
class WritableFormat(Format, Protocol):
    """A format that can also be written."""

    def write(
        self,
        cassette: Cassette,
        *,
        comments: Sequence[str] | None = None,
        ascii: bool = False,
    ) -> Iterator[bytes]:
        """The file's content, in pieces. `comments`: one text per interaction, of one line or
        more, without `# `.

        `ascii` escapes everything beyond ASCII.
        """
        ...

    def held(self, cassette: Cassette) -> Cassette:
        """The cassette as a file of this format can hold it: what reading it gives."""
        ...
