"""Domains of things that one buys and uses."""

THINGS = (
    """
kitchen present it
verb: buy | bought | bought | buying
again: buy it again | choose it again | give one to a friend
doing: buying it
topics: device event | kettle | toaster | blender | coffee machine | oven | fridge | dishwasher | rice cooker
 | bread maker
 | kitchen scale | hand mixer | *microwave | *juicer | *freezer
aspects: handle: part | lid: part | motor: device | instructions+: text | timer: device | design: sight
 | buttons+: part
 | price: price | door: part | plug: part | on switch: part | delivery: service
 | *spout: part | *dial: part | *blade: part | *thermostat: device
old: my old {topic} | the one I had before | the {topic} of my parents | the cheap one from the supermarket
intro: I bought this {topic} in {month}. | {Who} gave me this {topic} for my birthday.
 | We have had this {topic} for {n} months.
 | I use this {topic} every {day}. | This is my {nth} {topic}. | It came in a plain white box.
good: it still works after {n} years | I use it every morning with pleasure | it has not let me down once
 | it is ready within a minute | I bought a second one for {who} | it cleans itself | it never spills a drop
bad: it broke after {n} days | it leaked all over the table | smoke came out of it | I sent it back the same week
 | it stopped working in {month} | I burnt my fingers on it | it gathers dust in the cellar | it blew a fuse {n} times
""",
    """
gadget present it
verb: buy | bought | bought | buying
again: buy it again | choose it again | order it again
doing: buying it
topics: device event | phone | laptop | camera | speaker | radio | printer | keyboard | television | alarm clock
 | smart watch
 | torch | *tablet | *headset | *projector
aspects: battery: device | screen: screen | sound~: music | software~: device | customer service~: service
 | instructions+: text | buttons+: part | case: part | picture: screen | menu: text | price: price | design: sight
 | *charger: device | *touchpad: screen | *warranty service: service | *antenna: part
old: my old {topic} | the one I had before | the {topic} at my office | the last model
intro: I bought this {topic} for work. | {Who} recommended this {topic} in {month}.
 | I have used this {topic} for {n} weeks.
 | The {topic} arrived on a {day}. | This is my {nth} {topic}. | I ordered this {topic} for {who}.
good: it has worked every day for {n} years | I set it up within minutes | it has survived {n} falls
 | I have not had to charge it since {day} | it does all that it promises | even my grandmother can use it
bad: it crashed {n} times in a week | it will not switch on any more | it went dead after {n} months
 | I returned it the next day | nobody could repair it | it gets so hot that I cannot hold it
 | the shop refused to take it back | it drops every call
""",
    """
clothes present it
verb: buy | bought | bought | buying
again: buy it again | order it again | buy one in every colour
doing: buying it
topics: cloth event | jacket | coat | shirt | jumper | dress | skirt | raincoat | hat | dressing gown | suit
 | swimsuit
 | T-shirt
 | *cardigan | *blazer | *scarf
aspects: fabric: cloth | collar: cloth | lining: cloth | zip: part | stitching~: part | sleeves+: cloth
 | colour: sight
 | cut: cloth | pockets+: part | price: price | pattern: sight | delivery: service | *hood: cloth | *cuffs+: cloth
 | *embroidery~: sight | *hem: part
old: my old {topic} | the one I had before | the {topic} I bought last year | the one in the shop window
intro: I ordered this {topic} in {month}. | I bought this {topic} for a wedding. | {Who} gave me this {topic}.
 | I have worn this {topic} for {n} weeks. | The {topic} arrived on a {day}. | I take it in a medium.
good: I wear it almost every day | I get compliments every time I wear it | it fits like a glove
 | it looks like new after {n} washes | it kept me dry in a storm | {who} wants the same one
bad: it shrank in the first wash | it fell apart after {n} weeks | the colour came off on my skin
 | I have not worn it a second time | it lets the rain through | it lost a button on the first day
 | it looks nothing like the picture | I sent it back
""",
    """
furniture present it
verb: buy | bought | bought | buying
again: buy it again | choose it again | order it again
doing: buying it
topics: part event | sofa | chair | desk | mattress | wardrobe | bookcase | table | bench | shelf | garden chair | bed
 | *armchair | *stool | *sideboard
aspects: legs+: part | drawers+: part | cushions+: seat | surface: part | assembly~: service | instructions+: text
 | delivery: service | screws+: part | colour: sight | price: price | frame: part | design: sight
 | *hinges+: part | *upholstery~: cloth | *varnish~: sight | *castors+: part
old: our old {topic} | the one we had before | the {topic} of my parents | the one from the flea market
intro: We bought this {topic} for the living room. | The {topic} came in {n} boxes.
 | We ordered this {topic} in {month}.
 | {Who} chose this {topic}. | We have had this {topic} for {n} months. | It stands next to the window.
good: it took ten minutes to put together | it looks as good as on the first day | every guest asks where we got it
 | my back has stopped hurting | it has survived {n} children | it could carry an elephant
bad: it collapsed after {n} weeks | half the screws were missing | my back has hurt ever since
 | it arrived with a scratch
 | it smells of glue | one leg is shorter than the others | it took us {n} hours to put together
 | it came in the wrong colour
""",
    """
play present it
verb: buy | bought | bought | buying
again: buy it again | choose it again | give it to a friend
doing: buying it
topics: play event | game | board game | video game | card game | quiz game | app | toy train | construction kit
 | learning game
 | *puzzle | *simulator | *jigsaw
aspects: rules+: text | graphics+: sight | music~: music | controls+: device | levels+: play | price: price
 | pieces+: part | design: sight | first hour: play | instructions+: text | box: part | menu: text
 | *interface: text | *dice+: part | *missions+: play | *animations+: sight
old: the first version | the one we had before | the last {topic} I tried | the {topic} of my childhood
intro: We bought this {topic} for a rainy weekend. | {Who} got this {topic} for a birthday.
 | I have had this {topic} since {month}.
 | We tried this {topic} on {day} with {n} friends. | It takes about {n} hours.
 | The {topic} is meant for children of {n} or more.
good: we play it every {day} | my children cannot get enough of it | we played until midnight | time flies with it
 | everybody wanted another round | it has brought the family together
bad: it crashed {n} times | after ten minutes nobody wanted to go on | half the pieces were missing
 | it has been in the cupboard ever since | it keeps asking for money | my children never touched it again
 | I deleted it the same day
""",
)
