"""Domains where one goes somewhere, or watches or reads something."""

OUTINGS = (
    """
hotel past it
verb: stay at | stayed at | stayed at | staying at
again: stay there again | book it again | go back | spend another night there
doing: staying there
topics: place event | hotel | guesthouse | inn | motel | lodge | campsite | farmhouse | castle hotel | *hostel
 | *chalet
 | *resort
aspects: room: place | bathroom: place | lobby: place | beds+: seat | breakfast: food | staff+: people
 | receptionist: people
 | check-in: service | view: sight | garden: sight | dining room: place | price: price | night porter: people
 | pool: place
 | *corridors+: place | *minibar: part | *housekeeper: people | *veranda: place
old: the {topic} we stayed at last year | the place next door | the last {topic} we tried
 | the one in the next village
intro: We spent {n} nights at this {topic} in {month}. | I stayed at this {topic} during a conference.
 | {Who} booked this {topic} for our anniversary. | We stopped at this {topic} on the way to the coast.
 | This was our {nth} stay at this {topic}. | We arrived at the {topic} late on a {day}.
good: we slept like babies | we stayed two days longer than planned | they gave us a better room without being asked
 | somebody carried our bags upstairs without being asked | we have already booked for next summer
 | they found my lost ring and posted it to me | I never slept better | there was always hot water
bad: we left a day early | there was mould in the shower | we hardly slept at all | we had to ask for towels {n} times
 | nobody answered the bell | they lost our booking | the heating did not work once | there was no hot water
 | we were kept awake all night | somebody else's hair was in the bed
""",
    """
restaurant past it
verb: eat at | ate at | eaten at | eating at
again: eat there again | book a table there again | go back | go there again
doing: eating there
topics: place event | restaurant | café | pizzeria | pub | canteen | steakhouse | tearoom | diner | snack bar
 | beer garden
 | *bistro | *brasserie | *tavern
aspects: soup: food | starter: food | pasta~: food | chicken~: food meat | steak: food meat | dessert: food
 | bread~: food baked | pizza: food baked | vegetables+: food | salad: food | rolls+: food baked | cake: food baked
 | burger: food meat | fish~: food | waiter: people
 | waitress: people
 | service~: service | terrace: place | dining room: place | prices+: price | chairs+: seat | *risotto: food
 | *curry: food
 | *lasagne~: food | *barman: people | *lamb~: food meat
old: the {topic} across the street | the place we usually go to | the last {topic} we tried | the one at the station
intro: {Who} took us to this {topic} on a {day}. | We went to this {topic} for a birthday in {month}.
 | I had lunch at this {topic} with {who}. | There were {n} of us at the table.
 | I ordered the soup and a glass of water.
 | We had booked a table for {n}.
good: we cleaned our plates | we all asked for a second helping | I could have eaten it twice | nobody left a crumb
 | the cook came out to ask how we liked it | our glasses were never empty | they found us a table within a minute
 | my children asked when we would go back
bad: we sent the food back | we waited an hour for our drinks | half of it stayed on the plate
 | I was ill the next day
 | they forgot our order | there was a hair in my soup | they brought the wrong dishes | nobody came to take our order
 | they charged us for things we had not ordered | we left hungry
""",
    """
film past it
verb: see | saw | seen | seeing
again: watch it again | see it again | buy a ticket again
doing: seeing it
topics: story event | film | thriller | comedy | drama | sequel | cartoon | musical | war film | horror film | remake
 | *documentary | *western | *blockbuster
aspects: plot: story | ending: story | dialogue~: story acting | jokes+: humour | first half: story
 | second half: story
 | acting~: acting | lead actor: acting | lead actress: acting | soundtrack: music | costumes+: sight
 | opening scene: story
 | special effects+: sight | humour~: humour | *script: story | *finale: story | *villain: acting | *screenplay: story
old: the first part | the book | the last {topic} I saw | the {topic} that we saw in {month}
intro: I saw this {topic} with {who} on {day}. | We watched this {topic} at home in {month}.
 | The {topic} lasts a little over two hours. | It was raining, so we went to see this {topic}.
 | This is the director's {nth} {topic}. | {Who} chose this {topic}.
good: I laughed until I cried | two hours passed like ten minutes | the audience applauded at the end
 | I thought about it for days | nobody in the room made a sound | I did not look at my watch once
 | we talked about it all night
bad: I fell asleep twice | half the audience walked out | I looked at my watch every ten minutes
 | we left before the end
 | nobody laughed | two hours felt like five | I had forgotten it by the next morning
 | I spent the time counting the lamps
""",
    """
book past it
verb: read | read | read | reading
again: read it again | buy another book by this author | give it to a friend
doing: reading it
topics: story event | novel | biography | memoir | crime novel | love story | fairy tale | travel book
 | children's book
 | ghost story | detective story | *trilogy | *saga | *paperback
aspects: plot: story | opening chapter: story | ending: story | characters+: acting | writing~: story
 | illustrations+: sight
 | humour~: humour | dialogue~: story acting | middle part: story | cover: sight | heroine: acting
 | last chapter: story
 | *prose~: story | *epilogue: story | *narrator: acting | *foreword: story
old: the author's first book | the last {topic} I read | the film | the {topic} we read at school
intro: {Who} gave me this {topic} for my birthday. | I read this {topic} on the train.
 | I took this {topic} on holiday in {month}.
 | The {topic} has {n} parts. | Our reading group chose this {topic} in {month}. | I borrowed this {topic} from {who}.
good: I could not put it down | I read it in one night | I missed my stop because of it
 | I bought copies for all my friends
 | I was sorry when it ended | I cried at the end and started again | I have already ordered the next one
bad: I gave up after {n} chapters | I had to force myself to finish it | I skipped whole pages
 | I kept falling asleep over it
 | I could not tell the characters apart | it took me months to get to the end | I gave my copy away unread
""",
    """
course past it
verb: take | took | taken | taking
again: take it again | sign up again | book another one with them
doing: signing up
topics: teaching event | course | workshop | evening class | language course | summer school | training day
 | cooking course
 | first-aid course | drawing class | *seminar | *webinar | *masterclass
aspects: teacher: people | lessons+: teaching | explanations+: teaching | exercises+: teaching | handouts+: text
 | classroom: place | homework~: teaching | first session: teaching | videos+: teaching | fee: price
 | examples+: teaching
 | organisers+: people | *tutor: people | *textbook: text | *slides+: text | *lecturer: people
old: the {topic} I took last year | the one at the college | the last {topic} I tried | the free one on the internet
intro: I took this {topic} in {month} with {who}. | The {topic} was held every {day} evening.
 | There were {n} of us in the group.
 | My employer sent me to this {topic}. | The {topic} lasted {n} weeks. | I signed up for this {topic} in {month}.
good: I learnt more in a week than in a year at school | I passed the exam with ease | every question was answered
 | I looked forward to every session | I use what I learnt every day | even the shy ones joined in
bad: I learnt next to nothing | half the group had left by the break | my questions were never answered
 | the teacher read everything from a sheet | I failed the exam | we waited for the teacher every time
 | I forgot everything by the next day
""",
    """
tour past it
verb: book | booked | booked | booking
again: book it again | go on it again | travel with them again
doing: going on it
topics: trip event | tour | cruise | boat trip | walking tour | train journey | flight | bus ride | city tour
 | bicycle tour
 | wine tour | *safari | *excursion | *crossing
aspects: guide: people | driver: people | first leg: trip | way back: trip | stops+: trip | seats+: seat
 | lunch: food | cabin: place | scenery~: sight | crew+: people
 | timetable: text | ticket price: price | departure: service | toilets+: place | waiting room: place
 | *captain: people | *compartment: place | *steward: people | *luggage service: service
old: the {topic} we took last year | the one my parents took | the last {topic} we tried | the cheaper {topic}
intro: We took this {topic} in {month}. | {Who} gave us this {topic} as a present.
 | The {topic} began at nine on a {day}.
 | There were {n} of us. | I booked this {topic} two weeks before. | The {topic} takes about {n} hours.
good: the day flew by | we saw more than we had hoped for | we arrived ahead of time | I took hundreds of photographs
 | the children talked about it for weeks | everybody was looked after | we did not want it to end
bad: we waited {n} hours in the rain | we missed our connection | half the stops were cancelled | our luggage got lost
 | we saw nothing but the motorway | everybody was glad when it was over | we arrived {n} hours late
""",
    """
show past it
verb: see | saw | seen | seeing
again: go again | see it again | buy a ticket again
doing: going
topics: music story event | concert | play | opera | festival | circus | magic show | puppet show | school play
 | dance show
 | *ballet | *pantomime | *recital
aspects: singer: acting music | orchestra: music | costumes+: sight | seats+: seat | sound~: music
 | stage design: sight
 | first act: story | second act: story | drummer: music | ticket price: price | entrance hall: place
 | dancers+: acting
 | *choir: music | *usher: people | *encore: music | *pianist: music
old: the one we saw last year | the last {topic} I went to | the {topic} in the town hall | the one on television
intro: {Who} had tickets for this {topic}. | We saw this {topic} on a {day} in {month}. | We sat in row {n}.
 | The {topic} lasted two hours. | I went to this {topic} with {who}. | It was our {nth} {topic} this year.
good: we clapped until our hands hurt | the whole hall was on its feet | nobody wanted to go home
 | I had goose pimples all evening | people were singing on the way out | I would have stayed for another hour
bad: we went home at the interval | people around us were yawning | half the seats were empty after the break
 | somebody behind us began to snore | we could not hear a word | it began an hour late | I counted the minutes
""",
    """
leisure past it
verb: visit | visited | visited | visiting
again: go there again | go back | spend another afternoon there
doing: going there
topics: place event | gym | swimming pool | ice rink | climbing hall | tennis club | museum | zoo | theme park | spa
 | yoga studio
 | *aquarium | *playground | *gallery
aspects: trainer: people | changing rooms+: place | showers+: place | lockers+: part | café: place
 | entrance hall: place
 | ticket price: price | staff+: people | guided tour: teaching | signs+: text | toilets+: place | attendant: people
 | *lifeguard: people | *kiosk: place | *cloakroom: place | *brochure: text
old: the {topic} in the next town | the one near the station | the {topic} we used to go to | the old {topic}
intro: We went to this {topic} on a {day}. | {Who} gave me a ticket for this {topic}.
 | I have been to this {topic} {n} times.
 | We visited this {topic} with {who} in {month}. | The {topic} is ten minutes from the station.
good: my children did not want to leave | we stayed until the doors closed | I bought a ticket for the whole year
 | we never had to queue | there was something for everybody | I came home happy and tired
bad: we left after half an hour | half of it was closed | we queued for {n} hours | somebody broke into my locker
 | there was nothing to do | the children were in tears | they refused to give our money back
""",
)
