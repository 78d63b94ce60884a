"""Verdicts and small words: clauses that say what a reviewer thinks of it all, in any domain."""

VERDICTS = {
    True: (
        "I would {again} tomorrow", "I will certainly {again}", "we are going to {again}", "I would {again} any time",
        "I would recommend {them} to anyone", "I have already told all my friends to {do} this {topic}",
        "it was worth every penny", "it was money well spent", "I have no complaints",
        "I have nothing to complain about",
        "I could not be happier", "I am delighted", "we were thrilled", "I am glad that I {did} this {topic}",
        "I have never regretted {doing}", "I cannot recommend {them} enough", "it gets five stars from me",
        "it made my day", "I was pleasantly surprised", "I was more than satisfied",
        "I would gladly pay twice as much",
        "I need not look for another {topic}", "it was a joy from start to finish", "I fell in love with it all",
        "it did not disappoint", "we were not disappointed", "I do not regret a penny of it",
        "you will not regret it",
        "I would not change a thing", "it exceeded all my hopes",
    ),
    False: (
        "I would never {again}", "I will certainly not {again}", "we are not going to {again}",
        "I would not {again} if it were free",
        "I would not recommend {them} to anyone", "I have already told all my friends to avoid this {topic}",
        "it was not worth a penny", "it was money thrown away", "I have plenty to complain about",
        "I want my money back",
        "I could not be less happy", "I am disgusted", "we were horrified", "I am sorry that I {did} this {topic}",
        "I have always regretted {doing}", "I cannot recommend {them} at all", "one star is one too many",
        "it spoilt my day", "I felt badly let down", "I was less than satisfied",
        "you could not pay me to {again}",
        "next time I will {do} another {topic}", "it was a misery from start to finish",
        "I lost patience with it all",
        "it disappointed us", "we were bitterly disappointed", "I regret every penny of it", "you will regret it",
        "I would change everything", "it destroyed all my hopes",
    ),
}  # fmt: skip
"""Main clauses, by whether they praise; the slots are those of the patterns."""

NOUNS = {
    True: (
        "a delight", "a real treat", "a joy", "a bargain", "a gem", "a pleasure", "a triumph", "a success", "a dream",
        "a pleasant surprise", "a masterpiece", "a piece of luck", "a stroke of genius", "a real find",
    ),
    False: (
        "a disappointment", "a disaster", "a nightmare", "a waste of money", "a mess", "a rip-off", "a mistake",
        "a failure",
        "a bad joke", "a nasty surprise", "an embarrassment", "a shambles", "an insult", "a waste of time",
    ),
}  # fmt: skip
"""What something may be called."""

FEELINGS = {
    True: ("loved", "enjoyed", "liked", "adored", "admired", "was delighted with", "was impressed by",
        "was happy with"),
    False: (
        "hated", "disliked", "detested", "could not stand", "was annoyed by", "was fed up with", "was shocked by",
        "was unhappy with",
    ),
}  # fmt: skip
"""What one did with something, after "I"."""

DEGREES = {
    True: (
        "very",
        "really",
        "extremely",
        "remarkably",
        "wonderfully",
        "truly",
        "incredibly",
        "quite",
        "surprisingly",
        "awfully",
    ),
    False: (
        "very",
        "really",
        "extremely",
        "rather",
        "terribly",
        "truly",
        "incredibly",
        "pretty",
        "unbelievably",
        "awfully",
    ),
}
STRONG_DEGREES = ("absolutely", "simply", "really", "truly")
FAR = ("far", "much", "a lot", "even", "considerably", "a good deal")

WHO = (
    "my sister", "my brother", "my husband", "my wife", "a friend", "my mother", "my father", "my neighbour",
        "a colleague",
    "my aunt", "my uncle", "my daughter", "my son", "my boss", "my cousin", "my flatmate", "my grandfather",
        "my best friend",
)  # fmt: skip
MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
NUMBERS = "two three four five six seven eight nine".split()
ORDINALS = "first second third fourth fifth".split()
