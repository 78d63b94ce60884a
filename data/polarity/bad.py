"""Roots that name what is bad to have, or to be; roots.py says how to read them."""

BAD = """
pain: . FUL LESS
harm: . FUL LESS -ed un-ed
fear: . FUL LESS -some
shame: . -ful -fully -fulness
sin: . FUL -less
fault: . -y -less -lessly
flaw: . -ed -less -lessly
stress: . -ful -fully -ed
sorrow: . -ful -fully
woe: . -ful -fully
wrong: -ful -fully -ly -ed
hate: . FUL -ed
spite: -ful -fully -fulness
waste: . FUL -ed
regret|regrett: . -ful -fully -able -ably -ed
doubt: . -ful -fully
dread: . -ful -fully -ed
fright: . -ful -fully -en -ened -ening -eningly
deceit: . FUL
resent: . FUL -ment -ed
boast: -ful -fully -fulness
forget|forgett: -ful -fulness -able un-able un-ably
neglect: . -ful -ed
mourn: -ful -fully
scorn: . -ful -fully -ed
worry: . -ed -ing -some un-ed
trouble: . -ed -some -ing un-ed
bother: -some -ed un-ed
quarrel: . -some
tire: -some -somely -ing -ed -less -lessly un-ing un-ingly
burden: . -some -ed un-ed
guilt: . -less -y
blame: . -ed -less -lessly
effort: LESS
stain: . -ed -less un-ed
rust: . -y
dirt: . -y -ier
filth: . -y -iness
grease: -y -iness
mess: . -y -ily -iness
noise: -y -ily -iness -less -lessly
smell: -y -iest
danger: . -ous -ously
poison: . -ous -ously -ed
ruin: . -ous -ed -ously
peril: . -ous -ously
venom: . -ous -ously
envy: . -ous -ously
fury: . -ous -ously
malice: . -ious -iously
vice: . -ious -iously -iousness
cruel: . -ly -ty
brutal: . -ly -ity
hostile: . -ity
nasty: ADJ COMP
ugly: . -ness COMP
awful: . -ness
terrible: . -ly
horrible: . -ly
bad: . -ly -ness
sad|sadd: ADJ COMP -en -ened
angry: . -ly COMP
bitter: ADJ
bleak: ADJ COMP
bland: ADJ COMP
bore: -ed -ing -ingly -dom
clumsy: ADJ COMP
crude: ADJ COMP
corrupt: . -ed -ion un-ed in-ible
damage: . -ed -ing un-ed
destroy: . -ed -ing -er
hurt: . -ful -ing un-
injure: . -ed un-ed
insult: FEEL
annoy: FEEL -ance
irritate: FEEL -ion
disturb: FEEL -ance un-ed
threat: . -en -ening -eningly un-ening
terrify: FEEL
horrify: FEEL
shock: -ed ING
disgust: FEEL
depress: FEEL -ion
frustrate: FEEL -ion
humiliate: . -ed -ing -ion
exhaust: -ed -ing -ion
embarrass: FEEL -ment
confuse: FEEL -ion
offend: . -ed -er
offensive: ADJ IN
aggressive: ADJ un-
abusive: ADJ
repulsive: ADJ
destructive: ADJ
disruptive: . -ly
oppress: . -ed -ive -ively -ion -or
suffer: . -ed -ing -er
torment: . -ed -or
torture: . -ed -er
betray: . -ed -al
cheat: . -ed -er -ing
murder: . -ous -er -ed
violent: . -ly non-
violence: . non-
fail: . -ed -ure un-ing un-ingly
reject: . -ed -ion
abandon: -ed -ment
greed: . -y -ily -iness
arrogant: . -ly
ignorant: . -ly
stupid: . -ly -ity
foolish: ADJ
selfish: ADJ UN
childish: ADJ
sluggish: ADJ
snobbish: ADJ
lazy: ADJ COMP
gloom: . -y -ily -iness
moody: . -ness COMP
grumpy: ADJ COMP
rude: ADJ COMP
harsh: ADJ COMP
grim: . -ly -ness
vulgar: . -ly -ity
weak: ADJ COMP -en -ened
hazard: . -ous -ously
toxic: . -ity non-
contaminate: . -ed -ion un-ed
pollute: . -ed -ion un-ed
infect: . -ed -ion un-ed
blemish: . -ed un-ed
tarnish: . -ed un-ed
spoil: . -ed un-ed
scar|scarr: . -ed un-ed
bias: . -ed un-ed
prejudice: . -ed un-ed
afraid: . un-
complicate: . -ed -ion un-ed
clutter: . -ed un-ed
defeat: . -ed un-ed
obstruct: . -ed -ion un-ed
restrict: . -ed -ive -ion un-ed
pretentious: ADJ UN
"""
