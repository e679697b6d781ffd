from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.configuration.expression_cursor import DEPTH_MAX
from actors.configuration.expression_tokens import LENGTH_MAX, ExpressionError
from actors.configuration.expression_tree import (
    And,
    Arithmetic,
    Attribute,
    Comparison,
    Expression,
    Formula,
    Lookup,
    Not,
    Number,
    Or,
    PairExists,
    Text,
)
from actors.configuration.expressions import parse_capacity, parse_filter, parse_formula, parse_script

CHAT = Comparison(Attribute("MediaType"), "=", Text("chat", is_quoted=False))
MOBILE = Comparison(Attribute("ANI"), "=", Text("555*"))
GOLD = PairExists("UserData", "Segment", "Gold")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ('ANI = "555*"', MOBILE),
        ("mediatype=chat", CHAT),
        ("DNIS >= 0800", Comparison(Attribute("DNIS"), ">=", Number(800.0, "0800"))),
        ("ThisQueue != 8000@pbx1", Comparison(Attribute("ThisQueue"), "!=", Text("8000@pbx1", is_quoted=False))),
        ("ThisDN = OtherDN", Comparison(Attribute("ThisDN"), "=", Attribute("OtherDN"))),
        ('PairExists("Segment","Gold")', GOLD),
        ('PairExist( "Segment" , "Gold" )', GOLD),
        ('PairExists("Segment")', PairExists("UserData", "Segment", "*")),
        ('PairExists(Reasons,"Code","Lunch")', PairExists("Reasons", "Code", "Lunch")),
        ('PairExists(extensions,"Code")', PairExists("Extensions", "Code", "*")),
        ('Reasons("Code") = "Lunch"', Comparison(Lookup("Reasons", "Code"), "=", Text("Lunch"))),
        (
            'GetNumber("Value",-1) > 2.5',
            Comparison(Lookup("GetNumber", "Value", Number(-1.0, "-1")), ">", Number(2.5, "2.5")),
        ),
        (
            'GetString("Lang","en") = en',
            Comparison(Lookup("GetString", "Lang", Text("en")), "=", Text("en", is_quoted=False)),
        ),
        (f'~{"MediaType=chat"} & ANI="555*"', And((Not(CHAT), MOBILE))),
        ('MediaType=chat & ANI="555*" | PairExists("Segment","Gold")', Or((And((CHAT, MOBILE)), GOLD))),
        ('MediaType=chat & (ANI="555*" | PairExists("Segment","Gold"))', And((CHAT, Or((MOBILE, GOLD))))),
    ],
)
def test_a_filter_is_read(text: str, tree: Expression) -> None:
    assert parse_filter(text) == tree


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("DistByConnID", Formula(True, None)),
        (" dcid , 1", Formula(True, Number(1.0, "1"))),
        ('GetNumber("Price")', Formula(False, Lookup("GetNumber", "Price"))),
        (
            'GetGlobalNumber("a",1) * 2 + 3',
            Formula(
                False,
                Arithmetic(
                    Arithmetic(Lookup("GetGlobalNumber", "a", Number(1.0, "1")), "*", Number(2.0, "2")),
                    "+",
                    Number(3.0, "3"),
                ),
            ),
        ),
        (
            '2 * (GetNumber("a") > 1)',
            Formula(
                False, Arithmetic(Number(2.0, "2"), "*", Comparison(Lookup("GetNumber", "a"), ">", Number(1.0, "1")))
            ),
        ),
        (
            '-GetNumber("a")/3-1',
            Formula(
                False,
                Arithmetic(
                    Arithmetic(Arithmetic(Number(0.0, "0"), "-", Lookup("GetNumber", "a")), "/", Number(3.0, "3")),
                    "-",
                    Number(1.0, "1"),
                ),
            ),
        ),
    ],
)
def test_a_formula_is_read(text: str, formula: Formula) -> None:
    assert parse_formula(text) == formula


