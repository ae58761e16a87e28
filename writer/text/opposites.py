"""Opposites of English scientific prose: which words point which way.

Two sources. A table of axes (`amount`, `quality`, `effect` …), each with the words of its two ends; their forms
(`raise`, `raised`; `slow`, `slower`, `slowly`) follow by rule. And prefixes that turn a word round (`in-efficient`,
`un-stable`, `hypo-` against `hyper-`), for which no list of words is needed, only one of words that merely look so.
No thesaurus: what stands on one end of an axis need not mean the same.
"""

from __future__ import annotations

from functools import lru_cache

from writer.text.words import stem

Poles = frozenset[str]
"""Ends of axes, as `+amount` and `-amount`."""

# One axis a line: its name, the words of one end | those of the other. `*`: an adjective, with its -er, -est and -ly.
_AXES = """
amount: increase increment raise rise risen rose elevate elevation grow grew growth boost enlarge expand expansion
 upregulate upregulation augment amplify amplification heighten intensify escalate surge accumulate accumulation double
 triple enhance higher greater larger bigger climb soar lift
 | decrease reduce reduction lower lowering drop decline diminish diminution lessen shrink shrank fall fell
 downregulate downregulation deplete depletion attenuate attenuation mitigate alleviate curb dwindle halve
 smaller cut slash trim plunge plummet sink slump
degree: more | less fewer
level: high highly | low
size: large larger big bigger | small smaller tiny
limit: maximize maximise maximal maximum | minimize minimise minimal minimum
quality: improve better best enhance outperform surpass exceed superior superiority beneficial benefit advantage
 advantageous favorable favourable ameliorate excel help helpful
 | worsen worse worst degrade degradation deteriorate deterioration underperform inferior inferiority impair impairment
 harm harmful hurt detriment detrimental damage compromise poor poorer poorly bad badly adverse adversely
 disadvantage unfavorable unfavourable suboptimal
manner: well | poorly badly
extent: much lot greatly significant significantly considerable considerably substantial substantially
 markedly dramatically widely far
 | little slight slightly marginal marginally barely hardly scarcely minimal minimally negligible negligibly
nearness: near nearly close | far
share: most majority | few minority
pay: free | paid paying
keep: maintain maintenance preserve preservation retain retention sustain
 | lose sacrifice forfeit
agonist: agonist | antagonist
effect: activate activation promote promotion induce induction stimulate stimulation
 facilitate facilitation enable trigger cause encourage provoke elicit evoke upregulate
 upregulation enhance potentiate
 | inhibit inhibition inhibitory suppress suppression block blockade prevent prevention
 repress repression hinder hamper impede abolish abrogate silence halt antagonize restrict discourage
 counteract downregulate downregulation deactivate inactivate inactivation preclude prohibit impair disrupt
speed: *fast *rapid *quick *swift accelerate acceleration speedup hasten | *slow delay decelerate deceleration slowdown
 retard sluggish
robustness: *robust robustness *stable stability resilient resilience resistant resistance resist reliable reliability
 reliably tolerant tolerance insensitive invariant
 | fragile fragility brittle brittleness unstable instability vulnerable vulnerability susceptible susceptibility
 sensitive sensitivity unreliable prone sensitize sensitization
sign: positive positively | negative negatively inverse inversely
need: necessary necessity essential essentially indispensable crucial crucially vital mandatory
 | unnecessary unnecessarily dispensable optional redundant needless superfluous
cost: *cheap inexpensive affordable economical | expensive *costly
safety: *safe safety harmless benign protective protect protection nontoxic
 | dangerous danger hazardous harmful toxic toxicity unsafe malignant
frequency: often frequent frequently common commonly usual usually prevalent
 | seldom *rare rarely infrequent infrequently uncommon unusual
result: gain | loss
success: success succeed successful successfully effective effectively effectiveness efficacy efficacious
 | failure fail unsuccessful unsuccessfully ineffective ineffectively ineffectiveness futile
efficiency: efficient efficiently efficiency | inefficient inefficiently inefficiency wasteful
truth: correct correctly true accurate accurately accuracy accuracies
 | incorrect incorrectly wrong wrongly false inaccurate inaccurately inaccuracy erroneous
accord: agree agreement concur consistent consistently consistency
 | disagree disagreement conflict contradict contradictory inconsistent inconsistently inconsistency
proof: confirm support corroborate validate verify | refute disprove contradict falsify rebut
survival: survive survival | die death mortality
length: *long lengthen prolong extend | *short shorten
density: *dense | *sparse
strength: strong stronger strongly strongest strengthen potent powerful | weak weaker weakly weakest weaken feeble
ease: *easy simplify *straightforward | *hard difficult difficulty complicate challenging
sort: homogeneous homogeneity uniform | heterogeneous heterogeneity
outlook: optimistic optimism | pessimistic pessimism
balance: balanced balance | imbalanced imbalance unbalanced
wealth: *rich enrich abundant | *scarce impoverish
knowledge: known familiar seen | unknown unfamiliar unseen
"""

