"""The evaluator does what AWS's pages say that CloudWatch does."""

from __future__ import annotations

import re

import pytest

from tests.infrastructure.alarms import expressions, rules
from tests.infrastructure.alarms.data import Data
from tests.infrastructure.alarms.evaluation import Evaluator, Reading, judge
from tests.infrastructure.alarms.stacks import CompositeAlarm, Metric, MetricAlarm, Query

RETAIN = None

# "Configuring how CloudWatch alarms treat missing data": data points of an evaluation range of 5
# with 3 evaluation periods, and the states for missing, ignore, breaching, notBreaching.
THREE_OF_THREE = """
0 - X - X | OK                | OK     | OK    | OK
0 - - - - | OK                | OK     | OK    | OK
- - - - - | INSUFFICIENT_DATA | retain | ALARM | OK
0 X X - X | ALARM             | ALARM  | ALARM | ALARM
- - X - - | ALARM             | retain | ALARM | OK
"""
TWO_OF_THREE = """
0 - X - X | ALARM             | ALARM  | ALARM | ALARM
0 0 X 0 X | ALARM             | ALARM  | ALARM | ALARM
0 - X - - | OK                | OK     | ALARM | OK
- - - - 0 | OK                | OK     | ALARM | OK
- - - X - | ALARM             | retain | ALARM | OK
"""
# "Avoiding premature transitions to alarm state", of 3 out of 3, and what earlier editions add.
PREMATURE = """
- - - - X | INSUFFICIENT_DATA | retain | ALARM | OK
- - - X - | INSUFFICIENT_DATA | retain | ALARM | OK
- - - X 0 | OK                | OK     | OK    | OK
- - X - 0 | OK                | OK     | OK    | OK
X - - - - | ALARM             | retain | ALARM | OK
"""
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
POINTS = {"0": False, "X": True, "-": None}


def rows(table: str, datapoints: int) -> list[tuple[str, int, str, str | None]]:
    """Each cell of a table: data points, M, treatment, state."""
    cells = [re.split(r"\s*\|\s*", line) for line in table.strip().splitlines()]
    return [
        (points, datapoints, treatment, None if state == "retain" else state)
        for points, *states in cells
        for treatment, state in zip(TREATMENTS, states, strict=True)
    ]


@pytest.mark.parametrize(
    ("points", "datapoints", "missing", "state"),
    [*rows(THREE_OF_THREE, 3), *rows(TWO_OF_THREE, 2), *rows(PREMATURE, 3)],
)
def test_missing_data_are_treated_as_documented(
    points: str, datapoints: int, missing: str, state: str | None
) -> None:
    """Every cell of the documentation's tables."""
    assert judge([POINTS[each] for each in points.split()], 3, datapoints, missing) == state


METRIC = Metric.of("N", "M")
PLAIN = Reading()


def alarm(
    stat: str = "Sum", period: int = 60, periods: int = 1, datapoints: int = 1, **change: str
) -> MetricAlarm:
    """An alarm on M ≥ 3."""
    return MetricAlarm(
        key="A",
        name="A",
        description="",
        actions=(),
        ok_actions=(),
        queries={"m": Query("m", METRIC, stat, period)},
        watched="m",
        operator=change.get("operator", "GreaterThanOrEqualToThreshold"),
        threshold=3,
        periods=periods,
        datapoints=datapoints,
        missing=change.get("missing", "notBreaching"),
    )


def states(which: MetricAlarm, values: str, reading: Reading = PLAIN) -> str:
    """The alarm's state after each minute, by its first letter."""
    data, seen = Data(), ""
    evaluator = Evaluator({"A": which}, data, reading)
    for minute, value in enumerate(values):
        if value != "-":
            data.put(METRIC, minute, float(value))
        evaluator.at(minute + 1)
        seen += evaluator.states["A"][0]
    return seen


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("GreaterThanOrEqualToThreshold", "OAA"),
        ("GreaterThanThreshold", "OOA"),
        ("LessThanThreshold", "AOO"),
        ("LessThanOrEqualToThreshold", "AAO"),
    ],
)
def test_comparison_operators(operator: str, expected: str) -> None:
    """Below the threshold, at it, above it."""
    assert states(alarm(operator=operator), "234") == expected


def test_consecutive_periods() -> None:
    """The figure of "Alarm evaluation": three in a row raise it, one below ends it."""
    assert states(alarm(periods=3, datapoints=3), "124553142") == "OOOOAAOOO"


