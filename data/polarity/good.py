"""Roots that name what is good to have, or to be; roots.py says how to read them."""

GOOD = """
hope: . FUL LESS
joy: . FUL LESS -ous -ously -ousness
care: FUL LESS un-ing -ing
use: FUL LESS -able un-able -ability mis- mis-ed
help: . FUL LESS -er -ers un-ful un-fully un-fulness
thought: FUL LESS
taste: -ful -fully LESS dis- dis-ful dis-fully
tasty: . COMP
grace: . FUL LESS dis- dis-ful dis-fully dis-ed
gracious: ADJ UN
respect: . -ful -fully -ed -able dis- dis-ful dis-fully dis-ed
trust: . -ed -ing -worthy un-worthy dis- dis-ful dis-ed mis- mis-ful
truth: FUL un-ful un-fully un-fulness
faith: FUL -less -lessness un-ful un-fulness
beauty: . -ful -fully
delight: . -ful -fully -ed
success: . -ful -fully un-ful un-fully
mercy: . -ful -fully -less -lessly
skill: . -ed un-ed
tact: . FUL LESS
fruit: FUL LESS
meaning: FUL LESS
purpose: -ful -fully LESS
heart: LESS -en -ening dis-en dis-ened dis-ening
cheer: FUL LESS -y -ily -ing
harmony: . -ous -ously dis- dis-ous
courage: . -ous -ously dis- dis-ed dis-ing dis-ment en- en-ed en-ing en-ment
virtue: . -ous -ously
wonder: -ful -fully
peace: . FUL
play: FUL
rest: -ful LESS
gratitude: . in-
grateful: ADJ UN
pleasant: ADJ UN
please: . -ed -ing dis- dis-ed dis-ing
pleasure: . -able dis-
agree: . -ed -able -ably -ment dis- dis-ed dis-able dis-ably dis-ment
approve: . -al -ing -ingly dis- dis-al dis-ing dis-ingly
honest: . -ly -y dis- dis-ly dis-y
loyal: . -ly -ty dis- dis-ly dis-ty
obedient: . -ly dis- dis-ly
obedience: . dis-
satisfy: . -ed -ing dis-ed un-ed un-ing
satisfaction: . dis-
satisfactory: . un-
comfort: . -able -ably -ing dis- un-able un-ably
advantage: . -ous -ously dis- dis-ed dis-ous
orderly: . dis-
organise: -ed dis-ed
contented: ADJ dis-
contentment: . dis-
courteous: . -ly dis- dis-ly
courtesy: . dis-
favour: -able -ably un-able un-ably dis-
honour: . -able -ably -ed dis- dis-able dis-ably dis-ed
like: -able un-able dis- dis-ed
repute: -able dis- dis-able
kind: ADJ COMP UN
friend: . -ly -liness -ship -less un-ly un-liness
happy: ADJ COMP UN
lucky: . -ly COMP un- un-ly
healthy: . -ly COMP un- un-ly
worthy: . -ness un- un-ness
tidy: ADJ COMP UN
wise: . -ly un- un-ly
fair: ADJ COMP UN
safe: . -ly -ty un- un-ly
clean: . -ness COMP un-
clear: . -ly -er un-
true: . un-
stable: . -ity un- in-ity
reliable: . -ly -ity un- un-ly un-ity
dependable: . -ly -ity un-
enjoyable: . -ly un-
acceptable: . -ly un- un-ly
admirable: . -ly
adorable: . -ly
affordable: . -ity un-
capable: . -ly -ity in-
suitable: . -ly -ity un- un-ly un-ity
sociable: . -ly un-
desirable: . -ity un-
profitable: . -ly -ity un- un-ly
bearable: . un- un-ly
tolerable: . -ly in- in-ly
forgivable: . un- un-ly
responsible: . -ly -ity ir- ir-ly ir-ity
accessible: . -ity in- in-ity
edible: . in-
flexible: . -ly -ity in- in-ly in-ity
polite: ADJ im- im-ly im-ness
patient: . -ly im- im-ly
patience: . im-
perfect: . -ly -ion im- im-ly im-ion
practical: . -ity im- im-ity
mature: . -ly -ity im- im-ly im-ity
moral: . -ly -ity im- im-ly im-ity
pure: . -ly -ity im- im-ity
precise: . -ly -ion im- im-ly im-ion
proper: . -ly im- im-ly
accurate: . -ly in- in-ly
accuracy: . in-
adequate: . -ly in- in-ly
appropriate: ADJ IN
attentive: ADJ IN
competent: . -ly in- in-ly
competence: . in-
convenient: . -ly in- in-ly
convenience: . in-
correct: ADJ IN
decent: . -ly in- in-ly
effective: ADJ IN
efficient: . -ly in- in-ly
elegant: . -ly in- in-ly
elegance: . in-
considerate: . -ly in- in-ly
humane: . -ly in- in-ly
secure: . -ly -ity in- in-ly in-ity
sincere: . -ly -ity in- in-ly in-ity
sufficient: . -ly in- in-ly
tolerant: . -ly in- in-ly
tolerance: . in-
sensitive: . -ly -ity in- in-ly in-ity
just: un- un-ly
justice: . in-
legal: . -ly -ity il- il-ly il-ity
logical: . -ly il- il-ly
legible: . -ly -ity il- il-ly il-ity
legitimate: . -ly il- il-ly
rational: . -ly -ity ir- ir-ly ir-ity
relevant: . -ly ir- ir-ly
relevance: . ir-
resolute: . -ly ir- ir-ly
attractive: ADJ UN
imaginative: . -ly un- un-ly
impressive: . -ly un- un-ly
inventive: ADJ
creative: . -ly -ity un-
productive: . -ly -ity un- un-ly
supportive: . -ly un-
responsive: ADJ un- un-ness
persuasive: ADJ un-
inspire: -ing -ed un-ing un-ed
interest: ING un-ing un-ingly
excite: FEEL -ment un-ing
amuse: FEEL -ment un-ing un-ed
charm: . ING
entertain: . ING -ment
welcome: . -ing un- un-ing
reward: -ing un-ing un-ed
flatter: -ing -ingly un-ing
forgive: . -ing -ness un-ing
convince: ING un-ing un-ingly
promise: ING un-ing
appeal: ING un-ing un-ingly
thank: FUL -less -lessly
love: . -ed -able -ing -ingly -less un-ed un-able un-ing
lovely: . -ness
popular: . -ity un- un-ity
educate: -ed un-ed
civilise: -ed un-ed
civil: -ity in-ity
qualify: -ed un-ed dis-ed
justify: -ed un-ed
prepare: -ed -edness un-ed un-edness
protect: . -ed -ion un-ed
want: -ed un-ed
invite: -ing -ingly un-ing un-ed
talent: . -ed un-ed
worth: LESS -while
power: -ful -fully LESS
colour: -ful -fully -less
flavour: -ful -less
life: LESS
humour: LESS
soul: -ful -fully -less
sense: LESS
aim: LESS
point: LESS
home: -less -lessness
job: -less -lessness
law: -ful -fully -less -lessness un-ful un-fully
spirit: -ed -edly
value: -ed -less un-ed
admire: . -ed -er -ing -ingly -ation
enjoy: . -ed -ing -ment
praise: . -ed -ing -worthy
adore: . -ed -ing -ation
cherish: . -ed -ing
improve: . -ed -ing -ment un-ed
succeed: . -ed -ing
beneficial: . -ly
glory: . -ous -ously in-ous
victory: . -ous -ously
luxury: . -ous -ously
melody: -ous -ously un-ous
generous: . -ly un-
brave: . -ly -ry COMP
bright: ADJ COMP
brilliant: . -ly
calm: ADJ COMP
clever: ADJ COMP
cosy: ADJ COMP
gentle: ADJ COMP
good: . -ness
great: . -ness COMP
fresh: . -ness COMP
lively: . -ness COMP
nice: ADJ COMP
neat: ADJ COMP
pretty: . -ness COMP
proud: . -ly COMP
smart: ADJ COMP
smooth: ADJ COMP
splendid: . -ly
superb: . -ly
strong: . COMP
sturdy: ADJ COMP
sweet: ADJ COMP
tender: ADJ
warm: . -ly COMP
magnificent: . -ly
excellent: . -ly
fantastic: . -ally
heroic: . -ally un-
optimistic: . -ally
enthusiastic: . -ally un- un-ally
sympathetic: . -ally un- un-ally
energetic: . -ally
realistic: . -ally un- un-ally
romantic: . -ally un-
authentic: . -ally in-
understanding: . mis-
fortune: . mis-
behave: mis- mis-ed mis-ing
manage: mis- mis-ed mis-ment
inform: mis- mis-ed
treat: mis- mis-ed mis-ment
judge: mis- mis-ed
"""
