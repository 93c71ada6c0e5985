"""The picture of the chunks: everything in its place, in percent of the width."""

from __future__ import annotations

from stream_cassette.report.html_picture import BAR_HEIGHT, Picture, picture_of
from stream_cassette.report.html_timing import Bar, Timing


def timing(*bars: tuple[float, int], head_ms: float | None = 100.0, **rest: object) -> Timing:
    times = [at for at, _ in bars]
    values = {
        "head_ms": head_ms,
        "first_byte_ms": times[0] if times else None,
        "first_words_ms": times[0] if times else None,
        "last_ms": max([head_ms or 0.0, *times]),
        "gap": None,
        "chunks": len(bars),
        "size_bytes": sum(size for _, size in bars),
        "output_tokens": None,
        "bars": tuple(Bar(chunks=1, size_bytes=size, from_ms=at, to_ms=at) for at, size in bars),
    }
    return Timing(**(values | rest))  # type: ignore[arg-type]


def facts(picture: Picture) -> dict[str, str]:
    return dict(picture.facts)


def test_bars_stand_at_their_times() -> None:
    made = picture_of(timing((100.0, 400), (550.0, 100), (1000.0, 0)))
    assert [bar.x for bar in made.bars] == ["10.000%", "55.000%", "99.750%"]
    assert [bar.height for bar in made.bars] == [
        f"{BAR_HEIGHT:.1f}",
        f"{BAR_HEIGHT / 2:.1f}",
        "2.0",
    ]
    assert made.bars[1].title == "1 chunk, 100 bytes at 550 ms"


def test_the_head_the_words_and_a_long_gap_are_marked() -> None:
    made = picture_of(timing((100.0, 1), (200.0, 1), (1000.0, 1), gap=(200.0, 1000.0)))
    assert [(one.kind, one.x, one.width) for one in made.marks] == [
        ("head", "0.000%", "10.000%"),
        ("gap", "20.000%", "80.000%"),
        ("words", "10.000%", "0.000%"),
    ]
    assert facts(made)["Longest gap"] == "800 ms"


def test_a_short_gap_is_a_fact_and_no_mark() -> None:
    made = picture_of(timing((100.0, 1), (150.0, 1), (1000.0, 1), gap=(100.0, 150.0)))
    assert "gap" not in [one.kind for one in made.marks] and facts(made)["Longest gap"] == "50 ms"


def test_ticks_are_round_and_stay_inside() -> None:
    made = picture_of(timing((100.0, 1), (1237.0, 1)))
    assert [words for _, words, _ in made.ticks] == ["0 ms", "500 ms", "1.00 s"]
    assert made.ticks[0] == ("0.000%", "0 ms", "start")
    assert picture_of(timing((100.0, 1), (1000.0, 1))).ticks[-1][2] == "end"


def test_the_label_says_it_in_words() -> None:
    made = picture_of(timing((100.0, 50), (600.0, 50), output_tokens=10))
    assert made.label == (
        "2 chunks in 600 ms; First byte 100 ms; First words 100 ms; End 600 ms; "
        "Tokens per second 20"
    )


def test_without_the_time_to_the_head_times_say_so() -> None:
    made = picture_of(timing((0.0, 5), (40.0, 5), head_ms=None))
    assert facts(made)["First byte"] == "0 ms after the head"
    assert "head" not in [one.kind for one in made.marks]


def test_the_curve_ends_with_all_bytes() -> None:
    made = picture_of(timing((100.0, 30), (1000.0, 70)))
    assert made.curve.split() == ["0,1000", "100,1000", "100,700", "1000,700", "1000,0"]


def test_all_at_once() -> None:
    made = picture_of(timing((0.0, 5), head_ms=None))
    assert [bar.x for bar in made.bars] == ["0.000%"] and made.ticks[0][1] == "0 ms"
