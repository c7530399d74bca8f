"""Questionnaires that others validated, and one of our own. `[system]` and `[change]` stand for what is asked about."""

from collections.abc import Mapping

from proveout.instruments.survey.questionnaire import Questionnaire

_WEINER = "Weiner, B. J. et al. (2017), Implementation Science 12, 108"

LIBRARY: Mapping[str, Questionnaire] = {
    "aim-iam-fim": Questionnaire(
        title="Acceptability, appropriateness and feasibility of a change",
        items={
            "aim_1": "[change] meets my approval.",
            "aim_2": "[change] is appealing to me.",
            "aim_3": "I like [change].",
            "aim_4": "I welcome [change].",
            "iam_1": "[change] seems fitting.",
            "iam_2": "[change] seems suitable.",
            "iam_3": "[change] seems applicable.",
            "iam_4": "[change] seems like a good match.",
            "fim_1": "[change] seems implementable.",
            "fim_2": "[change] seems possible.",
            "fim_3": "[change] seems doable.",
            "fim_4": "[change] seems easy to use.",
        },
        scales={
            "acceptability": ("aim_1", "aim_2", "aim_3", "aim_4"),
            "appropriateness": ("iam_1", "iam_2", "iam_3", "iam_4"),
            "feasibility": ("fim_1", "fim_2", "fim_3", "fim_4"),
        },
        source=_WEINER,
        licence="open access (CC BY 4.0)",
        note="Three minutes. There is no published cut-off; the authors say nothing of missing items.",
    ),
    "oric": Questionnaire(
        title="Organisational readiness for implementing change",
        items={
            "oric_1": "People who work here feel confident that the organisation can get people invested in "
            "implementing this change.",
            "oric_2": "People who work here are committed to implementing this change.",
            "oric_3": "People who work here feel confident that they can keep track of progress in implementing this "
            "change.",
            "oric_4": "People who work here will do whatever it takes to implement this change.",
            "oric_5": "People who work here feel confident that the organisation can support people as they adjust to "
            "this change.",
            "oric_6": "People who work here want to implement this change.",
            "oric_7": "People who work here feel confident that they can keep the momentum going in implementing this "
            "change.",
            "oric_8": "People who work here feel confident that they can handle the challenges that might arise in "
            "implementing this change.",
            "oric_9": "People who work here are determined to implement this change.",
            "oric_10": "People who work here feel confident that they can coordinate tasks so that implementation goes "
            "smoothly.",
            "oric_11": "People who work here are motivated to implement this change.",
            "oric_12": "People who work here feel confident that they can manage the politics of implementing this "
            "change.",
        },
        scales={
            "commitment": ("oric_2", "oric_4", "oric_6", "oric_9", "oric_11"),
            "efficacy": ("oric_1", "oric_3", "oric_5", "oric_7", "oric_8", "oric_10", "oric_12"),
        },
        source="Shea, C. M. et al. (2014), Implementation Science 9, 7",
        licence="open access (CC BY)",
        note="There is no cut-off: compare groups and waves. A group's mean means something where its people agree.",
    ),
    "sus": Questionnaire(
        title="System usability scale",
        items={
            "sus_1": "I think that I would like to use [system] frequently.",
            "sus_2": "I found [system] unnecessarily complex.",
            "sus_3": "I thought [system] was easy to use.",
            "sus_4": "I think that I would need the support of a technical person to be able to use [system].",
            "sus_5": "I found the various functions in [system] were well integrated.",
            "sus_6": "I thought there was too much inconsistency in [system].",
            "sus_7": "I would imagine that most people would learn to use [system] very quickly.",
            "sus_8": "I found [system] very cumbersome to use.",
            "sus_9": "I felt very confident using [system].",
            "sus_10": "I needed to learn a lot of things before I could get going with [system].",
        },
        reversed=("sus_2", "sus_4", "sus_6", "sus_8", "sus_10"),
        score="percent",
        missing="centre",
        norms={"mean of published studies": 68.0, "73rd percentile": 75.0, "15th percentile": 52.0},
        source="Brooke, J. (1996), SUS: a quick and dirty usability scale, Usability Evaluation in Industry",
        licence="free, with acknowledgement of the source",
        note="Brooke: an item that a person cannot answer counts as the middle; here, half of them must be answered. "
        "Norms: Sauro, measuringu.com/sus.",
    ),
    "umux-lite": Questionnaire(
        title="Usability metric for user experience, short",
        items={
            "umux_1": "[system]'s capabilities meet my requirements.",
            "umux_2": "[system] is easy to use.",
        },
        highest=7.0,
        score="percent",
        source="Lewis, J. R., Utesch, B. S. and Maher, D. E. (2013), CHI '13, 2099-2102",
        licence="free",
        note="Not turned into a SUS score: its authors no longer recommend that.",
    ),
    "nps": Questionnaire(
        title="Likelihood to recommend",
        items={"recommend": "How likely is it that you would recommend [system] to a colleague?"},
        lowest=0.0,
        highest=10.0,
        score="net",
        good_from=9.0,
        bad_to=6.0,
        unit="point",
        source="Reichheld, F. F. (2003), Harvard Business Review 81(12), 46-54",
        licence="free to ask; the name Net Promoter Score is a trade mark",
        note="Only where use is voluntary. There is no norm that holds everywhere.",
    ),
    "csat": Questionnaire(
        title="Satisfaction",
        items={"satisfied": "Overall, how satisfied are you with [system]?"},
        score="top",
        good_from=4.0,
        unit="share",
        source="common practice: the share of the two highest of five answers",
        licence="free",
    ),
    "s-tias": Questionnaire(
        title="Trust in automation, short",
        items={
            "trust_1": "I am confident in [system].",
            "trust_2": "[system] is reliable.",
            "trust_3": "I can trust [system].",
        },
        highest=7.0,
        source="McGrath, M. J. et al. (2025), Frontiers in Artificial Intelligence 8, 1582880; items of Jian, Bisantz "
        "and Drury (2000), International Journal of Cognitive Ergonomics 4, 53-71",
        licence="open access (CC BY)",
        note="Compare the three items with the article before you print them.",
    ),
    "nasa-tlx": Questionnaire(
        title="Task load, raw",
        items={
            "mental": "How mentally demanding was the task?",
            "physical": "How physically demanding was the task?",
            "temporal": "How hurried or rushed was the pace of the task?",
            "performance": "How successful were you in what you were asked to do? (0 perfect, 100 failure)",
            "effort": "How hard did you have to work to accomplish your level of performance?",
            "frustration": "How insecure, discouraged, irritated, stressed and annoyed were you?",
        },
        lowest=0.0,
        highest=100.0,
        source="Hart, S. G. and Staveland, L. E. (1988), Advances in Psychology 52, 139-183; raw: Hart (2006)",
        licence="public",
        note="Less is better. The sub-scales are not weighted.",
    ),
    "nomad": Questionnaire(
        title="How far a change has become normal",
        items={
            "coherence_1": "I can see how [system] differs from usual ways of working.",
            "coherence_2": "Staff in this organisation have a shared understanding of the purpose of [system].",
            "coherence_3": "I understand how [system] affects the nature of my own work.",
            "coherence_4": "I can see the potential value of [system] for my work.",
            "participation_1": "There are key people who drive [system] forward and get others involved.",
            "participation_2": "I believe that participating in [system] is a legitimate part of my role.",
            "participation_3": "I am open to working with colleagues in new ways to use [system].",
            "participation_4": "I will continue to support [system].",
            "action_1": "I can easily integrate [system] into my existing work.",
            "action_2": "[system] disrupts working relationships.",
            "action_3": "I have confidence in other people's ability to use [system].",
            "action_4": "Work is assigned to those with skills appropriate to [system].",
            "action_5": "Sufficient training is provided to enable staff to use [system].",
            "action_6": "Sufficient resources are available to support [system].",
            "action_7": "Management adequately support [system].",
            "monitoring_1": "I am aware of reports about the effects of [system].",
            "monitoring_2": "The staff agree that [system] is worthwhile.",
            "monitoring_3": "I value the effects [system] has had on my work.",
            "monitoring_4": "Feedback about [system] can be used to improve it in the future.",
            "monitoring_5": "I can modify how I work with [system].",
        },
        reversed=("action_2",),
        scales={
            "coherence": tuple(f"coherence_{i}" for i in range(1, 5)),
            "participation": tuple(f"participation_{i}" for i in range(1, 5)),
            "action": tuple(f"action_{i}" for i in range(1, 8)),
            "monitoring": tuple(f"monitoring_{i}" for i in range(1, 6)),
        },
        missing="half",
        source="Finch, T. L. et al. (2018), BMC Medical Research Methodology 18, 135; items as in Elf, M. et al. "
        "(2018), Implementation Science 13, 146",
        licence="free",
        note="People may say that an item is not relevant to their role; scales are means of those that are.",
    ),
    "nomad-general": Questionnaire(
        title="How normal a change feels",
        items={
            "familiar": "When you use [system], how familiar does it feel? (0 still very new, 10 completely familiar)",
            "normal_now": "Do you feel that [system] is currently a normal part of your work? (0 not at all, "
            "10 completely)",
            "normal_later": "Do you feel that [system] will become a normal part of your work? (0 not at all, "
            "10 completely)",
        },
        lowest=0.0,
        highest=10.0,
        scales={item: (item,) for item in ("familiar", "normal_now", "normal_later")},
        source="Finch, T. L. et al. (2015), NoMAD: Implementation measure based on Normalization Process Theory",
        licence="free",
        note="The three general questions that go before `nomad`; compare them with its form before you print them.",
    ),
    "readiness": Questionnaire(
        title="Five steps to a change",
        items={
            "awareness": "I know why [change] is made.",
            "desire": "I want to take part in [change].",
            "knowledge": "I know what I am to do differently.",
            "ability": "I am able to work in the new way, day by day.",
            "reinforcement": "When I work in the new way, it is noticed and valued.",
        },
        scales={step: (step,) for step in ("awareness", "desire", "knowledge", "ability", "reinforcement")},
        source="Proveout's own items",
        licence="free",
        note="The instrument `change` reads the same answers, and finds the step at which each group stops.",
    ),
}
