"""Patterns that compare: with the last one, with others, with what was hoped for."""

PATTERNS = """
± {T} {is} {far} {T.yer} than {old}.
± {T} {is} {T.yer} than {old}, and {V}.
± {T} {is} a lot less {T.x} than {old}.
± {T} {is} not half as {T.x} as {old}.
± {T} {is} not nearly as {T.x} as {old}.
± {T} {is} at least twice as {T.y} as {old}.
± {Old} {was} {far} {T.xer}.
± {Old} {was} {T.x}; this one {is} {T.y}.
± {Old} {was} {T.x}, but not {T}.
± Compared with {old}, {T} {is} {noun}.
± Next to {old}, {T} {is} {noun}.
± After {n} {T.x} {topics}, this one {is} {T.Y}.
± After {n} {T.x} {topics}, at last a {T.y} one! // After {n} {T.x} {topics}, now a {T.y} one!
± Unlike {old}, {T} {is} {T.y}.
± Unlike {old}, {T} {is} not {T.x}.
± Like {old}, {T} {is} {T.Y}.
± {A} {A.is} {far} {A.yer} than I had expected.
± {A} {A.is} less {A.x} than I had feared. // {A} {A.is} less {A.x} than I had hoped.
± I have rarely come across a {A.yer} {A.one}.
± I have never come across a {A.yer} {A.one}.
± It would be hard to find a {A.yer} {A.one}.
± {A} could not have been {A.yer}.
± {A} could hardly have been {A.yer}.
± No other {topic} that I know of is as {T.y}.
± You will not find a {T.better} {topic} anywhere. // You will find a {T.better} {topic} anywhere.
± Other {topics} are {T.bad}, this one {is} {T.good}. // Other {topics} are {T.good}, this one {is} {T.bad}.
+ I would not exchange {it} for a {T.better} {topic}, since there is none.
- I would exchange {it} for any other {topic}.
± I would choose {T} over {old} any day. // I would choose {old} over {T} any day.
± For the same money, {old} cannot compete: {Y}. // For the same money, {old} {was} a better choice: {Y}.
- {A} could have been {far} {A.better}.
- {Old} {was} better.
- {Old} {was} {T.good}. I cannot say the same of {T}.
- I preferred {old}: {Y}.
- There are {T.better} {topics} for half the price.
- There is not a single {topic} in town that {is} not {T.better}.
+ {T} {is} every bit as {T.good} as those that cost twice as much.
+ {Old} {was} {T.bad}. I cannot say the same of {T}.
+ {T} {is} better than {old}, which {was} already {T.good}.
+ No other {topic} comes close: {Y}.
+ There is hardly a {topic} in town that is {T.better}.
"""
