"""Policy files: a policy of one's own, or the standard one extended."""

import pytest

from proveout.core.errors import ProveoutError
from proveout.core.policy import Basis, Comparison, Weight
from proveout.declare import load_policy

CRITERION = """\
  - id: {id}
    title: Users are heard
    phase: problem-validation
    dimension: business
    family: stakeholder interviews
    instrument: interviews
    estimate: users_share
    comparison: at-least
    threshold: {threshold}
    why: Because.
    basis: judgement
    remedy: Talk to them.
"""


def policy_file(folder, text, *criteria):
    path = folder / "policy.yml"
    entries = "".join(CRITERION.format(id=id, threshold=threshold) for id, threshold in criteria)
    path.write_text(text + ("criteria:\n" + entries if entries else ""))
    return path


@pytest.fixture
def standard(tmp_path):
    return load_policy(policy_file(tmp_path, "policy: standard\nversion: '1'\n", ("a", 0.5), ("b", 1), ("c", 0)))


def test_a_policy_of_ones_own(standard):
    assert [criterion.id for criterion in standard.criteria] == ["a", "b", "c"]
    first = standard.criteria[0]
    assert (first.weight, first.comparison, first.basis) == (Weight.MUST, Comparison.AT_LEAST, Basis.JUDGEMENT)
    assert first.threshold == 0.5


def test_a_policy_that_extends_the_standard_one(tmp_path, standard):
    text = "policy: house\nversion: '2'\nextends: standard\nremove: [c]\n"
    policy = load_policy(policy_file(tmp_path, text, ("b", 9), ("d", 3)), standard=standard)
    assert [(criterion.id, criterion.threshold) for criterion in policy.criteria] == [("a", 0.5), ("b", 9), ("d", 3)]
    assert (policy.policy, policy.version) == ("house", "2")
    assert policy.digest != standard.digest


def test_a_policy_may_only_remove(tmp_path, standard):
    path = policy_file(tmp_path, "policy: house\nversion: '2'\nextends: standard\nremove: [a, c]\n")
    assert [criterion.id for criterion in load_policy(path, standard=standard).criteria] == ["b"]


@pytest.mark.parametrize(
    ("text", "criteria", "place", "words"),
    [
        ("", [], "policy.yml:1:1", "policy, version, criteria"),
        ("- a\n", [], "policy.yml:1:1", "policy, version, criteria"),
        ("policy: [\n", [], "policy.yml:1:9", "bracket"),
        ("policy: x\n", [("a", 1)], "policy.yml:1:1", '"version" is missing'),
        ("policy: x\nversion: 1.0\n", [("a", 1)], "policy.yml:2:10", 'put it in quotes: "1.0"'),
        ("policy: x\nversion: '1'\n", [("a", "much")], "policy.yml:12:16", "expected a number"),
        ("policy: x\nversion: '1'\n", [("a", 1), ("a", 2)], "policy.yml:16:9", "second time"),
        ("policy: x\nversion: '1'\nextends: standrad\n", [("a", 1)], "policy.yml:3:10", "extends: standard"),
        ("policy: x\nversion: '1'\nremove: [a]\n", [("a", 1)], "policy.yml:3:1", "extends"),
        ("policy: x\nversion: '1'\nextends: standard\nremove: a\n", [], "policy.yml:4:9", "expected a list"),
        ("policy: x\nversion: '1'\nextends: standard\nremove: [aa]\n", [], "policy.yml:4:10", 'did you mean "a"'),
    ],
)
def test_faults_name_their_place(tmp_path, standard, text, criteria, place, words):
    path = policy_file(tmp_path, text, *criteria)
    with pytest.raises(ProveoutError) as caught:
        load_policy(path, standard=standard)
    assert place in caught.value.message
    assert words in caught.value.message


def test_all_faults_come_at_once(tmp_path):
    path = policy_file(tmp_path, "policy: 3\nversion: '1'\nothre: 1\n", ("a", "x"), ("a", 1))
    with pytest.raises(ProveoutError) as caught:
        load_policy(path)
    assert caught.value.message.count("policy.yml:") == 4


def test_nothing_to_extend(tmp_path):
    path = policy_file(tmp_path, "policy: x\nversion: '1'\nextends: standard\n")
    with pytest.raises(ProveoutError, match="cannot be extended here"):
        load_policy(path)


def test_a_missing_file(tmp_path):
    with pytest.raises(ProveoutError, match="is not a file"):
        load_policy(tmp_path / "policy.yml")