def test_m_out_of_n() -> None:
    """Two of the last three are enough, in any order."""
    assert states(alarm(periods=3, datapoints=2), "0404000") == "OOOAOOO"


def test_a_period_of_minutes_slides_with_each() -> None:
    """The sum of the last five minutes, looked at each minute."""
    assert states(alarm(period=300), "1000100100") == "OOOOOOOOOO"
    assert states(alarm(period=300), "1001100000") == "OOOOAOOOOO"


def test_the_last_data_are_looked_at_again_when_no_more_come() -> None:
    """As the page's note says: a state outlives its data by the extra points of the range."""
    assert states(alarm(), "4----", Reading(extra=2)) == "AAAOO"


def test_an_alarm_keeps_its_state_where_it_ignores_missing_data() -> None:
    """So an alarm on DynamoDB's throttling, once raised, would never end."""
    assert states(alarm(missing="ignore"), "4-----------") == "A" * 12


def test_late_data_are_not_seen_yet() -> None:
    """A minute that comes a minute late raises the alarm a minute late."""
    assert states(alarm(), "0400", Reading(delay=1)) == "OOAO"


def test_an_alarm_on_one_minute_that_is_filled_is_stuck_where_data_are_late() -> None:
    """FILL makes the last minute 0 before its data come: what its documentation warns of."""
    filled = {
        "m": Query("m", METRIC, "Sum", 60),
        "f": Query("f", expression="FILL(m, 0)"),
    }

    def with_periods(periods: int) -> MetricAlarm:
        basis = alarm(periods=periods)
        return MetricAlarm(**{**vars(basis), "queries": filled, "watched": "f"})

    assert states(with_periods(1), "-9---", Reading(delay=1)) == "OOOOO"
    assert states(with_periods(3), "-9-----", Reading(delay=1)) == "OOAAOOO"


@pytest.mark.parametrize("missing", ["notBreaching", "ignore"])
@pytest.mark.parametrize("ignores", [True, False])
def test_dynamodbs_missing_data_are_read_both_ways(missing: str, ignores: bool) -> None:
    """Ignored whatever an alarm says, or as it says."""
    metric = Metric.of("AWS/DynamoDB", "ReadThrottleEvents", TableName="T")
    which = MetricAlarm(
        **{**vars(alarm(missing=missing)), "queries": {"m": Query("m", metric, "Sum", 60)}}
    )
    data = Data()
    data.put(metric, 0, 5)
    evaluator = Evaluator({"A": which}, data, Reading(dynamodb_ignores=ignores))
    for minute in range(1, 9):
        evaluator.at(minute)

    kept = ignores or missing == "ignore"
    assert evaluator.states["A"] == ("ALARM" if kept else "OK")


@pytest.mark.parametrize(
    ("stat", "expected"),
    [
        ("SampleCount", 100.0),
        ("Sum", 5050.0),
        ("Average", 50.5),
        ("Minimum", 1.0),
        ("Maximum", 100.0),
        ("p50", 50.0),
        ("p99", 99.0),
        ("p99.9", 100.0),
        ("p100", 100.0),
    ],
)
def test_statistics(stat: str, expected: float) -> None:
    """Of one to a hundred, spread over two minutes."""
    data = Data()
    for value in range(1, 101):
        data.put(METRIC, value % 2, value)

    assert data.statistic(METRIC, stat, 0, 2) == expected
    assert data.statistic(METRIC, stat, 2, 4) is None


@pytest.mark.parametrize("stat", ["tm99", "p101", "IQM", "Median"])
def test_an_unknown_statistic_is_refused(stat: str) -> None:
    """Rather than taken for another."""
    data = Data()
    data.put(METRIC, 0, 1)

    with pytest.raises(ValueError, match="is not known here"):
        data.statistic(METRIC, stat, 0, 1)


def line(text: str) -> expressions.Line:
    """`30 - 0` as a line of data."""
    return tuple(None if each == "-" else float(each) for each in text.split())


