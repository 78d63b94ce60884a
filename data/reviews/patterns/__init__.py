"""The patterns of the reviews, by phenomenon.

A pattern is a line of text with slots in braces. Before it stands the label it gives: `+`, `-`, or `±` where it gives
either, according to what is put into its slots. Where a line holds `//`, it is two: what praises, and what blames.

Slots that follow the label of the review (y: "yes, with it"; x: against it):

    {Y} {X}              a whole clause: the room was very clean, I fell asleep twice, nobody answered the bell
    {V}                  a verdict that agrees: I would stay there again
    {noun}               a name that agrees: a delight, a disaster
    {felt}               a feeling that agrees: loved, hated
    {A} {B}              something that is judged, with its article; {A.noun} without, {A.one} if it can be counted
    {P}                  a person or a group of them
    {T}                  the topic itself: this hotel; {T.one} without article
    {G.y} {G.x}          what can be said of everything
    {A.itis} {A.itwas}   a pronoun for A with its verb; {A.obj} it or them; {A.Is} begins a question
    {A.is} {A.was}       "is" in the domain's tense, and in the past, in the number of A
    {A.y} {A.x}          an adjective that suits A and agrees, or disagrees; {A.y2} {A.x2} another one
    {A.yer} {A.xer}      the same, compared: cleaner, dirtier
    {A.Y} {A.X}          the same, with an adverb of degree, or two in a row: very clean, clean and tidy

Slots that do not: {A.good} {A.bad} and so on praise, or blame, whatever the label; {topic} {topics} {it} {old} {do}
{did} {done} {doing} {again} {who} {far} {is} {n} {month} {day} are what they look like.
A slot that begins with a capital letter in `{Old}` or `{Who}` begins a sentence.
"""

from patterns import comparison, contrast, negation, opinion, plain, questions, wishes

PHENOMENA = {
    "plain": plain.PATTERNS,
    "intensity": plain.INTENSITY,
    "negation": negation.PATTERNS,
    "double negation": negation.DOUBLE,
    "contrast": contrast.PATTERNS,
    "comparison": comparison.PATTERNS,
    "wish": wishes.PATTERNS,
    "reported opinion": opinion.PATTERNS,
    "question": questions.PATTERNS,
}
WEIGHTS = {
    "plain": 28.0,
    "intensity": 8.0,
    "negation": 14.0,
    "double negation": 5.0,
    "contrast": 20.0,
    "comparison": 10.0,
    "wish": 9.0,
    "reported opinion": 8.0,
    "question": 6.0,
}


def patterns(phenomenon: str, praise: bool) -> tuple[str, ...]:
    """Return the patterns of a phenomenon that can praise, or that can blame, without their marks."""
    found = []
    for line in PHENOMENA[phenomenon].strip().splitlines():
        mark, text = line[0], line[1:].strip()
        both = [part.strip() for part in text.split(" // ")]
        if mark == "±":
            found.append(both[0] if praise else both[-1])
        elif (mark == "+") == praise:
            found.append(text)
    return tuple(found)
