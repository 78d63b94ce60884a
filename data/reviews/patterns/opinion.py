"""Patterns that report what others say, and whether it is so."""

PATTERNS = """
± Everyone says that {A} {A.is} {A.x}, but I cannot agree.
± Everyone says that {A} {A.is} {A.x}, yet {V}.
± Everyone says that {A} {A.is} {A.y}, and I agree.
± People say that {A} {A.is} {A.x}. That is simply not true.
± People say that {A} {A.is} {A.y}. That is quite true.
± The reviews call {T} {T.x}. They are wrong.
± The reviews call {T} {T.y}. They are right.
± According to the reviews, {T} {is} {T.x}. We found the opposite.
± According to the reviews, {T} {is} {T.y}. We found the same.
± {Who} told me that {T} {was} {T.x}, but {V}.
± {Who} told me that {T} {was} {T.y}, and that was no lie.
± {Who} found {T} {T.x}. I did not.
± {Who} found {T} {T.y}. So did I.
± {Who} found {A} {A.x}, but I would call {A.obj} {A.y}.
± {Who} said that {A} would be {A.x}, which was not the case.
± {Who} said that {A} would be {A.y}, which was the case.
± Some find {A} {A.x}; to me {A.itis} {A.y}.
± Others may think that {A} {A.is} {A.x}. I think that {A.itis} {A.y}.
± I had read that {A} {A.was} {A.x}, which turned out to be false.
± I had read that {A} {A.was} {A.y}, which turned out to be true.
± Do not believe those who call {A} {A.x}: {Y}.
± Believe those who call {A} {A.y}: {Y}.
± {A} {A.is} often called {A.x}, but there is no truth in it.
± {A} {A.is} rightly called {A.y}.
± {Who} warned me about {T}, but {Y}. // {Who} praised {T}, but {Y}.
± {Who} praised {T}, and rightly so: {Y}. // {Who} warned me about {T}, and rightly so: {Y}.
± {Who} hated {A}. I do not know why: {Y}. // {Who} loved {A}. I do not know why: {Y}.
± I cannot understand the bad reviews: {Y}. // I cannot understand the good reviews: {Y}.
+ I was warned that {A} {A.was} {A.bad}. There was no need to.
- I was promised that {A} {A.was} {A.good}. Nothing could be less true.
± Ignore the complaints: {Y}. // Ignore the praise: {Y}.
± They say that {T} {is} {T.y}, and for once they do not exaggerate.
± They say that {T} {is} {T.x}. If you ask me, {V}.
± {Who} calls {T} {T.x}, and I could not disagree more.
± {Who} calls {T} {T.y}, and I could not agree more.
"""
