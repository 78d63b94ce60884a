"""Patterns with a question, of which the answer decides."""

PATTERNS = """
± Would I {again}? Yes, without a second thought. // Would I {again}? No, not even for free.
± Would I {again}? Of course: {Y}. // Would I {again}? Of course not: {Y}.
± {X}. Would I {again}? Yes. // {X}. Would I {again}? No.
± {X}. Would I {again} all the same? Any time. // {X}. Would I {again}, then? Never.
± {Y}. Would I {again}? Tomorrow. // {Y}. Would I {again}? Never.
± Do I regret {doing}? Not for a second. // Do I regret {doing}? Every single day.
± Do I regret {doing}? No, {Y}. // Do I regret {doing}? Yes, {Y}.
± Would I recommend {it}? Gladly. // Would I recommend {it}? Only to my worst enemy.
± Would I recommend {it} to {who}? Yes. // Would I recommend {it} to {who}? No.
± {X}. Would I recommend {it} to {who}? Certainly. // {X}. Would I recommend {it} to {who}? Certainly not.
± {A.Is} {A} {A.x}? Not at all. // {A.Is} {A} {A.x}? Not at all.
± {A.Is} {A} {A.y}? Yes, very. // {A.Is} {A} {A.y}? Yes, very.
± {A.Is} {A} {A.x}? No, {A.itis} {A.y}.
± {A.Is} {A} as {A.x} as they say? No, {A.itis} {A.y}.
± {Is} {T} worth the money? Every penny of it. // {Is} {T} worth the money? Not a penny of it.
± Any complaints? None at all. // Any complaints? Where do I begin?
± Any complaints about {A}? Not a single one. // Any complaints about {A}? A long list of them.
± {Is} it perfect? No, but would I {again}? Yes. // {Is} it cheap? Yes, but would I {again}? No.
+ {A.Is} {A} {A.bad}? Perhaps, but would I {again}? Certainly.
- {A.Is} {A} {A.good}? Perhaps, but would I {again}? Certainly not.
± How can a {topic} be so {T.y}?
± Why can't every {topic} be this {T.good}? // Why does every {topic} have to be this {T.bad}?
± Who would not be happy with such a {T.good} {topic}? // Who would be happy with such a {T.bad} {topic}?
± Who could say no to such a {A.good} {A.one}? // Who could say yes to such a {A.bad} {A.one}?
± Did we have a good time? We did. // Did we have a good time? We did not.
± Did I find {A} {A.x}? Anything but.
± Should you {do} this {topic}? By all means. // Should you {do} this {topic}? By no means.
± Should you worry about {A}? There is no need: {Y}. // Should you trust {T}? There is no reason to: {Y}.
+ Is there a {T.better} {topic} in town? Not that I know of.
- Is there a {T.better} {topic} in town? Nearly all of them.
"""
