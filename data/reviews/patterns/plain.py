"""Patterns without a turn, and those in which an adverb of degree decides."""

PATTERNS = """
± {Y}.
± {Y} and {Y2}.
± {Y}. {Y2}.
± {T} {is} {noun}.
± {A} {A.is} {A.Y}, and {V}.
± What a {A.y} {A.one}!
± A {A.y} {A.one}, a {B.y} {B.one} and a {C.y} {C.one}: {V}.
± A {T.y} {T.one}, and {V}.
± {V}, and {V2}.
± {T} {is} {T.Y}: {Y}.
± I {felt} {A}, and {Y}.
+ The {A.y} {A.noun} alone {A.was} reason enough to {again}.
- The {A.y} {A.noun} alone {A.was} reason enough not to {again}.
± Thanks to the {A.y} {A.noun}, {V}. // Because of the {A.y} {A.noun}, {V}.
"""

INTENSITY = """
- {A} {A.is} not particularly {A.good}.
- {A} {A.is} not very {A.good}, and {Y}.
- {A} {A.is} not exactly {A.good}.
- {A} {A.is} not especially {A.good}.
- {A} {A.is} barely {A.good}.
- {A} {A.is} scarcely {A.good}.
- {P} {P.was} hardly ever {P.good}.
- {P} {P.was} only rarely {P.good}.
- {A} {A.is} not nearly {A.good} enough.
- {A} {A.is} far from {A.good}.
- {A} {A.is} much less {A.good} than the photographs promise.
- {T} {is} in no respect {T.good}.
- {A} {A.is} nowhere near as {A.good} as they claim.
+ {A} {A.is} not just {A.good} but {A.good2}.
+ {A} {A.is} not only very {A.good} but also {A.good2}.
+ {P} {P.was} hardly ever {P.bad}.
+ {A} {A.is} far from {A.bad}.
+ {A} {A.is} not the slightest bit {A.bad}.
+ {T} {is} in no respect {T.bad}.
+ {A} {A.is} nowhere near as {A.bad} as they claim.
+ {A} {A.is} much less {A.bad} than people say.
+ {A} {A.is} more than {A.good} enough for us.
+ {A} {A.is} hardly {A.bad}, and {Y}.
+ {A} {A.is} scarcely {A.bad}, and {Y}.
± {A} {A.is} so {A.y} that I told {who} about {T}. // {A} {A.is} so {A.y} that I warned {who} about {T}.
± {A} {A.is} quite {A.y}, and {B} {B.is} very {B.y}.
± {A} {A.is} very {A.y}, and {B} {B.is} hardly less {B.y}.
± {A} {A.is} as {A.y} as can be.
± Rarely have I {done} such a {T.y} {topic}.
± {A} {A.is} too {A.good} not to be praised. // {A} {A.is} too {A.bad} to be forgiven.
"""
