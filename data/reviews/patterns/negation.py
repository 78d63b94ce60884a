"""Patterns with a negation, and with two."""

PATTERNS = """
± {A} {A.is} not {A.x} at all.
± {A} {A.is} not at all {A.x}.
± {A} {A.is} not at all {A.x}, and {Y}.
± {A} {A.is} not in the least {A.x}.
± {A} {A.is} by no means {A.x}.
± {A} {A.is} in no way {A.x}.
± {A} {A.is} anything but {A.x}.
± {A} {A.is} neither {A.x} nor {A.x2}.
± {P} {P.was} never {P.x}.
± {P} {P.was} never {P.x}, not even for a moment.
± Not once {P.was} {P} {P.x}.
± At no time did I find {P} {P.x}.
± There {is} nothing {A.x} about {A}.
± There {is} nothing {A.x} or {A.x2} about {A}.
± Nobody would call {A} {A.x}.
± No one in their right mind would call {A} {A.x}.
± I would not call {A} {A.x}.
± I did not find {A} {A.x}.
± We did not find {A} {A.x} at all, and {V}.
± {A} {A.is} not {A.x} but {A.y}.
± {A} {A.is} {A.y}, not {A.x}.
± {T} {is} {T.y}, and {A} {A.is} not {A.x} either.
± Without the slightest doubt: {A} {A.is} not {A.x}, and {Y}.
± {T} did not annoy us for a moment. // {T} did not impress us for a moment.
± I did not regret {doing} for a moment. // I did not enjoy {doing} for a moment.
± I cannot say a single bad word about {A}. // I cannot find a single good word for {A}.
± I have nothing but praise for {A}. // I have nothing but complaints about {A}.
± I have no complaints about {A}. // I have no praise for {A}.
± Nothing about {T} {is} disappointing. // Nothing about {T} {is} impressive.
± Not a thing went wrong: {Y}. // Not a thing went right: {Y}.
± {T} {is} never {T.x}.
± Never did I have to complain about {A}. // Never did I find a reason to praise {A}.
± There {is} no reason to avoid {T}. // There {is} no reason to choose {T}.
± {A} {A.is} not {A.bad}, {B} {B.is} not {B.bad}, and {V}. // {A} {A.is} not {A.good}, {B} {B.is} not {B.good}, and {V}.
"""

DOUBLE = """
± There {is} nothing that I did not like about {T}. // There {is} nothing that did not annoy me about {T}.
+ There {is} not one thing about {T} that did not please us.
- There {is} not one thing about {T} that did not displease us.
± It {is} impossible not to like {A}. // It {is} impossible not to be annoyed by {A}.
± Nobody could fail to be charmed by {T}. // Nobody could fail to be bored by {T}.
± {T} never failed to delight us. // {T} never failed to annoy us.
± {A} {A.is} never not {A.y}.
± Nobody can deny that {A} {A.is} {A.y}.
± There is no denying that {A} {A.is} {A.y}.
± I do not doubt that {A} {A.is} {A.y}, and {V}.
± It would be wrong not to say how {A.y} {A} {A.is}. // I cannot keep quiet about how {A.y} {A} {A.is}.
± I could not help liking {A}. // I could not help disliking {A}.
± Hardly anything about {T} {is} not {G.y}.
± I cannot say that I did not enjoy {doing}. // I cannot say that I did not regret {doing}.
± Not one of us did not enjoy {doing}. // Not one of us did not regret {doing}.
± It is not true that {A} {A.is} not {A.y}.
± I have never not been happy with {A}. // I have never not been unhappy with {A}.
"""
