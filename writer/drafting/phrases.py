"""The phrases of abstracts that telling a sentence turns on: verbs, openers, what leans on other sentences.

Data and patterns only; `voice.py` uses them.
"""

from __future__ import annotations

import re

INTRODUCE = (
    "introduce propose present develop release construct build design create describe curate collect contribute devise "
    "offer publish compile formulate establish assemble"
).split()
FIND = (
    "find show demonstrate observe reveal discover report see conclude argue suggest note prove confirm identify "
    "uncover highlight illustrate indicate"
).split()
STUDY = (
    "study investigate examine explore analyze analyse evaluate compare assess test ask consider address tackle "
    "measure benchmark revisit review survey focus perform conduct use apply train provide leverage extend adapt "
    "formalize "
    "characterize quantify outline discuss cast employ aim seek combine generate fine-tune finetune utilize validate "
    "define decompose take view treat achieve improve obtain frame model learn make give include summarize "
    "integrate synthesize implement run interpret further explain advocate hypothesize audit look experiment estimate "
    "trace supply question instantiate derive fit pair annotate simulate elicit probe scale mitigate reduce map relate"
).split()
VERBS = {**dict.fromkeys(INTRODUCE, "introduce"), **dict.fromkeys(STUDY, "study"), **dict.fromkeys(FIND, "find")}

# These are nouns as often as verbs: "train and test sets" says nothing of agreement.
AMBIGUOUS = frozenset(
    "study test design release review survey report benchmark address measure focus use aim frame model view cast note "
    "train question extend show".split()
)
SHARED = (
    "show find demonstrate propose introduce evaluate analyze investigate present provide identify observe discover "
    "argue conduct perform explore examine compare develop describe apply train build create collect release"
).split()
"""Verbs that may follow "and" with the same subject."""

ADVERBS = (
    r"(?:also|then|further|first|firstly|thus|therefore|hence|additionally|empirically|experimentally|systematically"
    r"|formally|theoretically|finally|next|instead|here|subsequently|consequently|carefully|thoroughly|extensively"
    r"|explicitly|simply|mainly|primarily|comprehensively|qualitatively|quantitatively|specifically|successfully"
    r"|briefly|newly|independently|automatically|directly)"
)
PASSING = frozenset(
    "then further first firstly thus therefore hence finally next here instead subsequently consequently".split()
)
"""Adverbs that say only where in the abstract a sentence stands."""

ENUMERATOR = re.compile(r"^\s*(?:\(?(?:[ivx]{1,4}|\d{1,2}|[a-d])\)|\d\.)\s+")
OPENER = re.compile(
    r"""^(?:
      (?:However|Moreover|Furthermore|Additionally|Besides|Also|Notably|Surprisingly|Interestingly|Therefore|Thus|Hence
        |Consequently|Finally|Overall|Specifically|Importantly|Crucially|Lastly|Firstly|Secondly|Thirdly|Second|Third
        |First|Then|Next|Nonetheless|Nevertheless|Meanwhile|Accordingly|Remarkably|Concretely|Still|Yet|Empirically
        |Similarly|Likewise|Conversely|Instead|Further|Unfortunately|Here|Recently|Alternatively|Encouragingly
        |Counterintuitively|Intriguingly|Subsequently|Inspired\ by\ \w+(?:\ \w+)?
        |Motivated\ by\ (?:this|these|that)[^,]{0,60}
        |In\ (?:this|the\ present|our)\ (?:paper|work|study|report|article|technical\ report|survey|tutorial
          |position\ paper|demo)
        |In\ (?:addition|response|summary|short|contrast|particular|conclusion|total|turn|fact|light\ of\ [^,]{1,60})
        |To\ (?:this|that)\ end|With\ this\ (?:in\ mind|goal|aim)|As\ a\ (?:result|consequence|step\ towards?[^,]{1,60})
        |For\ this\ (?:purpose|reason|end)|On\ the\ (?:other|one)\ hand|By\ contrast|Going\ (?:further|beyond)[^,]{0,40}
        |(?:Based|Building)\ (?:on|upon)\ (?:this|these|our)[^,]{0,60}|Given\ (?:this|these)[^,]{0,60}
        |To\ (?:address|tackle|bridge|fill|remedy|overcome|mitigate|solve|resolve|fix|counter|close|alleviate|combat|do
          |achieve|handle|meet|answer|facilitate|support|demonstrate|understand|enable|explore|study|investigate
          |counteract)\ (?:this|these|that|those|such|the\ (?:above|gap|issue|problem|challenge)|so|it)[^,]{0,80}
        |(?:Through|Using|Via|With)\ (?:our|this|these|such)\ (?:\w+\ ){0,2}(?:analys[ei]s|experiments?|study|studies
          |investigations?|evaluations?|framework|approach|method|insights?|findings?|results|observations?)
        |In\ the\ (?:process|end)|Along\ the\ way|More\ (?:specifically|importantly|precisely|concretely)
        |Towards?\ (?:this|these|that)\ (?:end|goal|aim|ends|goals)|As\ such|That\ said|Even\ so|All\ in\ all
        |In\ other\ words|Taken\ together
        |From\ (?:an?|the)\ \w+\ (?:perspective|standpoint|viewpoint)|Most\ importantly
        |Last\ but\ not\ least|Going\ forward
      )\s*,\s*|(?:And|But|So|Thus|Hence)\s+)""",
    re.VERBOSE,
)
HELD_BACK = re.compile(
    r"^(?:For (?:example|instance)|To (?:our|the) (?:best (?:of our )?)?knowledge|In (?:step|stage|phase) \d)\b",
    re.IGNORECASE,
)
"""Openings without which the sentence would say more than its authors do, and with which it cannot stand alone."""

