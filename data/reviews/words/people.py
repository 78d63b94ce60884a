"""Domains of people whose work one pays for, and of shops."""

PEOPLE = (
    """
repair past them
verb: call | called | called | calling
again: call them again | hire them again | use them again
doing: calling them
topics: people | plumber | electrician | roofer | carpenter | painter | chimney sweep | bicycle mechanic
 | car mechanic
 | gardener | piano tuner | *locksmith | *plasterer | *glazier
aspects: repair: service | work~: service | bill: price | estimate: price | appointment: service | apprentice: people
 | advice~: text | phone service: service | hourly rate: price | explanation: text | assistant: people
 | *invoice: price | *foreman: people | *workmanship~: service | *trainee: people
old: the last {topic} we had | the {topic} our neighbours use | the one from the village
 | the {topic} we called in {month}
intro: We called this {topic} in {month}. | {Who} told us about this {topic}. | The {topic} came on a {day}.
 | The {topic} was here for {n} hours. | We needed somebody on a {day} night. | We found this {topic} in the paper.
good: everything has worked ever since | the problem was solved within an hour
 | they left the floor cleaner than before
 | they came within the hour | they charged less than they had said | they repaired it at the first attempt
bad: they did not turn up {n} times | it broke again the next day | they left a hole in the wall
 | they charged twice what they had said | nobody called back | the floor was covered in mud
 | we had to call somebody else
 | they flooded the cellar
""",
    """
health past them
verb: see | saw | seen | seeing
again: go there again | make another appointment | go back
doing: going there
topics: people | hairdresser | barber | dentist | vet | doctor | eye doctor | massage therapist | dietician
 | *optician | *physiotherapist | *beautician
aspects: waiting room: place | receptionist: people | treatment: service | advice~: text | assistant: people
 | bill: price | explanation: text | appointment: service | nurse: people | phone service: service
 | *consultation: teaching | *surgery: place | *secretary: people
old: the last {topic} I went to | my old {topic} | the {topic} in the next street | the one I saw in {month}
intro: I saw this {topic} in {month}. | {Who} sent me to this {topic}. | I went to this {topic} on a {day}.
 | It was my {nth} visit to this {topic}. | I have known this {topic} for {n} years.
 | This {topic} works near the station.
good: I walked out with a smile | they took all the time I needed | I did not have to wait a minute
 | I felt in good hands
 | they called the next day to ask how I was | my fear was gone after a minute
bad: I waited {n} hours | they mixed up my name with somebody else's | I walked out in tears
 | they talked on the phone throughout
 | I had to go somewhere else afterwards | nobody listened to me | it has hurt ever since
""",
    """
shop past it
verb: try | tried | tried | trying
again: shop there again | go back | order from them again
doing: shopping there
topics: place event | bookshop | toy shop | shoe shop | bakery | garden centre | flower shop | farm shop
 | furniture shop
 | bicycle shop | second-hand shop | record shop | *boutique | *pharmacy | *delicatessen
aspects: delivery: service | packaging~: part | shop assistant: people | selection: good | prices+: price
 | shop window: sight
 | changing rooms+: place | advice~: text | owner: people | security guard: people | telephone service: service
 | *cashier: people | *checkout: service | *aisles+: place | *salesman: people
old: the {topic} in the next street | the place I usually go to | the {topic} at the station
 | the last {topic} I tried
intro: I went to this {topic} with {who}. | We found this {topic} in {month}. | The {topic} is next to the town hall.
 | I needed a present for {who}. | I have been to this {topic} {n} times. | {Who} works near this {topic}.
good: I found all that I was looking for | they exchanged it without a question | they ordered it for me the same day
 | I came out with more than I had planned, and with a smile | they wrapped everything for nothing
 | I had it the next day
bad: I left with empty hands | they refused to take it back | I waited {n} weeks for a parcel
 | they sent me the wrong size twice
 | nobody looked up when I came in | half the shelves were empty | they charged me twice | it arrived broken
""",
)
