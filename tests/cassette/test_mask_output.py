"""What is put out: this feed's bytes, and changes to earlier ones, joined."""

from __future__ import annotations

from stream_cassette.cassette.mask_output import BodyOutput, Patch


def test_bytes_and_patches() -> None:
    output = BodyOutput()
    output.begin(b"abcdef")
    output.write(2, b"**")
    assert (output.data(), output.patches()) == (b"ab**ef", ())
    data = b"ghij"
    output.begin(data)
    assert output.data() is data
    output.write(0, b"*")
    output.write(5, b"***")  # over the seam
    output.write(1, b"#")
    output.write(3, b"d")
    assert output.data() == b"**ij"
    assert output.patches() == (Patch(0, b"*#"), Patch(3, b"d"), Patch(5, b"*"))
    assert output.patches() == ()


def test_held_bytes_are_summed() -> None:
    output = BodyOutput()
    assert [output.hold(5), output.hold(-2), output.hold(0)] == [5, 3, 3]