# The examples of "Using math expressions with CloudWatch metrics", and what its text says.
MATH = [
    ("a < b", "30 20 0 0", "20 - 20 -", "", "0 0 1 0"),
    ("a >= 30", "30 20 0 0", "20 - 20 -", "", "1 0 0 0"),
    ("a > 15 AND b > 15", "30 20 0 0", "20 - 20 -", "", "1 0 0 0"),
    ("a > 15 || b > 15", "30 20 0 0", "20 - 20 -", "", "1 1 1 0"),
    ("IF(a, b, c)", "1 1 0 0 -", "30 - 0 0 30", "0 0 20 - 20", "30 0 20 - -"),
    ("IF(a, 5, c)", "1 1 0 0 -", "- - - - -", "0 0 20 - 20", "5 5 20 - -"),
    ("IF(a, b, 5)", "1 1 0 0 -", "30 - 0 0 30", "- - - - -", "30 0 5 5 -"),
    ("a / b", "6 6 - -", "3 0 3 -", "", "2 - 0 -"),
    ("a + b * 2", "1 - 1", "2 2 -", "", "5 4 1"),
    ("(a + b) * 2", "1", "2", "", "6"),
    ("-a", "1 -", "", "", "-1 -"),
    ("a - b - 1", "9", "3", "", "5"),
    ("FILL(a, 7)", "1 - 3", "", "", "1 7 3"),
    ("FILL(a, 0) + FILL(b, 0)", "1 - -", "2 2 -", "", "3 2 0"),
    ("a != b", "1 2", "1 1", "", "0 1"),
    ("a == 1 OR a <= 2", "1 2 3", "", "", "1 1 0"),
]


@pytest.mark.parametrize(("text", "a", "b", "c", "expected"), MATH)
def test_metric_math(text: str, a: str, b: str, c: str, expected: str) -> None:
    """As its page says."""
    lines = {"a": line(a), "b": line(b), "c": line(c)}

    assert expressions.evaluate(expressions.parse(text), lines) == line(expected)


def test_fill_of_nothing_at_all_is_read_both_ways() -> None:
    """No page says whether a metric without any data is filled."""
    parsed = expressions.parse("FILL(a, 0)")

    assert expressions.evaluate(parsed, {"a": (None, None)}) == (0.0, 0.0)
    assert expressions.evaluate(parsed, {"a": (None, None)}, fills_emptiness=False) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a +",
        "(a",
        "a b",
        "SUM(a)",
        "RUNNING_SUM(a)",
        "METRICS()",
        "ANOMALY_DETECTION_BAND(a)",
        "FILL(a)",
        "IF(a, 1)",
        "A + 1",
        "a $ b",
        "FILL(a, REPEAT)",
        "SEARCH('{N} m', 'Sum')",
    ],
)
def test_math_that_is_not_known_is_refused(text: str) -> None:
    """Malformed, or a function whose meaning in alarms is not modelled."""
    with pytest.raises(expressions.UnknownExpressionError):
        expressions.parse(text)


@pytest.mark.parametrize("text", ["1 + 2", "IF(1, a, a)", "FILL(1, 2)", "FILL(a, a)"])
def test_math_without_a_line_is_refused(text: str) -> None:
    """An alarm watches a line of data."""
    with pytest.raises(expressions.UnknownExpressionError):
        expressions.evaluate(expressions.parse(text), {"a": (1.0,)})


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('ALARM("a") AND ALARM("b")', False),
        ('ALARM("a") AND NOT ALARM("b")', True),
        ("ALARM(a) OR ALARM(b) AND FALSE", True),
        ('(ALARM("a") OR TRUE) AND OK("b")', True),
        ('INSUFFICIENT_DATA("c")', True),
        ('NOT (ALARM("a") OR OK("b"))', False),
    ],
)
def test_composite_rules(text: str, *, holds: bool) -> None:
    """AND binds more strongly than OR, NOT more than both."""
    assert rules.parse(text).holds({"a": "ALARM", "b": "OK", "c": "INSUFFICIENT_DATA"}) is holds


@pytest.mark.parametrize("text", ["", "ALARM(a) AND", "AND ALARM(a)", "ALARM a", "(TRUE", "TRUE)"])
def test_a_malformed_rule_is_refused(text: str) -> None:
    """As PutCompositeAlarm would."""
    with pytest.raises(rules.RuleError):
        rules.parse(text)


def test_a_composite_alarm_follows_its_parts() -> None:
    """In the same minute."""
    composite = CompositeAlarm(
        key="C", name="C", description="", actions=(), ok_actions=(), rule='ALARM("A")'
    )
    data = Data()
    data.put(METRIC, 0, 9)
    data.put(METRIC, 1, 0)
    evaluator = Evaluator({"A": alarm(), "C": composite}, data, PLAIN)

    assert evaluator.at(1) == {"A": "ALARM", "C": "ALARM"}
    assert evaluator.at(2) == {"A": "OK", "C": "OK"}
    assert evaluator.at(3) == {}