SPANISH = Comparison(Lookup("Skill", "Spanish"), ">", Number(5.0, "5"))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ('Skill("Spanish") > 5', SPANISH),
        ('Skill("Spanish") > 5 & LoggedIn', And((SPANISH, Lookup("LoggedIn", "")))),
        ('LoggedIn("8000@pbx1")', Lookup("LoggedIn", "8000@pbx1")),
        ('~SkillExists("Sales")', Not(Lookup("SkillExists", "Sales"))),
        ('Skill("A") >= Skill("B")', Comparison(Lookup("Skill", "A"), ">=", Lookup("Skill", "B"))),
        ("?:Spanish > 5", SPANISH),
        ("?:Spanish > 5 & B >= 2", And((SPANISH, Comparison(Lookup("Skill", "B"), ">=", Number(2.0, "2"))))),
    ],
)
def test_a_script_is_read(text: str, tree: Expression) -> None:
    assert parse_script(text) == tree


def test_a_capacity_rule_is_read_in_words() -> None:
    chat, voice = Attribute("chat"), Attribute("voice")
    assert parse_capacity("chat>2 or (voice>0 and chat>1)") == Or(
        (
            Comparison(chat, ">", Number(2.0, "2")),
            And((Comparison(voice, ">", Number(0.0, "0")), Comparison(chat, ">", Number(1.0, "1")))),
        )
    )


