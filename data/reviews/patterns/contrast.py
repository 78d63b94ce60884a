"""Patterns with two sides, of which the main clause, or the one after "but", decides."""

PATTERNS = """
± {X}, but {V}.
± {X}, but the {topic} as a whole {is} {T.Y}.
± {X}, but {Y}, and {V}.
± {X}. But {V}.
± {X} and {X2}, but {V}.
± {X}, yet {V}.
± {X}, and still {V}.
± {X}. Even so, {V}.
± {X}. Still, {V}.
± {X}; nevertheless, {V}.
± {X}. However, {Y}, and {V}.
± Although {X}, {V}.
± Although {X} and {X2}, {V}.
± Although {X}, {T} {is} {T.Y}.
± Even though {X}, {V}.
± Even though {X}, {T} {is} {noun}.
± Though {X}, {V}.
± While {X}, the {topic} as a whole {is} {T.Y}.
± {V}, although {X}.
± {V}, even though {X}.
± {V}, even if {X}.
± I {felt} {T}, although {X}.
± I {felt} {T}, even though {X}.
± Despite the {A.x} {A.noun}, {V}.
± Despite the {A.x} {A.noun}, {T} {is} {T.Y}.
± Despite the {A.x} {A.noun} and the {B.x} {B.noun}, {V}.
± In spite of the {A.x} {A.noun}, {V}.
± In spite of the {A.x} {A.noun}, I {felt} {T}.
± {V}, despite the {A.x} {A.noun}.
± Apart from the {A.x} {A.noun}, {T} {is} {T.Y}.
± Apart from the {A.x} {A.noun}, nothing {is} {G.x}.
± Except for the {A.x} {A.noun}, everything {is} {G.y}.
± True, {X}, but {V}.
± I admit that {X}, but {V}.
± Yes, {X}, but {V}.
± It is true that {X}, but {T} {is} {noun}.
± {A} may be {A.x}, but {B} {B.is} {B.Y}, and that is what matters.
± {A} may be {A.x}, but {V}.
± {A} {A.is} {A.x}, but {B} {B.is} so {B.y} that {V}.
± A {A.x} {A.one}, but {V}.
± A {A.x} {A.one} could not change it: {V}.
± However {A.x} {A} {A.was}, {V}.
± Who cares about a {A.bad} {A.one} if {Y}? // What good is a {A.good} {A.one} if {Y}?
± Not even the {A.x} {A.noun} could spoil it for us: {V}. // Not even the {A.x} {A.noun} could save it for us: {V}.
± The {A.x} {A.noun} should not put you off: {V}. // The {A.x} {A.noun} should not fool you: {V}.
± On the one hand, {X}; on the other, {Y}, and so {V}.
"""
