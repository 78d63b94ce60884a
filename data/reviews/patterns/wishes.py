"""Patterns of wishes, hopes, fears and expectations, met or not."""

PATTERNS = """
± I expected {A} to be {A.x}. I was wrong.
± I expected {A} to be {A.x}, but I was wrong.
± I expected {A} to be {A.y}, and I was right.
± I had expected a {A.x} {A.one}; what we got was the opposite.
± I had expected a {A.y} {A.one}, and that is what we got.
± I thought that {A} would be {A.x}. Far from it.
± I thought that {A} would be {A.y}, and so {A.itwas}.
± I was prepared for a {A.x} {A.one}, but {A} {A.was} {A.Y}.
+ I was afraid that {A} would be {A.bad}, but I need not have worried.
- I had hoped that {A} would be {A.good}, but I hoped in vain.
+ I had hoped that {A} would be {A.good}, and my hopes were met.
- I was afraid that {A} would be {A.bad}, and my fears came true.
± I was afraid that {A} would be {A.bad}. {A.Itwas} not. // I had hoped that {A} would be {A.good}. {A.Itwas} not.
± I wanted to dislike {T}, but could not. // I wanted to like {T}, but could not.
± I was ready to hate {T}, but {Y}. // I was ready to love {T}, but {Y}.
± I had dreaded {doing}, but {Y}. // I had looked forward to {doing}, but {Y}.
± I had looked forward to {doing}, and {Y}. // I had dreaded {doing}, and {Y}.
± I wish I had found {T} sooner. // I wish I had never found {T}.
± I should have {done} this {topic} years ago. // I should have {done} another {topic}.
± I should never have doubted {T}. // I should never have trusted {T}.
± If only every {topic} were as {T.good} as this one. // If only this {topic} were as {T.good} as others.
± I wish all {topics} were this {T.good}. // I wish this {topic} were half as {T.good} as it claims to be.
± Every {A.one} should be as {A.good} as this one. // No {A.one} should be as {A.bad} as this one.
± More {topics} should be as {T.good} as this one. // No {topic} should be as {T.bad} as this one.
± We feared the worst and got the best: {Y}. // We hoped for the best and got the worst: {Y}.
± I have nothing left to wish for: {Y}. // I wish I could say something nice, but {Y}.
- {A} should have been {A.good}.
- {A} should have been {far} {A.better}.
- {A} could and should have been {A.good}.
- I wish {A} had been {A.better}.
- I wish {A} had been less {A.bad}.
- If only {A} had been {A.good}!
- {T} would have been {T.good} if {A} had not been so {A.bad}.
- For that price, {A} ought to be {A.good}.
- A {topic} ought to be {T.good}. Not this one.
+ For that price, {A} might have been {A.bad}, but {A.itis} {A.Y}.
+ I would have forgiven a {A.bad} {A.one}, but there was nothing to forgive.
+ I wish I could {do} this {topic} for the first time again.
+ I could not wish for a {A.better} {A.one}.
+ I have always wished for a {T.good} {topic}, and now I have found one.
"""