@pytest.mark.parametrize(
    ("parse", "text", "position", "reason"),
    [
        (parse_filter, "", 0, "it ends where a value should"),
        (parse_filter, 'AMI = "5"', 0, "a filter knows no 'AMI'; did you mean 'ANI'?"),
        (parse_filter, 'PairsExist("a")', 0, "a filter has no function 'PairsExist'; did you mean 'PairExists'?"),
        (parse_filter, 'ANI = "555', 6, "a quote that is not closed"),
        (parse_filter, "ANI = $", 6, "'$' is not understood"),
        (parse_filter, "ANI", 0, "is neither true nor false: a comparison is missing"),
        (parse_filter, 'ANI="5" & DNIS', 10, "is neither true nor false: a comparison is missing"),
        (parse_filter, 'DNIS & ANI="5"', 0, "is neither true nor false: a comparison is missing"),
        (parse_filter, '(ANI="5") = 1', 0, "is true or false, and cannot be compared"),
        (parse_filter, "ANI = 5 DNIS = 6", 8, "'DNIS' stands where an operator should"),
        (parse_filter, "1 < ANI < 3", 8, "'<' stands where an operator should"),
        (parse_filter, "(ANI = 5", 8, "it ends where ')' should"),
        (parse_filter, "ANI = 1 + 2", 8, "'+' stands where an operator should"),
        (parse_filter, 'PairExists(Reason,"a")', 11, "'Reason' holds no pairs; did you mean 'Reasons'?"),
        (parse_filter, "PairExists(Reasons,a)", 19, "'a' stands where a quoted key should"),
        (parse_filter, "GetNumber = 1", 10, "'=' stands where '(' should"),
        (parse_formula, "DistByConnID GetNumber", 0, "a formula knows no 'DistByConnID'"),
        (parse_formula, "DistByConnID,", 13, "it ends where a value should"),
        (parse_formula, "1 +", 3, "it ends where a value should"),
        (parse_script, 'Skill("a")', 0, "is neither true nor false: a comparison is missing"),
        (parse_script, 'Skil("a") > 1', 0, "a virtual group's script has no function 'Skil'; did you mean 'Skill'?"),
        (parse_capacity, 'chat > "2"', 7, "'\"2\"' stands where a value should"),
    ],
)
def test_what_cannot_be_read_is_shown(parse: Callable[[str], object], text: str, position: int, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert (caught.value.position, caught.value.reason) == (position, reason)


def test_an_error_shows_the_place_with_a_caret() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_filter("ANI = 5 & $")
    assert str(caught.value) == "'$' is not understood\n  ANI = 5 & $\n            ^"


@pytest.mark.parametrize("before", ["ANI = 5\n\t& ", "ANI = 5 & " * 1000])
def test_the_caret_stands_below_the_place_whatever_stands_before_it(before: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_filter(f"{before}$ & ANI = 5")
    _, shown, caret = str(caught.value).split("\n")
    assert shown[caret.index("^")] == "$"
    assert len(shown) < 125


@pytest.mark.parametrize("deep", ["(" * 5000 + "1", "~" * 5000 + "1", "-" * 5000 + "1", "1" + "+1" * 5000])
def test_no_expression_is_deep_enough_to_exhaust_the_stack(deep: str) -> None:
    with pytest.raises(ExpressionError, match=f"more than {DEPTH_MAX} operators"):
        parse_formula(deep)


def test_an_expression_may_be_as_deep_as_promised() -> None:
    assert parse_formula("(" * DEPTH_MAX + "1" + ")" * DEPTH_MAX) == Formula(False, Number(1.0, "1"))


def test_an_expression_without_end_is_not_read() -> None:
    with pytest.raises(ExpressionError, match="longer than"):
        parse_filter("ANI=1|" * LENGTH_MAX)


def test_a_hundred_alternatives_are_one_node() -> None:
    tree = parse_filter(" | ".join(f"DNIS = {number}" for number in range(100)))
    assert isinstance(tree, Or)
    assert len(tree.operands) == 100


WORDS = st.text("abcXYZ 0123*?@", min_size=1, max_size=8)
LEAVES = st.one_of(
    st.builds(PairExists, st.sampled_from(["UserData", "Reasons", "Extensions"]), WORDS, WORDS),
    st.builds(
        Comparison,
        st.sampled_from([Attribute("ANI"), Attribute("CallType"), Lookup("UserData", "k")]),
        st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
        st.one_of(WORDS.map(Text), st.integers(-99, 99).map(lambda n: Number(float(n), str(n)))),
    ),
)


def deeper(trees: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.one_of(
        trees.map(Not),
        st.lists(trees.filter(lambda tree: not isinstance(tree, And)), min_size=2, max_size=3).map(
            lambda t: And(tuple(t))
        ),
        st.lists(trees.filter(lambda tree: not isinstance(tree, Or)), min_size=2, max_size=3).map(
            lambda t: Or(tuple(t))
        ),
    )


def written(tree: Expression) -> str:
    match tree:
        case PairExists(source, key, pattern):
            return f'PairExists({source},"{key}","{pattern}")'
        case Comparison(left, operator, right):
            return f"{written(left)} {operator} {written(right)}"
        case Attribute(name):
            return name
        case Lookup(function, key):
            return f'{function}("{key}")'
        case Text(value):
            return f'"{value}"'
        case Number(_, text):
            return text
        case Not(operand):
            return f"~({written(operand)})"
        case And(operands):
            return " & ".join(f"({written(one)})" for one in operands)
        case Or(operands):
            return " | ".join(f"({written(one)})" for one in operands)
    raise AssertionError(tree)


@given(tree=st.recursive(LEAVES, deeper, max_leaves=8))
def test_a_filter_that_is_written_is_read_again(tree: Expression) -> None:
    assert parse_filter(written(tree)) == tree


def place_of_error(parse: Callable[[str], object], text: str) -> int:
    try:
        parse(text)
    except ExpressionError as error:
        return error.position
    return 0


@given(text=st.text('ANI="5*" &|~()<>!+-/.,xPairExists?:', max_size=30))
def test_whatever_is_written_is_read_or_refused_at_a_place_in_it(text: str) -> None:
    for parse in (parse_filter, parse_formula, parse_script, parse_capacity):
        assert 0 <= place_of_error(parse, text) <= len(text)