_NEGATING = ("un", "non", "in", "im", "ir", "il", "dis", "mis", "dys", "de", "a")
_TURNED = (
    ("hyper", "hypo"),
    ("over", "under"),
    ("up", "down"),
    ("pro", "anti"),
    ("pre", "post"),
    ("homo", "hetero"),
    ("macro", "micro"),
)
_TURNING = tuple(prefix for pair in _TURNED for prefix in pair)
# `in-` and `im-` turn adjectives round, and what is made of them; before other words they mean `into`.
_ADJECTIVE = (
    "able", "ably", "ible", "ibly", "ility", "ent", "ently", "ence", "ency", "ant", "antly", "ance", "al", "ally",
    "ality", "ate", "ately", "acy", "ite", "itely", "ive", "ively", "ivity", "ure", "urity", "ect", "ectly", "act",
    "ular", "ularity", "ect", "ct", "licit", "ess", "erse", "eous", "eity", "uous", "ous", "mal", "ic", "ically",
)  # fmt: skip
_ROOTS = {
    "dis": "advantag agre similar appear connect continu honest satisfi satisfact approv allow entangl engag integr "
    "associ assembl organ organis obey proport inhibit qualifi union unit favor favour like order",
    "de": "activ stabil methyl phosphoryl acetyl polar polaris sensit ubiquitin glycosyl regul coupl central motiv "
    "compress increment",
    "a": "symmetr symmetri typic synchron period cellular",
    "dys": "function regul function",
    "mis": "align classif classifi label match calibr specifi specif predict report inform translat handl behav "
    "treat diagnos trust judg fold",
}
_MERELY_ALIKE = tuple(
    """import immedia invalua incorpora irradia indifferen infamous inflamma insur intens intent interest inform
    instan until unless unlike uncover unveil under union unit unif uniqu univers involv improv impact imprint impl
    infer intend inter intra spect increas increment incid index individu industr initia input inside insight inspir
    install intact integr invest inven invit inaugur infect inflect inject insect instruct induct inver dispos
    impress infra include inclu innate inherent infant inward incumb insert ingredi ingest inocul inhibit inhabit
    invok invoc illustr illumin inpatient inspect institut instinct imagin image imitat imminent imperat inflow
    invas invad incipi indicat decre dispar despit anion indent mismo inquir mission missing mistak""".split()
)
"""How words begin in which the prefix says something else, or is none."""
_DOERS = ("er", "ers", "or", "ors")
_LEAST_ROOT = 4


def _forms(word: str) -> list[str]:
    if not word.startswith("*"):
        return [word]
    word = word[1:]
    base = word[:-1] if word.endswith(("e", "y")) else word
    if word in ("big", "hot"):
        base = word + word[-1]
    link = "i" if word.endswith("y") else ""
    adverb = word[:-1] + "ily" if word.endswith("y") else word[:-1] + "y" if word.endswith("ble") else word + "ly"
    return [word, f"{base}{link}er", f"{base}{link}est", adverb]


@lru_cache(maxsize=1)
def _table() -> dict[str, Poles]:
    """Stem to the ends it stands at."""
    found: dict[str, set[str]] = {}
    for line in _AXES.replace("\n ", " ").strip().splitlines():
        axis, ends = line.split(":")
        for sign, end in zip("+-", ends.split("|"), strict=True):
            for word in end.split():
                for form in _forms(word):
                    found.setdefault(stem(form), set()).add(sign + axis)
    return {word: frozenset(poles) for word, poles in found.items()}


@lru_cache(maxsize=1 << 15)
def poles(word: str) -> Poles:
    """The ends at which a word stands; of a word that a prefix turns round, `-=root` as well.

    >>> sorted(poles("outperforms")), sorted(poles("inefficiently")), sorted(poles("hypotension"))
    (['+quality'], ['-=effici', '-efficiency'], ['-hyper|hypo=tension'])
    """
    small = word.lower()
    found = set(_table().get(stem(small), ()))
    if small.endswith(_DOERS):  # a promoter or an inhibitor is a thing; what it does is told by another word
        found -= {"+effect", "-effect"}
    root = _root(small)
    if root:
        found.add(f"-={root}")
    if small.startswith(_TURNING):
        for plus, minus in _TURNED:
            for sign, prefix in (("+", plus), ("-", minus)):
                rest = small[len(prefix) :]
                if len(rest) >= _LEAST_ROOT and small.startswith(prefix):
                    found.add(f"{sign}{plus}|{minus}={stem(rest)}")
    return frozenset(found)


@lru_cache(maxsize=1 << 15)
def turned(pole: str) -> str:
    """The other end of the axis.

    >>> turned("+amount")
    '-amount'
    """
    return ("-" if pole[0] == "+" else "+") + pole[1:]


def opposed(one: Poles, other: Poles) -> bool:
    """Whether two words point opposite ways on some axis, and on none the same way.

    >>> opposed(poles("increases"), poles("reduced")), opposed(poles("efficient"), poles("inefficient"))
    (True, True)
    """
    return any(turned(pole) in other for pole in one) and not one & other


def _root(word: str) -> str:
    """The stem of what a negating prefix stands before; empty where there is none."""
    if not word.startswith(_NEGATING) or word.startswith(_MERELY_ALIKE):
        return ""
    for prefix in _NEGATING:
        rest = word[len(prefix) :]
        if not word.startswith(prefix) or len(rest) < _LEAST_ROOT:
            continue
        if prefix in _ROOTS:
            if stem(rest) in _ROOTS[prefix].split():
                return stem(rest)
        elif prefix in ("un", "non") or rest.endswith(_ADJECTIVE):
            return stem(rest)
    return ""