PURPOSE = re.compile(r"^(?:To|In order to|Motivated|Inspired|Drawing|Building|Based|Given)\b")
"""A lead that says why, or after what; without it the same is found, unlike "On these tasks, …"."""

LEAD_WITHOUT_COMMA = re.compile(r"^(?:To|For|On|In|With|After|From|Over|At|Using|Across) [^,;:]{3,70} $")
WE = re.compile(r"\b(?P<we>[Ww]e)\s+(?P<adverb>" + ADVERBS + r"\s+)?(?P<verb>[a-z]+(?:-[a-z]+)?)\b")
PAPER = re.compile(
    r"^(?:This|The present|The current|Our)\s+(?:(?:position|survey|technical|short|research|new|case)\s+)?"
    r"(?:paper|work|study|article|survey|report|tutorial|review|chapter|book|thesis|research|contribution)\s+"
    r"(?P<adverb>" + ADVERBS + r"\s+)?(?P<verb>[a-z]+)\b"
)
_RESULT_VERBS = (
    "show|shows|showed|reveal|reveals|revealed|demonstrate|demonstrates|demonstrated|suggest|suggests|suggested|indicate"
    "|indicates|indicated|confirm|confirms|confirmed|highlight|highlights|find|finds|found|illustrate|illustrates"
)
RESULTS = re.compile(
    r"^(?:(?:Our|The|Extensive|Comprehensive|Empirical|Experimental|Additional|Preliminary|Further|These|Initial|Key|Main"
    r"|Detailed|Quantitative|Human|Automatic|Thorough|Numerical)\s+){0,3}(?:[a-z-]+\s+){0,3}?"
    r"(?P<noun>[Rr]esults?|[Ee]xperiments?|[Ff]indings?|[Aa]nalys[ie]s|[Ee]valuations?|[Ss]tud(?:y|ies)|[Ii]nvestigations?"
    r"|[Oo]bservations?|[Ee]xperimentation|[Aa]blations?|[Cc]omparisons?|[Tt]ests)"
    r"(?P<where>\s+(?:conducted\s+|performed\s+)?(?:on|across|over|with|of|in|from|under|using)\s+"
    r"(?:(?! that | which | we )[^;:]){1,140}?)?,?\s+"
    r"(?:also\s+|further\s+|consistently\s+|clearly\s+|indeed\s+)?"
    r"(?P<verb>" + _RESULT_VERBS + r")\s+(?:(?P<that>that)\s*[:,]?\s+)?(?P<rest>.+)$"
)
BRACKETED = re.compile(
    r"\s*\((?:[^()]*https?://[^()]*|(?:see|cf\.)[^()]*|[^()]*\bet al\.[^()]*|Fig[^()]*|Sec[^()]*)\)"
    r"|\s*\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]"
)
LEANS = re.compile(
    r"\b(?:this|these|those|such(?! as\b))\s+(?:\w+\s+)?(?:\w+)\b(?!\s+that)"
    r"|\b(?:they|them|their|the former|the latter|above|it)\b",
    re.IGNORECASE,
)
FIRST_PERSON = re.compile(r"\b(?:[Ww]e|[Oo]urs?|us|ourselves|I|my|me)\b")
RESULT = re.compile(
    r"\b(?:outperform|surpass|exceed|achiev|improv|increas|decreas|reduc|gain|drop|fail|remain|struggl|reach|yield|exhibit"
    r"|perform|match|degrad|boost|correlat|agree|lead)\w*\b|\bbetter\b|\bworse\b|\bmore\b|\bless\b|\d"
)
BACKGROUND = re.compile(
    r"\b(?:remains?\b.*\b(?:challeng|unclear|underexplored|difficult|open)|existing|previous|prior|recent|crucial"
    r"|critical|essential|important|has become|have become|has been|have been|often|typically|usually|widely"
    r"|increasingly|ubiquit|popular|tend to|goal of|aims? to|need to|must)",
    re.IGNORECASE,
)
UNAGREED = re.compile(r"\band (?:\w+ly )?(?:" + "|".join(verb for verb in VERBS if verb not in AMBIGUOUS) + r")\b")
MADE_OF = re.compile(r"(?:is an?|consists of|comprises|contains|covers|includes|spans|combines|extends) ")
ITSELF = re.compile(
    r"^(?:This|The|Our) (?:new |proposed |resulting )?"
    r"(?:benchmark|dataset|corpus|framework|method|approach|model|suite|algorithm)\b"
    r"(?! (?:of|for|that|which|is to|to)\b)"
)
"""A sentence about the thing presented, which has a name."""
SMALL_WORDS = frozenset(
    "a an the in on at for with by we our this these that it its their when while if to as from".split()
)
SUPERLATIVE = re.compile(r"\b(?:the first|first[- ]ever|the most|the largest|the best)\b", re.IGNORECASE)
PRAISE = re.compile(
    r"\b(?:state-of-the-art|SOTA|significantly|highly|outperforms?|surpass\w*|superior)\b", re.IGNORECASE
)
"""Words by which authors rate their own work: they stay with the authors."""
